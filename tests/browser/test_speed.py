"""C1 and the budgets of time and data (web.md section 9). A shared machine is sometimes slow: the best of three counts."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Device, Make
from tests.browser.paper import choose, eventually, go, wait_saved
from tests.browser.test_register import fill, send
from tests.support.site import Site

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
BAD = {"offline": False, "latency": 150, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbps. Bytes a second, as Chromium wants them."""
PAINT = """() => new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true }))"""
SHIFT = """() => new Promise((resolve) => {
    const seen = new PerformanceObserver((list) => resolve(sum(list.getEntries())));
    const sum = (entries) => entries.filter((each) => !each.hadRecentInput).reduce((all, each) => all + each.value, 0);
    seen.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum(seen.takeRecords())), 200);
})"""
# Page: largest paint in seconds, kB of data that it asks of the services before anybody touches it. (The table gives
# static pages 1 kB; the contest with its rules alone is 1.5.)
BUDGETS = {
    "/": (1.2, 10), "/the-le/": (1.2, 2), "/bien-nhan/": (1.2, 1), "/quyen-rieng-tu/": (1.2, 1),
    "/dang-ky/": (1.8, 10), "/dang-nhap/": (1.8, 10), "/thi/": (1.8, 4), "/ket-qua/": (1.8, 4),
}  # fmt: skip


def slowed(device: Device, network: dict[str, Any], cpu: float = 1) -> Any:
    """A cold page on such a network; its session, to count bytes by."""
    session = device.context.new_cdp_session(device.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", network)
    session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    return session


def alone(device: Device, site: Site, network: dict[str, Any]) -> list[int]:
    """Tells the page of the newest contest only, as late as that answer would come: a real site has one contest, and
    this one those of every test. The sizes of the answers, compressed."""
    sizes: list[int] = []

    def tell(route: Any) -> None:
        contests = [each for each in route.fetch().json() if each["rules"]["id"] == site.rules.id]
        sizes.append(len(gzip.compress(json.dumps(contests).encode())))
        time.sleep(network["latency"] / 1000 + sizes[-1] / network["downloadThroughput"])
        route.fulfill(json=contests)

    device.page.route("**/api/quiz/v1/contests", tell)
    return sizes


def best(measure: Callable[[], float], limit: float) -> float:
    """The least of up to three; ends as soon as one is within the limit."""
    found = [measure()]
    while min(found) > limit and len(found) < 3:
        found.append(measure())
    return min(found)


@pytest.mark.alone
def test_c1_on_400_kbps_a_registered_person_needs_five_taps_at_most_and_three_seconds_to_the_first_question(
    device: Make, site: Site
) -> None:
    site.contest()

    def way() -> float:
        phone = device(service_workers="block")
        slowed(phone, BAD)
        page = phone.open("/")
        page.get_by_role("link", name="Đăng ký dự thi").click()
        page.locator("#name").wait_for()
        fill(page, "Lê Hữu Đức")
        send(page)
        page.get_by_text("Hãy lưu mã đăng nhập").wait_for()
        code, taps = page.locator(".code").inner_text(), 0
        for name in ("Tôi đã lưu mã", "Vào thi", "Bắt đầu làm bài"):
            if name == "Vào thi":
                page.locator("#last4").fill(code[-4:])
                began = time.monotonic()
            page.get_by_role("button", name=name).click()
            taps += 1
        page.locator("legend").wait_for()
        assert taps <= 5
        return time.monotonic() - began

    assert best(way, 3) <= 3


@pytest.mark.parametrize("address", BUDGETS)
@pytest.mark.alone
def test_the_largest_paint_the_shift_and_the_data_of_a_page_keep_its_budget_on_slow_4g(
    device: Make, site: Site, address: str
) -> None:
    site.contest()
    paint, data = BUDGETS[address]
    shifts, sizes = [], []

    def opened() -> float:
        phone = device(service_workers="block")
        session, asked = slowed(phone, SLOW_4G, 4), {}
        told = alone(phone, site, SLOW_4G)
        session.on(
            "Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]})
        )
        received: list[float] = []
        session.on(
            "Network.loadingFinished",
            lambda event: (
                received.append(event["encodedDataLength"])
                if any(part in asked.get(event["requestId"], "") for part in ("/api/", "/data/"))
                and not asked[event["requestId"]].endswith("/contests")
                else None
            ),
        )
        page = phone.open(address)
        page.wait_for_load_state("networkidle")
        shifts.append(page.evaluate(SHIFT))
        sizes.append((sum(received) + sum(told)) / 1000)
        return float(page.evaluate(PAINT)) / 1000

    seconds = best(opened, paint)
    print(f"{address}: {seconds:.2f}/{paint} s, shift {min(shifts):.3f}, data {min(sizes):.1f}/{data} kB")
    assert seconds <= paint
    assert min(shifts) <= 0.02
    assert min(sizes) <= data


@pytest.mark.alone
def test_a_tap_on_the_paper_is_answered_within_200_ms_on_a_phone_six_times_slower(device: Make, site: Site) -> None:
    site.contest()
    phone = device(service_workers="block")
    page = phone.start_paper(site.person())

    def taps() -> float:
        session = phone.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        page.evaluate(
            """() => {
                window.slowest = 0;
                new PerformanceObserver((list) => list.getEntries().forEach((each) => {
                    if (each.interactionId) window.slowest = Math.max(window.slowest, each.duration);
                })).observe({ type: "event", durationThreshold: 16 });
            }"""
        )
        for n in range(1, 8):
            go(page, n)
            choose(page)
            page.get_by_role("button", name="Tiếp").click()
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        wait_saved(page, 7)
        assert eventually(page, lambda: page.evaluate("window.slowest") > 0)
        return float(page.evaluate("window.slowest"))

    assert best(taps, 200) <= 200

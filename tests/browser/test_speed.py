"""C1 and the budgets of time and data (web.md section 9). A shared machine is sometimes slow: its speed is taken first,
and the best of a few openings counts."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import pytest

from deploy.local.processes import wait_until
from tests.browser.conftest import Device, Make
from tests.browser.paper import choose, eventually, go, shown, wait_saved
from tests.browser.sitting import crowd, sit
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
    "/": (1.2, 3), "/the-le/": (1.2, 2), "/bien-nhan/": (1.2, 1), "/quyen-rieng-tu/": (1.2, 1),
    "/dang-ky/": (1.8, 10), "/dang-nhap/": (1.8, 10), "/thi/": (1.8, 4), "/ket-qua/": (1.8, 4), "/nguoi-giam-ho/": (1.8, 4),
    "/thong-tin-cua-toi/": (1.8, 4),
}  # fmt: skip


# The board of one contest, its unit's page and poster, and the frames for other sites; `{unit}` is one of its units.
NUMBERS = {
    "/so-lieu/?cuoc-thi={contest}": (2.0, 15), "/so-lieu/{unit}/?cuoc-thi={contest}": (2.0, 15),
    "/ap-phich/{unit}/?cuoc-thi={contest}": (1.8, 15),
    "/nhung/?cuoc-thi={contest}": (1.2, 1), "/nhung/{unit}/?cuoc-thi={contest}": (1.2, 1),
}  # fmt: skip
SHIFTED = 0.02
QUIET = 1.5
"""Seconds without an answer after which a page has all that it asks for at first; its stream never ends."""


WORK = """() => {
    const began = performance.now();
    let text = "";
    for (let n = 0; n < 40_000; n += 1) text = JSON.stringify([n, text.slice(-20)]).split(",").join(" ");
    return performance.now() - began;
}"""
WORK_MS = 20.0
"""What WORK takes on the machine that the budgets were set on (AMD EPYC, 2 cores) in its quickest moments."""


def throttle(session: Any, page: Any, times: float) -> None:
    """The page runs as on a phone so many times slower than that machine. Chromium counts from the machine as it is: in a
    slow minute of a shared one the phone would be slower too, and on a fast one there would be no slow phone."""
    took = median(page.evaluate(WORK) for _ in range(5))
    session.send("Emulation.setCPUThrottlingRate", {"rate": max(1, times * WORK_MS / took)})


def slowed(device: Device, network: dict[str, Any], cpu: float | None = None) -> Any:
    """A cold page on such a network; its session, to count bytes by."""
    session = device.context.new_cdp_session(device.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", network)
    if cpu is not None:
        throttle(session, device.page, cpu)
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


MOST = 6
"""Openings that a page is given. What others do on the machine only adds to a time, and comes and goes within seconds."""


def best(measure: Callable[[], float], limit: float) -> float:
    """The least of up to `MOST`; ends as soon as one is within the limit."""
    found = [measure()]
    while min(found) > limit and len(found) < MOST:
        found.append(measure())
    print(f"{', '.join(f'{each:.3g}' for each in found)} of {limit:g}")
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


@contextmanager
def six_times_slower(phone: Device, page: Any) -> Iterator[None]:
    """What is pressed meanwhile is timed; see `slowest`."""
    session = phone.context.new_cdp_session(page)
    throttle(session, page, 6)
    page.evaluate(
        """() => {
            window.slowest = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((each) => {
                if (each.interactionId) window.slowest = Math.max(window.slowest, each.duration);
            })).observe({ type: "event", durationThreshold: 16 });
        }"""
    )
    yield
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def slowest(page: Any) -> float:
    """Milliseconds from a press to the picture that followed it."""
    assert eventually(page, lambda: page.evaluate("window.slowest") > 0)
    return float(page.evaluate("window.slowest"))


@dataclass
class Opened:
    """One cold opening of a page on slow 4G with a processor four times slower."""

    paint: float
    """Seconds to the largest paint."""
    shift: float
    data: float
    """kB that it asked of services and public files, compressed, without headers."""


def opened(phone: Device, site: Site, address: str) -> Opened:
    session, asked = slowed(phone, SLOW_4G, 4), {}
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    told = alone(phone, site, SLOW_4G)
    session.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    received: list[float] = []
    heard = [time.monotonic()]

    def came(event: Any) -> None:
        heard.append(time.monotonic())
        url = asked.get(event["requestId"], "")
        if any(part in url for part in ("/api/", "/data/")) and not url.endswith("/v1/contests"):
            received.append(event["encodedDataLength"])

    session.on("Network.dataReceived", came)
    page = phone.open(address)
    eventually(page, lambda: time.monotonic() - heard[-1] > QUIET, 15)
    shift, paint = page.evaluate(SHIFT), page.evaluate(PAINT)
    return Opened(float(paint) / 1000, float(shift), (sum(received) + sum(told)) / 1000)


def within(
    device: Make, site: Site, address: str, budget: tuple[float, float], ready: Callable[[Device], object] | None = None
) -> None:
    """The best of up to `MOST` openings keeps the budgets of paint (seconds) and data (kB), and of shift. `ready`: what a
    device has done before."""
    paint, data = budget
    found: list[Opened] = []

    def once() -> float:
        phone = device(service_workers="block")
        if ready is not None:
            ready(phone)
        found.append(opened(phone, site, address))
        return max(found[-1].paint / paint, found[-1].shift / SHIFTED)

    best(once, 1)
    told = min(found, key=lambda each: max(each.paint / paint, each.shift / SHIFTED))
    print(f"{address}: {told.paint:.2f}/{paint} s, shift {told.shift:.3f}, data {told.data:.1f}/{data} kB")
    assert told.paint <= paint
    assert told.shift <= SHIFTED
    assert told.data <= data


@pytest.mark.parametrize("address", BUDGETS)
@pytest.mark.alone
def test_the_largest_paint_the_shift_and_the_data_of_a_page_keep_its_budget_on_slow_4g(
    device: Make, site: Site, address: str
) -> None:
    site.contest()
    within(device, site, address, BUDGETS[address])


@pytest.mark.parametrize("state", ["signed in", "paper open", "handed in", "own data"])
@pytest.mark.alone
def test_what_somebody_who_is_signed_in_opens_keeps_the_budgets_of_paint_shift_and_data(
    device: Make, site: Site, state: str
) -> None:
    site.contest()
    person = site.person()

    def ready(phone: Device) -> None:
        phone.sign_in(person)
        # Where people sign in; from then on the device knows the contest.
        phone.open("/dang-nhap/").locator("#login").wait_for()
        if state == "paper open":
            page = phone.open("/thi/")
            page.get_by_role("button", name=re.compile("Bắt đầu làm bài|Tiếp tục bài đang làm")).click()
            shown(page, 1)
            choose(page)
            wait_saved(page, 1)

    if state == "handed in":
        sit(site, person)
    address = {"handed in": "/ket-qua/", "own data": "/thong-tin-cua-toi/"}.get(state, "/thi/")
    within(device, site, address, BUDGETS[address], ready)


@pytest.mark.parametrize("address", NUMBERS)
@pytest.mark.alone
def test_the_largest_paint_the_shift_and_the_data_of_the_numbers_keep_their_budget_on_slow_4g(
    device: Make, site: Site, address: str
) -> None:
    crowd(site, 6)
    served = lambda: f'data-contest="{site.rules.id}"' in site.get("/so-lieu/").text  # noqa: E731
    assert wait_until(served, 15), "the gateway serves the newest contest's numbers in the page"
    named = address.format(contest=site.rules.id, unit=site.unit)
    within(device, site, named, NUMBERS[address])


@pytest.mark.alone
def test_a_tap_on_the_board_is_answered_within_200_ms_on_a_phone_six_times_slower(device: Make, site: Site) -> None:
    crowd(site, 6)
    phone = device(service_workers="block")
    page = phone.open(f"/so-lieu/?cuoc-thi={site.rules.id}")
    page.locator("#take").wait_for()

    def taps() -> float:
        with six_times_slower(phone, page):
            page.get_by_role("button", name="Theo giờ").click()
            page.get_by_role("button", name="Theo ngày").click()
            page.get_by_role("button", name=re.compile("^Mở các đơn vị trực thuộc")).first.click()
            page.locator("#sort").select_option(index=1)
            page.get_by_role("searchbox").press_sequentially("yen", delay=50)
            page.get_by_role("searchbox").fill("")
            page.get_by_role("button", name=re.compile("^Mở các đơn vị trực thuộc")).first.click()
        return slowest(page)

    assert best(taps, 200) <= 200


@pytest.mark.alone
def test_a_tap_on_the_paper_is_answered_within_200_ms_on_a_phone_six_times_slower(device: Make, site: Site) -> None:
    site.contest()
    phone = device(service_workers="block")
    page = phone.start_paper(site.person())

    def taps() -> float:
        with six_times_slower(phone, page):
            for n in range(1, 8):
                go(page, n)
                choose(page)
                page.get_by_role("button", name="Tiếp").click()
        wait_saved(page, 7)
        return slowest(page)

    assert best(taps, 200) <= 200

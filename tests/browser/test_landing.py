"""The landing: a clock of the server that runs down to the closing, and what follows it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.axe import Eye
from tests.browser.conftest import Make
from tests.browser.paper import eventually
from tests.browser.sitting import crowd
from tests.browser.test_every_state import CONTESTS, moved
from tests.browser.test_time import HOUR, SHIFT
from tests.support.site import Site

SHOWN = 2
"""Seconds: whole ones are shown, and asking takes a moment."""


def shown(page: Any) -> int:
    """Seconds on the landing's clock; 0 where it shows none."""
    text = page.locator("[data-left]").inner_text() if page.locator("[data-left]").is_visible() else "0 giây"
    found = re.fullmatch(r"(\d+) (giây|phút)", text)
    assert found, text
    return int(found[1]) * (60 if found[2] == "phút" else 1)


def left(site: Site) -> float:
    return (site.rules.closes - datetime.now(UTC)).total_seconds()


def test_the_clock_runs_down_by_the_servers_time_and_at_its_end_the_button_leads_to_the_results(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=25)
    phone, eye = device(), Eye()
    phone.page.add_init_script(SHIFT % -HOUR)
    page = phone.open("/")
    page.locator("[data-left]").wait_for()
    page.get_by_text("Đang diễn ra").wait_for()
    first = shown(page)
    assert abs(first - left(site)) <= SHOWN
    assert page.locator("[data-main]").get_attribute("href") == "/thi/"
    assert eventually(page, lambda: shown(page) <= first - 3, 5)
    assert abs(shown(page) - left(site)) <= SHOWN
    eye.look(page, "last seconds")
    page.get_by_text("Đã kết thúc").first.wait_for(timeout=30_000)
    assert -1 <= -left(site) <= SHOWN + 3, "neither before nor long after the closing"
    assert not page.locator("[data-left]").is_visible()
    assert page.locator("[data-main]").get_attribute("href") == "/ket-qua/"
    assert not page.locator("[data-register]").is_visible()
    eye.close()


def test_a_deadline_that_was_moved_is_on_an_open_landing_without_a_reload(device: Make, site: Site) -> None:
    site.contest(closes_in=40)
    phone = device()
    with phone.page.expect_response("**/window.json"):
        page = phone.open("/")
    page.locator("[data-left]").wait_for()
    page.evaluate("window.same = true")
    site.change("Mạng của tỉnh bị nghẽn", closes=site.rules.closes + timedelta(minutes=5))
    assert eventually(page, lambda: shown(page) >= 240, 10)
    assert page.evaluate("window.same") is True


def test_once_the_results_are_announced_the_landing_says_so(device: Make, site: Site) -> None:
    crowd(site, 1)
    phone = device(service_workers="block")
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    phone.page.route(CONTESTS, moved(site, rules={"closes": past}, closed_at=past))

    def announced(route: Any) -> None:
        document = route.fetch().json()
        document["contest"]["phase"] = "published"
        route.fulfill(json=document)

    phone.page.route("**/totals.json", announced)
    page = phone.open("/")
    page.get_by_text("Đã công bố kết quả").wait_for()
    assert page.locator("[data-main]").get_attribute("href") == "/ket-qua/"
    page.wait_for_timeout(1500)
    assert page.get_by_text("Đã công bố kết quả").is_visible(), "the clock's next second leaves it"

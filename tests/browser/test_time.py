"""C6, C8: the time is the server's, and a moved deadline arrives."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.browser.conftest import Make
from tests.browser.paper import choose, eventually, listen, locked, remaining, said, wait_saved
from tests.support.site import Person, Site

SHIFT = """
const wall = Date.now, steady = performance.now.bind(performance);
window.shift = { wall: %d, steady: 0 };
Date.now = () => wall() + window.shift.wall;
performance.now = () => steady() + window.shift.steady;
"""
HOUR, DAY = 3_600_000, 86_400_000
SHOWN = 1.5
"""Seconds: the page rounds up, and asking the server takes a moment."""
MOVED = "Giờ kết thúc bài thi đã đổi"


def end(site: Site, person: Person) -> datetime:
    return datetime.fromisoformat(site.stored(person)["ends_at"])


def left(site: Site, person: Person) -> float:
    return (end(site, person) - datetime.now(UTC)).total_seconds()


def is_right(page: Any, site: Site, person: Person) -> bool:
    ends = end(site, person)  # before the page is read: asking takes its time
    return abs(remaining(page) - (ends - datetime.now(UTC)).total_seconds()) <= SHOWN


def right_within_a_second(page: Any, site: Site, person: Person) -> bool:
    return eventually(page, lambda: is_right(page, site, person), 1)


@pytest.mark.parametrize("wrong", [HOUR, -HOUR, DAY, -DAY])
def test_c6_a_phone_clock_an_hour_or_a_day_wrong_shows_the_right_time_left(
    device: Make, site: Site, wrong: int
) -> None:
    site.contest()
    person, phone = site.person(), device()
    phone.page.add_init_script(SHIFT % wrong)
    page = phone.start_paper(person)
    assert right_within_a_second(page, site, person)
    page.evaluate(f"window.shift.wall = {-wrong}")
    assert right_within_a_second(page, site, person)
    page.reload()
    page.get_by_text("Câu 1/19").first.wait_for()
    assert right_within_a_second(page, site, person)
    choose(page)
    wait_saved(page, 1)
    assert not locked(page)


@pytest.mark.parametrize(
    "shown",
    ["document.dispatchEvent(new Event('visibilitychange'))",
     "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"],
    ids=["shown again", "restored as it was"],
)  # fmt: skip
def test_c6_after_three_minutes_of_sleep_the_time_left_is_right_within_a_second(
    device: Make, site: Site, shown: str
) -> None:
    site.contest()
    person, phone = site.person(), device()
    phone.page.add_init_script(SHIFT % 0)
    with phone.page.expect_response("**/head"):
        page = phone.start_paper(person)
    # What it would ask on its own meanwhile waits, else it is right again before it is shown.
    asking = re.compile(r"/(head|window\.json)")
    page.route(asking, lambda _: None)
    # Both clocks of the device stood still: to it, it is three minutes earlier than to the server.
    page.evaluate("window.shift = { wall: -180000, steady: -180000 }")
    assert eventually(page, lambda: remaining(page) - left(site, person) > 170, 10)
    page.unroute(asking)
    page.evaluate(shown)
    assert right_within_a_second(page, site, person)


def test_c6_a_tab_whose_scripts_stood_still_shows_the_right_time_within_a_second(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    page.evaluate("setInterval(() => (window.beats = (window.beats ?? 0) + 1), 50)")
    assert eventually(page, lambda: page.evaluate("window.beats ?? 0") > 2, 5)
    # By the debugger: a headless Chromium keeps the only visible tab running whatever lifecycle it is told.
    debugger = phone.context.new_cdp_session(page)
    debugger.send("Debugger.enable")
    before = page.evaluate("window.beats")
    debugger.send("Debugger.pause")
    time.sleep(3)  # seconds of standing still are what is tried
    debugger.send("Debugger.resume")
    assert page.evaluate("window.beats") - before < 20, "its timers stood still"
    assert right_within_a_second(page, site, person)


def test_c6_a_page_opened_again_from_history_shows_the_right_time(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    page.goto(f"{site.origin}/the-le/")
    page.go_back()
    page.get_by_text("Câu 1/19").first.wait_for()
    assert right_within_a_second(page, site, person)


@pytest.mark.alone
def test_c8_a_deadline_moved_while_answering_arrives_within_five_seconds_once_and_leaves_the_focus(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=600, late_start="cut")
    person, phone = site.person(), device()
    with phone.page.expect_response("**/window.json"):
        page = phone.start_paper(person)
    listen(page)
    page.locator("fieldset input").first.focus()
    before = remaining(page)
    site.change("Mạng của tỉnh bị nghẽn", closes=site.rules.closes + timedelta(minutes=5))
    page.locator(".line", has_text=MOVED).wait_for(timeout=5_000)
    assert remaining(page) > before + 280
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    assert page.locator("[role=alert]").count() == 0, "it is told politely"
    page.get_by_role("button", name="Đã hiểu").click()
    with page.expect_response("**/head"), page.expect_response("**/window.json"):
        page.evaluate("dispatchEvent(new Event('online'))")
    assert page.locator(".line", has_text=MOVED).count() == 0
    assert eventually(page, lambda: [MOVED in each for each in said(page)].count(True) == 1)


def test_the_time_left_is_spoken_at_ten_five_and_one_minute_and_the_timer_itself_is_silent(
    device: Make, site: Site
) -> None:
    site.contest()
    phone = device()
    phone.page.add_init_script(SHIFT % 0)
    page = phone.start_paper(site.person())
    listen(page)
    for minutes in (10, 5, 1):
        step = (remaining(page) - minutes * 60) * 1000 + 500
        page.evaluate("ms => { shift.wall += ms; shift.steady += ms; }", step)
        page.locator("[role=status]", has_text=f"Còn {minutes} phút.").wait_for(state="attached")
    assert [each for each in said(page) if each] == ["Còn 10 phút.", "Còn 5 phút.", "Còn 1 phút."]
    assert page.get_by_role("timer").get_attribute("aria-live") in (None, "off")

"""C6, C7, C8: the time is the server's, the end is handed in by itself, a moved deadline arrives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.browser.conftest import Make, offline
from tests.browser.paper import choose, go, locked, remaining, stored, wait_saved
from tests.support.site import Person, Site

SHIFT = """
const wall = Date.now, steady = performance.now.bind(performance);
window.shift = { wall: %d, steady: 0 };
Date.now = () => wall() + window.shift.wall;
performance.now = () => steady() + window.shift.steady;
"""
DAY = 86_400_000
SHOWN = 1.5
"""Seconds: the page rounds up, and asking the server takes a moment."""


def left(site: Site, person: Person) -> float:
    ends = datetime.fromisoformat(site.stored(person)["ends_at"])
    return (ends - datetime.now(UTC)).total_seconds()


def test_c6_a_phone_clock_a_day_wrong_shows_the_right_time_left(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    phone.page.add_init_script(SHIFT % DAY)
    page = phone.start_paper(person)
    assert abs(remaining(page) - left(site, person)) <= SHOWN
    page.evaluate(f"window.shift.wall = {-DAY}")
    page.wait_for_timeout(1000)
    assert abs(remaining(page) - left(site, person)) <= SHOWN
    choose(page)
    wait_saved(page, 1)
    assert not locked(page)


def test_c6_after_three_minutes_of_sleep_the_time_left_is_right_within_a_second(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    phone.page.add_init_script(SHIFT % 0)
    page = phone.start_paper(person)
    page.wait_for_timeout(500)
    # Both clocks of the device stood still: to it, it is three minutes earlier than to the server.
    page.evaluate("window.shift = { wall: -180000, steady: -180000 }")
    page.wait_for_timeout(400)
    assert remaining(page) - left(site, person) > 170
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(1000)
    assert abs(remaining(page) - left(site, person)) <= SHOWN


def test_c6_a_page_restored_from_history_shows_the_right_time(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    page.goto(f"{site.origin}/the-le/")
    page.wait_for_timeout(1500)
    page.go_back()
    page.get_by_text("Câu 1/19").first.wait_for()
    page.wait_for_timeout(1000)
    assert abs(remaining(page) - left(site, person)) <= SHOWN


def test_c7_time_up_online_locks_hands_in_and_shows_the_receipt(device: Make, site: Site) -> None:
    site.contest(closes_in=12, late_start="cut")
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    question = go(page, 1)
    option = choose(page)
    page.get_by_role("heading", name="Đã nộp bài").wait_for(timeout=20_000)
    assert page.get_by_text("Biên nhận khớp với mọi câu trả lời").is_visible()
    assert site.attempts(person)[-1]["how"] == "by_hand"
    assert stored(site, person) == {question: [option]}


def test_c7_offline_at_the_end_and_back_within_the_grace_what_waited_is_sent_and_counted(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=12, late_start="cut")
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    choose(page)
    wait_saved(page, 1)
    with offline(phone):
        go(page, 2)
        choose(page)
        page.get_by_text("hệ thống sẽ nộp 1/19 câu đã lưu").wait_for(timeout=20_000)
        assert page.get_by_text("1 câu chỉ có trên thiết bị này").is_visible()
        page.wait_for_timeout(2000)
    page.get_by_text("Biên nhận khớp với mọi câu trả lời").wait_for(timeout=10_000)
    assert page.get_by_text("trong thời gian gia hạn").is_visible()
    assert len(stored(site, person)) == 2


def test_c7_offline_at_the_end_and_back_after_the_grace_the_page_says_what_did_not_count(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=12, late_start="cut", grace_ms=2000)
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    question = go(page, 1)
    option = choose(page)
    wait_saved(page, 1)
    with offline(phone):
        go(page, 2)
        choose(page)
        page.get_by_text("hệ thống sẽ nộp 1/19 câu đã lưu").wait_for(timeout=20_000)
        page.wait_for_timeout(9_000)
    page.get_by_role("heading", name="Hết giờ, hệ thống đã tự động nộp").wait_for(timeout=20_000)
    assert page.get_by_text("1 câu trên thiết bị này đến sau giờ nên không được tính").is_visible()
    assert stored(site, person) == {question: [option]}


def test_c7_a_paper_that_ran_out_with_the_tab_closed_has_its_receipt_when_it_is_opened_again(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=10, late_start="cut", grace_ms=1000)
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    choose(page)
    wait_saved(page, 1)
    page.close()
    phone.context.pages or phone.context.new_page()
    page = phone.context.pages[0]
    page.wait_for_timeout(17_000)
    page.goto(f"{site.origin}/thi/")
    page.get_by_role("heading", name="Hết giờ, hệ thống đã tự động nộp").wait_for(timeout=20_000)


def test_c8_a_deadline_moved_while_answering_arrives_within_five_seconds_and_leaves_the_focus(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=600, late_start="cut")
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    page.wait_for_timeout(1500)
    page.locator("fieldset input").first.focus()
    before = remaining(page)
    site.change("Mạng của tỉnh bị nghẽn", closes=site.rules.closes + timedelta(minutes=5))
    notice = page.get_by_text("Giờ kết thúc bài thi đã đổi").first
    notice.wait_for(timeout=7_000)
    assert remaining(page) > before + 280
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    page.get_by_role("button", name="Đã hiểu").click()
    page.wait_for_timeout(16_000)
    assert page.locator(".line", has_text="Giờ kết thúc bài thi đã đổi").count() == 0
    assert json.loads(page.evaluate("JSON.stringify(location.hash)")) == ""

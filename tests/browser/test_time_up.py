"""C7: when time is up the paper is handed in by itself, and the page says what was counted."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Make, offline
from tests.browser.paper import choose, eventually, go, stored, wait_saved
from tests.support.site import Person, Site

OFFLINE = "hệ thống sẽ nộp 1/19 câu đã lưu"
CLOSES_IN = 15
"""Seconds in which a person, a page and a saved answer come too, on a machine that others use."""


def ended(site: Site, page: Any, person: Person) -> bool:
    """The system has handed the paper in."""
    return eventually(page, lambda: site.attempts(person)[-1]["state"] != "open", 30)


def test_c7_time_up_online_locks_hands_in_and_shows_the_receipt(device: Make, site: Site) -> None:
    site.contest(closes_in=CLOSES_IN, late_start="cut")
    person, phone = site.person(), device(service_workers="block")
    page = phone.start_paper(person)
    question = go(page, 1)
    option = choose(page)
    wait_saved(page, 1)
    waiting: list[Any] = []
    page.route("**/submission", lambda route: waiting.append(route))
    page.get_by_role("heading", name="Hết giờ. Đang nộp bài").wait_for(timeout=30_000)
    assert page.locator("input, fieldset, .steps").count() == 0
    assert eventually(page, lambda: len(waiting) == 1)
    waiting[0].continue_()
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    assert page.get_by_text("Biên nhận khớp với mọi câu trả lời").is_visible()
    assert site.attempts(person)[-1]["how"] == "by_hand"
    assert stored(site, person) == {question: [option]}


def test_c7_offline_at_the_end_and_back_within_the_grace_what_waited_is_sent_and_counted(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=CLOSES_IN, late_start="cut")
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    choose(page)
    wait_saved(page, 1)
    with offline(phone):
        go(page, 2)
        choose(page)
        page.get_by_text(OFFLINE).wait_for(timeout=30_000)
        assert page.get_by_text("1 câu chỉ có trên thiết bị này").is_visible()
        assert page.locator("input, fieldset").count() == 0
    page.get_by_text("Biên nhận khớp với mọi câu trả lời").wait_for()
    assert page.get_by_text("trong thời gian gia hạn").is_visible()
    assert len(stored(site, person)) == 2


def test_c7_offline_at_the_end_and_back_after_the_grace_the_page_says_what_did_not_count(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=CLOSES_IN, late_start="cut", grace_ms=1000)
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    question = go(page, 1)
    option = choose(page)
    wait_saved(page, 1)
    with offline(phone):
        go(page, 2)
        choose(page)
        page.get_by_text(OFFLINE).wait_for(timeout=30_000)
        assert ended(site, page, person)
    page.get_by_role("heading", name="Hết giờ, hệ thống đã tự động nộp").wait_for(timeout=20_000)
    assert page.get_by_text("1 câu trên thiết bị này đến sau giờ nên không được tính").is_visible()
    assert stored(site, person) == {question: [option]}


def test_c7_a_paper_that_ran_out_with_the_tab_closed_has_its_receipt_when_it_is_opened_again(
    device: Make, site: Site
) -> None:
    site.contest(closes_in=CLOSES_IN, late_start="cut", grace_ms=1000)
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    choose(page)
    wait_saved(page, 1)
    page.close()
    page = phone.context.new_page()
    assert ended(site, page, person)
    page.goto(f"{site.origin}/thi/")
    page.get_by_role("heading", name="Hết giờ, hệ thống đã tự động nộp").wait_for(timeout=20_000)

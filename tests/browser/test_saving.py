"""C2, C3, C4, C11: a tick is a committed row, and nothing chosen is lost."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from playwright.sync_api import Error

from tests.browser.conftest import DESK, Make, offline
from tests.browser.paper import (
    choose,
    eventually,
    go,
    go_single,
    kept,
    kept_for_offline,
    remaining,
    shown,
    stored,
    submit,
    ticks,
    told_saved,
    wait_saved,
    watch_for_ticks,
)
from tests.browser.test_time import SHIFT
from tests.support.site import Site

ANSWERS = "**/answers"


def kill(page: Any) -> None:
    """As the system ends a tab for want of memory: no event, no last word."""
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=5_000)
    page.close()


def test_c2_with_a_server_two_seconds_away_nothing_is_called_saved_before_its_answer(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block", viewport=DESK)
    page = phone.start_paper(person)
    answered: list[float] = []

    def late(route: Any) -> None:
        response = route.fetch()
        # Not `time.sleep`: the test itself would stand still, and look too late.
        page.wait_for_timeout(2000)
        answered.append(time.time())
        route.fulfill(response=response)

    page.route(ANSWERS, late)
    watch_for_ticks(page)
    question, option = go(page, 1), choose(page)
    assert page.locator("fieldset .mark").inner_text() == "…"
    assert page.get_by_role("button", name="Câu 1/19, đang gửi").is_visible()
    wait_saved(page, 1)
    told = told_saved(page)
    assert told is not None
    assert told >= answered[0]
    assert ticks(page) == 1
    assert page.get_by_role("button", name="Câu 1/19, đã lưu").is_visible()
    assert stored(site, person) == {question: [option]}


def test_c2_with_the_answer_lost_on_the_way_no_tick_comes_until_a_repeat_is_acknowledged(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block", viewport=DESK)
    page = phone.start_paper(person)
    lost: list[int] = []

    def lose(route: Any) -> None:
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route(ANSWERS, lose)
    watch_for_ticks(page)
    question, option = go(page, 1), choose(page)
    assert eventually(page, lambda: len(lost) >= 2)
    assert set(lost) == {200}
    assert stored(site, person) == {question: [option]}
    assert told_saved(page) is None
    page.unroute_all(behavior="wait")
    wait_saved(page, 1)
    assert ticks(page) == 1


def test_c2_with_the_service_killed_between_choice_and_acknowledgement_the_tick_waits_for_the_row(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block", viewport=DESK)
    page = phone.start_paper(person)
    refused: list[int] = []
    page.on("response", lambda response: refused.append(response.status) if response.request.method == "PUT" else None)
    question = go(page, 1)
    watch_for_ticks(page)
    site.stack.kill("quiz-1")
    option = choose(page)
    assert eventually(page, lambda: 503 in refused)
    assert told_saved(page) is None
    wait_saved(page, 1, timeout=40_000)
    assert refused[-1] == 200
    assert stored(site, person) == {question: [option]}


def test_c3_offline_for_five_minutes_ten_answers_changed_the_tab_killed_and_reopened_nothing_is_lost(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device()
    phone.context.add_init_script(SHIFT % 0)
    page = phone.start_paper(person)
    kept_for_offline(page)
    before = remaining(page)
    chosen: dict[str, list[str]] = {}
    with offline(phone):
        for n in range(1, 11):
            question = go(page, n)
            first, second = choose(page, 0), choose(page, 1)
            # A question with several answers keeps both.
            many = page.locator("fieldset .choice input").first.get_attribute("type") == "checkbox"
            chosen[question] = sorted([first, second]) if many else [second]
        page.get_by_text("Mất kết nối").first.wait_for()
        page.get_by_text("10 câu chỉ có trên thiết bị này").first.wait_for()
        kill(page)
        phone.context.add_init_script("window.shift.wall = 300_000; window.shift.steady = 300_000;")
        page = phone.context.new_page()
        page.goto(f"{site.origin}/thi/")
        page.get_by_text("Câu 1/19").first.wait_for()
        page.get_by_text("giờ còn lại là ước tính").wait_for()
        assert abs(before - 300 - remaining(page)) <= 30, "five minutes are gone, and the seconds of this test"
        go(page, 10)
        assert page.locator("fieldset .choice input").nth(1).is_checked()
        assert stored(site, person) == {}
    wait_saved(page, 10, timeout=5_000)
    assert stored(site, person) == chosen


def test_c3_without_a_worker_a_paper_goes_on_after_a_reload_as_soon_as_there_is_network(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    page = phone.start_paper(person)
    with offline(phone):
        question, option = go(page, 1), choose(page)
        page.get_by_text("1 câu chỉ có trên thiết bị này").first.wait_for()
    page.reload()
    wait_saved(page, 1, timeout=5_000)
    assert stored(site, person) == {question: [option]}


def test_c3_with_storage_forbidden_the_page_works_and_says_that_it_keeps_nothing(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    phone.sign_in(person)
    full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
    phone.page.add_init_script(full)
    page = phone.open("/thi/")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_text("không cho lưu trên thiết bị").wait_for()
    choose(page)
    wait_saved(page, 1)
    assert len(stored(site, person)) == 1


def test_c4_forty_taps_in_five_seconds_make_at_most_twelve_saves_and_the_last_one_wins(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    page = phone.start_paper(person)
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if request.method == "PUT" else None)
    question = go_single(page)
    began = time.monotonic()
    for n in range(40):
        option = choose(page, n % 2)
        time.sleep(max(0.0, began + (n + 1) * 0.125 - time.monotonic()))
    wait_saved(page, 1)
    assert eventually(page, lambda: stored(site, person) == {question: [option]})
    assert len(saves) <= 12


def test_every_way_of_leaving_a_question_saves_it(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    choose(page)
    page.get_by_role("button", name="Tiếp ›").click()
    shown(page, 2)
    choose(page)
    page.get_by_role("button", name="Bảng câu hỏi").click()
    page.get_by_role("button", name="Câu 9/19").click()
    shown(page, 9)
    choose(page)
    page.go_back()
    shown(page, 2)
    page.get_by_role("button", name="‹ Trước").click()
    go(page, 12)
    choose(page)
    page.reload()
    wait_saved(page, 4)
    assert len(stored(site, person)) == 4


def test_c11_with_session_and_credential_lost_one_signs_in_over_the_page_and_what_waited_is_sent(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    page = phone.start_paper(person)
    # The service itself refuses: the paper's credential was signed by nobody, and the cookie is gone.
    spoil = """key => { const work = JSON.parse(localStorage.getItem(key));
        localStorage.setItem(key, JSON.stringify({ ...work, credential: work.credential.slice(0, -8) + "AAAAAAAA" })); }"""
    page.evaluate(spoil, f"hoithi.work.{site.attempts(person)[-1]['id']}")
    # What the page asks on its own waits, else it would hear of the refusal before anything has been chosen.
    held: list[Any] = []
    page.route("**/head", lambda route: held.append(route))
    page.reload()
    phone.context.clear_cookies()
    choose(page)
    page.get_by_role("heading", name="Phiên đăng nhập đã hết").wait_for()
    page.unroute("**/head")
    assert len(kept(page, person, site)["kept"]["pending"]) == 1
    assert page.locator("#login").input_value() == person.number
    page.locator("#code").fill(person.code)
    page.get_by_role("button", name="Đăng nhập").click()
    wait_saved(page, 1)
    assert len(stored(site, person)) == 1
    submit(page)
    page.get_by_role("heading", name="Đã nộp bài").wait_for()

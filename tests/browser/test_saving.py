"""C2, C3, C4, C11: a tick is a committed row, and nothing chosen is lost."""

from __future__ import annotations

import time
from typing import Any

from tests.browser.conftest import Make, offline
from tests.browser.paper import choose, eventually, go, kept, shown, stored, submit, ticks, wait_saved
from tests.support.site import Site

ANSWERS = "**/answers"


def test_c2_with_a_server_two_seconds_away_no_tick_is_shown_before_its_answer(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    page = phone.start_paper(person)

    def late(route: Any) -> None:
        response = route.fetch()
        time.sleep(2)
        route.fulfill(response=response)

    page.route(ANSWERS, late)
    question, option = go(page, 1), choose(page)
    assert ticks(page) == 0
    page.wait_for_timeout(300)
    assert page.locator("fieldset .mark").inner_text() == "…"
    wait_saved(page, 1)
    assert ticks(page) == 1
    assert stored(site, person) == {question: [option]}


def test_c2_with_the_answer_lost_on_the_way_no_tick_comes_until_a_repeat_is_acknowledged(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    page = phone.start_paper(person)

    def lost(route: Any) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(ANSWERS, lost)
    question, option = go(page, 1), choose(page)
    assert eventually(page, lambda: stored(site, person) == {question: [option]})
    page.wait_for_timeout(500)
    assert ticks(page) == 0
    page.unroute(ANSWERS)
    wait_saved(page, 1)
    assert ticks(page) == 1


def test_c2_with_the_service_killed_between_choice_and_acknowledgement_the_tick_waits_for_the_row(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    go(page, 1)
    site.stack.kill("quiz-1")
    option = choose(page)
    page.wait_for_timeout(700)
    assert ticks(page) == 0
    wait_saved(page, 1, timeout=40_000)
    assert list(stored(site, person).values()) == [[option]]


def test_c3_offline_with_ten_answers_changed_the_tab_killed_and_reopened_all_is_there_and_reaches_the_server(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_timeout(1500)
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
        page.close(run_before_unload=False)
        page = phone.context.new_page()
        page.goto(f"{site.origin}/thi/")
        page.get_by_text("Câu 1/19").first.wait_for()
        page.get_by_text("giờ còn lại là ước tính").wait_for()
        go(page, 10)
        assert page.locator("fieldset .choice input").nth(1).is_checked()
        assert stored(site, person) == {}
    wait_saved(page, 10, timeout=5_000)
    assert stored(site, person) == chosen


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
    question = go(page, 1)
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
    page.route(ANSWERS, lambda route: route.fulfill(status=401, body="{}"))
    page.route("**/head", lambda route: route.fulfill(status=401, body="{}"))
    phone.context.clear_cookies()
    choose(page)
    page.get_by_role("heading", name="Phiên đăng nhập đã hết").wait_for()
    assert len(kept(page, person, site)["kept"]["pending"]) == 1
    page.unroute(ANSWERS)
    page.unroute("**/head")
    assert page.locator("#login").input_value() == person.number
    page.locator("#code").fill(person.code)
    page.get_by_role("button", name="Đăng nhập").click()
    wait_saved(page, 1)
    assert len(stored(site, person)) == 1
    submit(page)
    page.get_by_role("heading", name="Đã nộp bài").wait_for()

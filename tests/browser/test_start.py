"""C9, C10: however often and however badly it is asked, a start is one attempt."""

from __future__ import annotations

import re
import time
from typing import Any

from services.contracts.rules import Tries
from tests.browser.conftest import Make
from tests.browser.paper import choose, eventually, locked, wait_saved
from tests.support.site import Site

START = "Bắt đầu làm bài"
ATTEMPTS = "**/contests/*/attempts"
BUSY = "Hệ thống đang có nhiều người truy cập, sẽ tự động thử lại sau"


def test_c9_start_pressed_five_times_is_one_attempt(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    phone.sign_in(person)
    page = phone.open("/thi/")
    page.get_by_role("button", name=START).wait_for()
    press = "[...document.querySelectorAll('button')].find((each) => each.textContent.includes('Bắt đầu')).click()"
    page.evaluate(f"for (let n = 0; n < 5; n += 1) {press}")
    page.get_by_text("Câu 1/19").first.wait_for()
    assert len(site.attempts(person)) == 1


def test_c9_a_start_whose_answer_was_lost_is_retried_as_the_same_attempt(device: Make, site: Site) -> None:
    site.contest(tries=Tries(contest=1))
    person, phone = site.person(), device(service_workers="block")
    phone.sign_in(person)
    page = phone.open("/thi/")
    lost: list[int] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("timedout")
        else:
            route.fallback()

    page.route(ATTEMPTS, lose)
    page.get_by_role("button", name=START).click()
    page.get_by_text("Câu 1/19").first.wait_for()
    assert lost == [201]
    assert len(site.attempts(person)) == 1


def test_c10_overload_at_the_start_is_a_waiting_page_that_tries_again_with_the_same_key(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    phone.sign_in(person)
    page = phone.open("/thi/")
    keys: list[tuple[float, str]] = []

    def busy(route: Any) -> None:
        if route.request.method != "POST":
            return route.fallback()
        keys.append((time.monotonic(), route.request.headers["idempotency-key"]))
        if len(keys) == 1:
            return route.fulfill(status=503, headers={"retry-after": "4"}, body="{}")
        return route.fallback()

    page.route(ATTEMPTS, busy)
    page.get_by_role("button", name=START).click()
    page.get_by_text(BUSY).wait_for()
    told = re.compile(r"thử lại sau (\d+) giây\. Không cần bấm lại\.")
    seconds = lambda: int(told.search(page.locator("[role=status]", has_text=BUSY).inner_text())[1])  # noqa: E731
    most = seconds()
    assert 3 <= most <= 6
    assert eventually(page, lambda: seconds() < most, 3), "it counts down"
    assert page.get_by_role("button", name=START).is_disabled()
    assert page.get_by_role("button", name="Dừng thử lại").is_visible()
    page.get_by_text("Câu 1/19").first.wait_for()
    (first, key), (second, again) = keys
    assert key == again
    assert 4 <= second - first <= 4 * 1.3 + 1
    assert len(site.attempts(person)) == 1


def test_c10_while_the_service_is_down_the_gateway_says_so_and_the_paper_opens_by_itself_once_it_is_back(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device()
    phone.sign_in(person)
    page = phone.open("/thi/")
    page.get_by_role("button", name=START).wait_for()
    site.stack.hold("quiz-1")
    page.get_by_role("button", name=START).click()
    page.get_by_text(BUSY).wait_for()
    site.stack.release("quiz-1")
    page.get_by_text("Câu 1/19").first.wait_for(timeout=40_000)
    assert len(site.attempts(person)) == 1


def test_c10_waiting_can_be_stopped(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    phone.sign_in(person)
    page = phone.open("/thi/")
    page.get_by_role("button", name=START).wait_for()
    page.route(ATTEMPTS, lambda route: route.fulfill(status=503, headers={"retry-after": "2"}, body="{}"))
    page.get_by_role("button", name=START).click()
    page.get_by_role("button", name="Dừng thử lại").click()
    page.unroute(ATTEMPTS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    until = time.monotonic() + 3.5
    assert eventually(page, lambda: time.monotonic() > until), "longer than the system asked to wait"
    assert page.get_by_role("button", name=START).is_enabled()
    assert asked == []
    assert site.attempts(person) == []


def test_c10_overload_at_saving_is_a_yellow_line_and_no_dialog(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    page = phone.start_paper(person)
    page.route("**/answers", lambda route: route.fulfill(status=503, headers={"retry-after": "2"}, body="{}"))
    choose(page)
    page.get_by_text("Hệ thống đang bận").first.wait_for()
    assert page.locator("dialog[open]").count() == 0
    assert not locked(page)
    page.unroute("**/answers")
    wait_saved(page, 1)


def test_after_the_last_try_a_new_paper_is_refused_with_a_way_on(device: Make, site: Site) -> None:
    site.contest(tries=Tries(contest=1))
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    page.evaluate("location.hash = 'xem-lai'")
    page.locator("#prediction").fill("1")
    page.locator(".stack .btn").first.click()
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    page.get_by_role("button", name="Làm lượt mới").click()
    page.get_by_text("Đã dùng hết số lượt thi").wait_for()
    assert page.get_by_role("link", name="Xem số liệu cuộc thi").is_visible()

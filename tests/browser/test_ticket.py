"""Who lost the entry code types a helper's ticket and gets a new one, which nobody else sees."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from bench.running import bearer
from deploy.local.plain import PLAIN
from tests.browser.axe import Eye
from tests.browser.conftest import Make
from tests.browser.paper import choose, go, shown, wait_saved
from tests.support.site import Person, Site


def ticket_for(site: Site, person: Person) -> str:
    """Ten digits, as the helpdesk reads them to the person."""
    path = f"/api/registration/v1/series/{site.rules.series_id}/contestants/{person.contestant_id}/code-tickets"
    headers = {**bearer(site.stack.secrets_dir, "helpdesk"), "idempotency-key": uuid4().hex}
    answer = httpx.post(site.origin + path, json={"reason": "lost the slip"}, headers=headers, timeout=30, **PLAIN)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ticket"])


def open_form(page: Any) -> None:
    page.get_by_text("Mất mã đăng nhập?").click()
    page.get_by_role("button", name="Đã có phiếu nhận mã mới").click()
    page.get_by_role("heading", name="Nhận mã đăng nhập mới").wait_for()


def redeem(page: Any, number: str, ticket: str) -> None:
    page.locator("#number").fill(number)
    page.locator("#ticket").fill(ticket)
    page.get_by_role("button", name="Nhận mã mới").click()


def kept(page: Any) -> str:
    """Reads the code, proves that it is kept, and goes on; the code."""
    page.get_by_role("heading", name="Đã có mã đăng nhập mới").wait_for()
    code = str(page.locator(".code").inner_text()).replace(" ", "")
    page.get_by_role("button", name="Tôi đã lưu mã").click()
    page.locator("#last4").fill(code[-4:])
    page.get_by_role("button", name="Vào thi").click()
    return code


def test_a_ticket_gives_a_new_code_once_ends_every_session_and_the_open_paper_goes_on(device: Make, site: Site) -> None:
    site.contest()
    person, first, second, eye = site.person(), device(), device(), Eye()
    page = first.start_paper(person)
    go(page, 1)
    option = choose(page)
    wait_saved(page, 1)
    digits = ticket_for(site, person)

    page = second.open("/dang-nhap/")
    open_form(page)
    assert page.evaluate("document.activeElement.id") == "ticket-title"
    eye.look(page, "ticket")
    redeem(page, person.number, "0000000000" if digits != "0000000000" else "1111111111")
    page.get_by_text("không khớp nhau, hoặc phiếu đã dùng").wait_for()
    assert page.evaluate("document.activeElement.id") == "number"
    eye.look(page, "wrong ticket")
    redeem(page, person.number, f"{digits[:5]} {digits[5:]}")
    code = kept(page)
    assert code != person.code
    page.get_by_role("button", name="Tiếp tục bài đang làm").click()
    shown(page, 1)
    assert page.locator(f"input[value='{option}']").is_checked()
    page = second.open("/ket-qua/")
    page.get_by_text("Mã đăng nhập đã được đổi bằng phiếu. Thực hiện: bộ phận hỗ trợ").wait_for()
    eye.look(page, "told who helped")
    with page.expect_response("**/me/notices/seen"):
        page.get_by_role("button", name="Đã hiểu").click()
    page = second.open("/ket-qua/")
    page.get_by_role("heading", name="Lượt thi tiếp theo").wait_for()
    assert page.get_by_text("đã được đổi bằng phiếu").count() == 0, "it was seen"

    sign_in = {"series_id": site.rules.series_id, "login": person.number}
    for given, status in ((person.code, 401), (code, 201)):
        path = f"{site.origin}/api/registration/v1/sessions"
        assert (
            httpx.post(path, json=sign_in | {"code": given}, headers={"origin": site.origin}, **PLAIN).status_code
            == status
        )
    page = first.open("/ket-qua/")
    page.get_by_role("link", name="Đăng nhập").wait_for()
    page = device().open("/dang-nhap/")
    open_form(page)
    redeem(page, person.number, digits)
    page.get_by_text("phiếu đã dùng, đã hết hạn").wait_for()
    page.get_by_role("button", name="Quay lại đăng nhập").click()
    page.locator("#login").wait_for()
    eye.close()


def test_when_the_answer_to_a_ticket_is_lost_the_code_that_it_set_is_shown_all_the_same(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    digits, answers = ticket_for(site, person), []

    def lose_the_first(route: Any) -> None:
        answer = route.fetch()
        answers.append(answer.status)
        if len(answers) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    phone.page.route("**/sessions/ticket", lose_the_first)
    page = phone.open("/dang-nhap/")
    open_form(page)
    redeem(page, person.number, digits)
    kept(page)
    page.get_by_role("button", name="Bắt đầu làm bài").wait_for()
    assert answers == [201, 401], "the server spent the ticket once"

"""C13: a paper has one receipt for ever."""

from __future__ import annotations

import json
from typing import Any

from tests.browser.conftest import Make
from tests.browser.paper import choose, submit, wait_saved
from tests.support.site import Site


def test_c13_a_double_submission_the_back_button_and_a_reload_show_the_same_receipt(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    page = phone.start_paper(person)
    choose(page)
    wait_saved(page, 1)
    lost: list[int] = []

    def lose(route: Any) -> None:
        if lost:
            return route.fallback()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    page.route("**/submission", lose)
    submit(page)
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    code = page.locator(".code").inner_text()
    assert lost == [200]
    page.reload()
    assert page.locator(".code").inner_text() == code
    page.go_back()
    page.wait_for_url("**/thi/")
    assert page.locator(".code").inner_text() == code
    assert page.locator("fieldset").count() == 0
    page.go_forward()
    assert page.locator(".code").inner_text() == code
    attempt = site.attempts(person)[-1]["id"]
    receipt = site.get(f"/api/quiz/v1/attempts/{attempt}/receipt", person).json()
    assert json.loads(receipt["receipt"])["code"] == code


def test_a_receipt_whose_text_was_changed_is_called_what_it_is(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    choose(page)
    wait_saved(page, 1)
    submit(page)
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    attempt = site.attempts(person)[-1]["id"]
    receipt = site.get(f"/api/quiz/v1/attempts/{attempt}/receipt", person).json()
    page = phone.open("/bien-nhan/")
    page.locator("#text").fill(json.dumps(receipt))
    page.get_by_role("button", name="Kiểm tra").click()
    page.get_by_text("Biên nhận thật").wait_for()
    receipt["receipt"] = receipt["receipt"].replace('"answered":1', '"answered":9')
    page.locator("#text").fill(json.dumps(receipt))
    page.get_by_role("button", name="Kiểm tra").click()
    page.get_by_text("nội dung hoặc chữ ký đã bị sửa").wait_for()

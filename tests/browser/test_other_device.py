"""Another device signs in by a code that is good once, and goes on with an open paper where it stood."""

from __future__ import annotations

import re
from typing import Any

from tests.browser.axe import Eye
from tests.browser.conftest import Device, Make
from tests.browser.paper import choose, go, shown, wait_saved
from tests.support.site import Person, Site


def code_of(phone: Device, eye: Eye, address: str) -> str:
    """Makes a code on a page of the device that is signed in; its 12 digits."""
    page = phone.open(address)
    page.get_by_role("button", name="Tạo mã dùng một lần").click()
    page.get_by_role("img", name="Mã QR mở trang đăng nhập").wait_for()
    eye.look(page, f"code on {address}")
    found = page.locator(".card .code").inner_text().replace(" ", "")
    assert re.fullmatch(r"\d{12}", found)
    return str(found)


def type_code(page: Any, code: str) -> None:
    page.get_by_text("Đã đăng nhập trên thiết bị khác?").click()
    page.locator("#pairing").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()


def paper_with_one_answer(phone: Device, person: Person) -> str:
    page = phone.start_paper(person)
    go(page, 1)
    option = choose(page)
    wait_saved(page, 1)
    return option


def test_a_code_made_on_one_device_signs_another_in_once_and_the_open_paper_goes_on(device: Make, site: Site) -> None:
    site.contest()
    person, first, second, third, eye = site.person(), device(), device(), device(), Eye()
    option = paper_with_one_answer(first, person)
    code = code_of(first, eye, "/ket-qua/")

    page = second.open("/dang-nhap/")
    type_code(page, f"{code[:4]} {code[4:8]} {code[8:]}")
    page.get_by_text(f"số báo danh {person.number}?").wait_for()
    assert page.evaluate("document.activeElement.id") == "whose"
    eye.look(page, "whose it is")
    page.get_by_role("button", name="Đúng, đăng nhập").click()
    page.get_by_role("button", name="Tiếp tục bài đang làm").click()
    shown(page, 1)
    assert page.locator(f"input[value='{option}']").is_checked()

    page = third.open("/dang-nhap/")
    type_code(page, code)
    page.get_by_text("đã dùng rồi hoặc đã hết hạn").wait_for()
    assert page.evaluate("document.activeElement.id") == "pairing"
    eye.look(page, "spent")
    eye.close()


def test_the_link_of_the_qr_code_asks_whose_it_is_leaves_the_address_and_may_be_declined(
    device: Make, site: Site
) -> None:
    site.contest()
    person, first, second = site.person(), device(), device()
    first.sign_in(person)
    code = code_of(first, Eye(), "/dang-nhap/")
    page = second.open(f"/dang-nhap#{site.rules.series_id}.{code}")
    page.get_by_text(f"số báo danh {person.number}?").wait_for()
    assert code not in page.url
    page.get_by_role("button", name="Không phải tôi").click()
    assert page.locator("#pairing").input_value() == ""
    assert second.context.cookies() == []

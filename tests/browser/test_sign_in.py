"""Signing in by a phone that several people gave, and by the contestant number: the code picks the person."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Make
from tests.support.site import Person, Site

PHONE = "0987 654 321"


def sign_in(page: Any, login: str, code: str) -> None:
    page.locator("#login").fill(login)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def test_of_several_people_with_one_phone_the_code_picks_who_signs_in(device: Make, site: Site) -> None:
    site.contest()
    people: dict[str, Person] = {
        name: site.person(name, phone=PHONE) for name in ("Nguyễn Văn Ấn", "Trần Thị Bưởi", "Lê Hữu Đức")
    }
    phone = device()
    for name, person in reversed(people.items()):
        page = phone.open("/dang-nhap/")
        # As people type it: with spaces, or with the country's number; the code in groups of four.
        typed = PHONE if name == "Lê Hữu Đức" else "+84987654321"
        sign_in(page, typed, f"{person.code[:4]} {person.code[4:8]} {person.code[8:]}")
        page.get_by_role("heading", name="Trước khi bắt đầu").wait_for()
        page = phone.open("/ket-qua/")
        page.get_by_text(name).wait_for()
        assert page.get_by_text(person.number, exact=True).is_visible()
        assert sum(page.get_by_text(other).count() for other in people) == 1, "nobody else of that phone is told of"


def test_a_code_that_belongs_to_nobody_with_that_phone_is_refused_without_saying_who_has_it(
    device: Make, site: Site
) -> None:
    site.contest()
    site.person("Nguyễn Văn Ấn", phone=PHONE)
    other = site.person("Trần Thị Bưởi", phone="0911 222 333")
    page = device().open("/dang-nhap/")
    sign_in(page, PHONE, other.code)
    page.get_by_text("Số và mã không khớp nhau").wait_for()
    assert page.get_by_text("Nguyễn Văn Ấn").count() == 0
    sign_in(page, other.number, other.code)
    page.get_by_role("heading", name="Trước khi bắt đầu").wait_for()

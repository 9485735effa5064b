"""C14: what a Vietnamese keyboard, the clipboard and autofill do arrives in every field, and is stored as NFC."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Device, Make
from tests.browser.paper import choose, stored
from tests.browser.test_register import send
from tests.support.site import Site

NAME = "Nguyễn Thị Ẵm Ợ"
PHONE = "0912345678"
TEXTS = {"#name": NAME, "#birth-day": "27", "#birth-month": "3", "#birth-year": "1990", "#phone": PHONE}
Put = Callable[[Any, str, str], None]


def compose(page: Any, field: str, text: str) -> None:
    """As an input method does (Telex on a phone, ibus): each word stands as a composition that grows, then is taken."""
    keyboard = page.context.new_cdp_session(page)
    page.locator(field).focus()
    for n, word in enumerate(text.split(" ")):
        if n:
            page.keyboard.insert_text(" ")
        for length in range(1, len(word) + 1):
            keyboard.send(
                "Input.dispatchKeyEvent", {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process"}
            )
            keyboard.send(
                "Input.imeSetComposition", {"text": word[:length], "selectionStart": length, "selectionEnd": length}
            )
        keyboard.send("Input.insertText", {"text": word})
    keyboard.detach()


def retype(page: Any, field: str, text: str) -> None:
    """As UniKey does: the letter without its mark, then a backspace and the letter with it, decomposed."""
    page.locator(field).focus()
    for letter in text:
        plain = unicodedata.normalize("NFD", letter)
        page.keyboard.press("Space") if plain == " " else page.keyboard.type(plain[0])
        if len(plain) > 1:
            page.keyboard.press("Backspace")
            page.keyboard.insert_text(plain)


def paste(page: Any, field: str, text: str) -> None:
    page.locator(field).focus()
    page.evaluate("text => navigator.clipboard.writeText(text)", unicodedata.normalize("NFD", text))
    page.keyboard.press("Control+V")


def autofill(page: Any, field: str, text: str) -> None:
    """As a browser fills in what it knows: no key, no focus, the value and its events."""
    page.locator(field).evaluate(
        """(field, text) => {
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, text);
            for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
        }""",
        text,
    )


def opened(phone: Device) -> Any:
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.open("/dang-ky/")
    page.get_by_text("Đăng ký một lần").wait_for()
    return page


@pytest.mark.parametrize("put", [compose, retype, paste, autofill])
def test_c14_every_field_takes_what_is_composed_retyped_pasted_or_filled_in_and_the_name_is_stored_as_nfc(
    device: Make, site: Site, put: Put
) -> None:
    site.contest()
    phone = device()
    page = opened(phone)
    for field, text in TEXTS.items():
        put(page, field, text)
        assert unicodedata.normalize("NFC", page.locator(field).input_value()) == text
    page.get_by_label("Người dân").check()
    put(page, "#unit", "Việt Yên")
    page.get_by_role("option").first.click()
    assert page.get_by_text("Huyện Việt Yên").first.is_visible()
    page.locator("#consent-run_contest").check()
    page.locator("#consent-prevent_fraud").check()
    send(page)
    page.get_by_text("Hãy lưu mã đăng nhập").wait_for()
    me = page.evaluate("fetch('/api/registration/v1/me').then((answer) => answer.json())")
    assert me["name"] == NAME


def test_c14_keys_of_a_composition_are_left_to_the_keyboard_and_the_unit_is_taken_by_the_next_enter(
    device: Make, site: Site
) -> None:
    site.contest()
    page = opened(device())
    keyboard = page.context.new_cdp_session(page)
    box = page.get_by_role("combobox")
    box.focus()
    keyboard.send("Input.imeSetComposition", {"text": "viet yen", "selectionStart": 8, "selectionEnd": 8})
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    composing = "() => { window.keys = []; addEventListener('keydown', (e) => window.keys.push(e.isComposing), true); }"
    page.evaluate(composing)
    for key in ("ArrowDown", "Enter"):
        keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": key})
    assert page.evaluate("window.keys") == [True, True]
    assert box.is_visible()
    assert page.locator("[role=option][aria-selected=true]").count() == 0
    keyboard.send("Input.insertText", {"text": "viet yen"})
    page.keyboard.press("ArrowDown")
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Chọn đơn vị khác").wait_for()


@pytest.mark.parametrize("put", [compose, retype, paste, autofill])
def test_c14_signing_in_and_the_prediction_take_every_way_of_typing(device: Make, site: Site, put: Put) -> None:
    site.contest()
    person, phone = site.person(), device()
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.open("/dang-nhap/")
    page.locator("#login").wait_for()
    put(page, "#login", person.number)
    put(page, "#code", person.code)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    choose(page)
    page.evaluate("location.hash = 'xem-lai'")
    put(page, "#prediction", "12000")
    page.locator(".stack .btn").first.click()
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    assert site.stored(person)["prediction"] == 12000
    assert len(stored(site, person)) == 1

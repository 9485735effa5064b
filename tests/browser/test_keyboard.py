"""Everything by keyboard alone, with a focus that is seen; the order and the words that a screen reader meets."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import DESK, PHONE, Make
from tests.browser.paper import eventually, go, listen, said, shown, stored, wait_saved
from tests.support.site import Site

# What has the focus: its role or tag, and its name as a reader says it.
FOCUS = """() => {
    const at = document.activeElement;
    const label = at.getAttribute("aria-label") ?? (at.labels?.[0] ?? at).textContent;
    return `${at.getAttribute("role") ?? at.type ?? at.tagName.toLowerCase()}: ${label.replace(/\\s+/g, " ").trim()}`;
}"""
RING = """() => {
    const at = document.activeElement;
    const rings = [at, at.closest("label"), at.parentElement].filter(Boolean).map((each) => getComputedStyle(each));
    return rings.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
}"""


def tab_to(page: Any, name: str, most: int = 40) -> list[str]:
    """Presses Tab until the focus is on what is called so; every stop on the way must show a ring."""
    stops: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
        assert page.evaluate(RING), f"no ring on {stops[-1]}"
        if name in stops[-1]:
            return stops
    raise AssertionError(f"{name} is not reached by Tab: {stops}")


def press(page: Any, name: str, key: str = "Enter") -> None:
    tab_to(page, name)
    page.keyboard.press(key)


def test_the_whole_way_from_the_landing_to_the_receipt_by_keyboard_alone(device: Make, site: Site) -> None:
    site.contest()
    phone = device()
    page = phone.open("/")
    page.locator("[data-state]", has_text="Đang diễn ra").wait_for()
    press(page, "Đăng ký dự thi")
    page.locator("#name").wait_for()
    for field, text in (("Họ và tên", "Lê Hữu Đức"), ("Ngày", "27"), ("Tháng", "3"), ("Năm", "1990")):
        tab_to(page, field)
        page.keyboard.type(text)
    tab_to(page, "Cán bộ")
    page.keyboard.press("ArrowDown")
    tab_to(page, "combobox")
    page.keyboard.type("viet yen")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for purpose in ("Tổ chức cuộc thi", "Phòng chống gian lận"):
        press(page, purpose, "Space")
    press(page, "submit: Đăng ký")
    page.get_by_role("heading", name="lưu mã đăng nhập").wait_for()
    code = page.locator(".code").inner_text()
    press(page, "Tôi đã lưu mã")
    tab_to(page, "4 chữ số cuối")
    page.keyboard.type(code[-4:])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Bắt đầu làm bài").wait_for()
    press(page, "Bắt đầu làm bài")
    shown(page, 1)
    tab_to(page, "radio" if page.locator("fieldset input").first.get_attribute("type") == "radio" else "checkbox")
    page.keyboard.press("Space")
    press(page, "Tiếp")
    shown(page, 2)
    assert page.evaluate(FOCUS) == "h1: Câu 2/19"
    press(page, "Bảng câu hỏi")
    press(page, "Xem lại và nộp bài")
    page.locator("#prediction").wait_for()
    tab_to(page, "bao nhiêu lượt")
    page.keyboard.type("12000")
    press(page, "Vẫn nộp")
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    assert page.evaluate(FOCUS) == "h1: Đã nộp bài"


def test_the_order_of_a_paper_is_skip_link_header_question_palette_previous_and_next(device: Make, site: Site) -> None:
    site.contest()
    page = device(viewport=DESK).start_paper(site.person())
    page.evaluate("location.hash = 'cau-2'")
    shown(page, 2)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.reload()
    shown(page, 2)
    stops = tab_to(page, "Câu 19/19")
    wanted = (
        "Chuyển đến nội dung",
        "Bắc Giang",
        "radio: ",
        "Xem lại câu này",
        "Trước",
        "Tiếp",
        "Câu 1/19",
        "Câu 19/19",
    )
    places = [next(n for n, stop in enumerate(stops) if word in stop or (word == "radio: " and "checkbox: " in stop))
              for word in wanted]  # fmt: skip
    assert places == sorted(places), stops
    assert places[0] == 0


def test_arrows_choose_within_a_question_and_letters_and_digits_do_nothing(device: Make, site: Site) -> None:
    site.contest()
    person = site.person()
    page = device().start_paper(person)
    # A question with one answer.
    n = 1
    while page.locator("fieldset input").first.get_attribute("type") != "radio":
        n += 1
        page.get_by_role("button", name="Tiếp").click()
        page.wait_for_function("n => document.activeElement.textContent === `Câu ${n}/19`", arg=n)
    options = page.locator("fieldset input")
    options.first.focus()
    for key in ("2", "b", "n", "Enter"):
        page.keyboard.press(key)
    assert page.locator("fieldset input:checked").count() == 0
    page.keyboard.press("ArrowDown")
    assert options.nth(1).is_checked()
    wait_saved(page, 1)
    page.keyboard.press("Tab")
    assert "Xem lại câu này" in page.evaluate(FOCUS)
    assert list(stored(site, person).values()) == [[options.nth(1).get_attribute("value")]]


def test_a_dialog_is_closed_by_escape_and_gives_the_focus_back(device: Make, site: Site) -> None:
    site.contest()
    page = device().start_paper(site.person())
    button = page.get_by_role("button", name="Bảng câu hỏi")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Bảng câu hỏi").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert "Bảng câu hỏi" in page.evaluate(FOCUS)


def test_an_open_sheet_outlives_a_window_that_grows_and_escape_closes_it_for_good(device: Make, site: Site) -> None:
    site.contest()
    page = device().start_paper(site.person())
    sheet = page.get_by_role("dialog", name="Bảng câu hỏi")
    page.get_by_role("button", name="Bảng câu hỏi").click()
    sheet.wait_for()
    page.evaluate("window.sheet = document.querySelector('dialog[open]')")
    page.set_viewport_size(DESK)
    page.get_by_role("complementary", name="Bảng câu hỏi", include_hidden=True).wait_for(state="attached")
    assert page.evaluate("window.sheet.open && window.sheet.isConnected"), "it is the one that was opened"
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Bảng câu hỏi").wait_for()
    assert sheet.count() == 0, "it does not come back"
    page.get_by_role("button", name="Bảng câu hỏi").click()
    sheet.wait_for()
    go(page, 5)
    sheet.wait_for(state="hidden")


def test_a_reader_hears_the_question_its_options_and_what_is_saved(device: Make, site: Site) -> None:
    site.contest()
    page = device().start_paper(site.person())
    listen(page)
    group = page.get_by_role("group").first
    legend = page.locator("legend").inner_text()
    assert legend in group.aria_snapshot()
    option = page.locator("fieldset .text").first.inner_text()
    page.get_by_label(option, exact=True).check()
    wait_saved(page, 1)
    assert eventually(page, lambda: said(page) == ["Đã lưu 1/19"])
    assert page.locator("main [role=status].sr").count() == 1
    assert page.locator("[role=alert]").count() == 0
    page.get_by_role("button", name="Bảng câu hỏi").click()
    assert page.get_by_role("button", name="Câu 1/19, đã lưu").is_visible()
    assert page.get_by_role("button", name="Câu 2/19, chưa trả lời").is_visible()

"""The board as a whole by keyboard alone: listening, chart, table, searching, sorting, opening units, taking along."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.browser.axe import Eye
from tests.browser.conftest import DESK, Make
from tests.browser.paper import eventually
from tests.browser.sitting import crowd
from tests.browser.test_board import board, changed
from tests.browser.test_keyboard import FOCUS, press, tab_to
from tests.support.site import Site

VIETNAM = timezone(timedelta(hours=7))


def hours(newest: str, *attempts: int) -> list[dict[str, Any]]:
    """The newest hours of the chart, last that of `newest`, by which the page says which one is running."""
    now = datetime.fromisoformat(newest).astimezone(VIETNAM)
    starts = [now - timedelta(hours=ago) for ago in reversed(range(len(attempts)))]
    return [{"at": f"{at:%Y-%m-%dT%H}", "attempts": n} for at, n in zip(starts, attempts, strict=True)]


def names(page: Any) -> list[str]:
    return [str(each) for each in page.locator("tr[data-depth='0'] th a").all_inner_texts()]


def test_the_board_is_walked_by_keyboard_alone(device: Make, site: Site) -> None:
    crowd(site, 2)
    phone, eye = device(viewport=DESK), Eye()
    changed(phone.page, by_hour=hours(board(site)["as_of"], 7, 31, 2))
    page = phone.open(f"/so-lieu/?cuoc-thi={site.rules.id}")
    page.locator("#take").wait_for()
    press(page, "Đọc số liệu")
    assert eventually(page, lambda: "2 lượt thi" in page.locator(".asof [role=status]").inner_text())
    press(page, "Năm con số này nghĩa là gì?")
    assert page.get_by_text("Người đăng ký đã nộp ít nhất một bài.").is_visible()
    _chart(page)
    eye.look(page, "chart by hour, and as a table")
    _search(page, eye)
    _sort(page)
    _open_units(page)
    eye.close()


def _chart(page: Any) -> None:
    press(page, "Theo giờ", "Space")
    tab_to(page, "slider: Lượt thi theo giờ")
    told = lambda: str(page.evaluate("document.activeElement.getAttribute('aria-valuetext')"))  # noqa: E731
    assert re.search(r"\d\d:00–\d\d:00, .*: 2 lượt thi \(chưa kết thúc\)", told())
    for key, n in (("ArrowLeft", 31), ("ArrowLeft", 7), ("ArrowLeft", 7), ("ArrowRight", 31), ("End", 2), ("Home", 7)):
        page.keyboard.press(key)
        assert f": {n} lượt thi" in told(), key
        assert page.locator(".read").inner_text() == told(), "who sees it reads the same"
    press(page, "Xem dạng bảng")
    shown = page.locator("details[open] tbody td").all_inner_texts()
    assert shown == ["2", "31", "7"]


def _search(page: Any, eye: Eye) -> None:
    tab_to(page, "search: Tìm đơn vị")
    page.keyboard.type("viet yen")
    # While it is typed the page may already show what the first letters find.
    found = lambda: page.locator("[data-unit] th a").all_inner_texts()  # noqa: E731
    assert eventually(page, lambda: bool(names := found()) and all("Việt Yên" in each for each in names))
    assert page.get_by_text(re.compile(r"\d+ đơn vị khớp")).is_visible()
    eye.look(page, "units found")
    page.keyboard.press("Control+A")
    page.keyboard.type("khong co dau")
    page.get_by_text("Không có đơn vị nào khớp.").wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.locator("[data-unit]").first.wait_for()


def _sort(page: Any) -> None:
    tab_to(page, "select-one: Sắp xếp theo")
    page.keyboard.press("End")
    head = page.get_by_role("columnheader", name="Đơn vị")
    assert head.get_attribute("aria-sort") == "ascending"
    up = names(page)
    assert len(up) >= 2
    press(page, "button: Đơn vị")
    assert head.get_attribute("aria-sort") == "descending"
    assert names(page) == list(reversed(up))
    press(page, "button: Dự thi")
    assert page.get_by_role("columnheader", name="Dự thi", exact=True).get_attribute("aria-sort") == "descending"
    took = [int(n) for n in page.locator("tr[data-depth='0'] td.took").all_inner_texts()]
    assert took == sorted(took, reverse=True)
    assert sum(took) == 2


def _open_units(page: Any) -> None:
    closed = page.locator("[data-unit]").count()
    press(page, "Mở các đơn vị trực thuộc")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert page.locator("[data-unit]").count() > closed
    inner = page.locator("tr[data-depth='1'] th a").first.inner_text()
    press(page, f": {inner}")
    page.get_by_role("heading", level=1, name=inner).wait_for()
    page.get_by_text("Ghim đơn vị này").wait_for()
    press(page, "Ghim đơn vị này", "Space")
    assert "Bỏ ghim" in page.evaluate(FOCUS)
    page.reload()
    page.get_by_text("Bỏ ghim").wait_for()
    tab_to(page, "Đường dẫn đăng ký")
    assert page.evaluate("document.activeElement.selectionEnd - document.activeElement.selectionStart") > 20
    page.go_back()
    page.get_by_role("region", name="Đơn vị đã ghim").get_by_role("link", name=inner).wait_for()

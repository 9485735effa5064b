"""The whole way of a contestant, on a phone."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.browser.conftest import Device, Make, Site


def register(device: Device, name: str = "Nguyễn Thị Ẵm", unit: str = "viet yen") -> tuple[str, str]:
    """Fills in the form and keeps the code. (contestant number, entry code)"""
    page = device.open("/")
    page.get_by_role("link", name="Đăng ký dự thi").click()
    page.get_by_label("Họ và tên").fill(name)
    page.get_by_label("Ngày", exact=True).fill("27")
    page.get_by_label("Tháng", exact=True).fill("3")
    page.get_by_label("Năm", exact=True).fill("1990")
    page.get_by_label("Người dân").check()
    page.get_by_role("combobox").press_sequentially(unit)
    page.get_by_role("option").first.click()
    page.get_by_label(re.compile("Tổ chức cuộc thi")).check()
    page.get_by_label(re.compile("Phòng chống gian lận")).check()
    page.get_by_role("button", name="Đăng ký").click()
    page.get_by_role("heading", name=re.compile("lưu mã đăng nhập")).wait_for()
    number, code = (text.replace(" ", "") for text in page.locator(".card .big").all_inner_texts())
    page.get_by_role("button", name="Tôi đã lưu mã").click()
    page.get_by_label(re.compile("4 chữ số cuối")).fill(code[-4:])
    page.get_by_role("button", name="Vào thi").click()
    return number, code


def answer(page: Any, n: int) -> None:
    page.get_by_role("heading", name=f"Câu {n}/19").wait_for(state="attached")
    page.locator("fieldset .choice").first.click()


def test_c1_from_landing_to_the_receipt_and_the_result(device: Make, site: Site) -> None:
    site.contest()
    phone = device()
    number, code = register(phone)
    assert re.fullmatch(r"\d{8}", number)
    assert re.fullmatch(r"\d{12}", code)
    page = phone.page
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    for n in range(1, 20):
        answer(page, n)
        page.get_by_role("button", name="Tiếp ›" if n < 19 else "Xem lại và nộp bài").first.click()
    page.get_by_label(re.compile("bao nhiêu lượt dự thi")).fill("12.000")
    page.get_by_role("button", name="Nộp bài").click()
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    assert page.get_by_text("Biên nhận khớp với mọi câu trả lời").is_visible()
    page.get_by_role("link", name="Kiểm tra biên nhận").first.click()
    page.get_by_text("Biên nhận thật").wait_for()
    page = phone.open("/ket-qua/")
    page.get_by_text(re.compile(r"\d+/19")).wait_for(timeout=20_000)
    assert json.loads(page.evaluate("localStorage.getItem('hoithi.who')"))["number"] == number

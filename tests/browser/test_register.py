"""C14: registering, with the keyboards and the autofill that people have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from deploy.local.processes import wait_until
from tests.browser.axe import Eye
from tests.browser.conftest import Make
from tests.support.site import Site

PHONE = "0912 345 678"


def fill(page: Any, name: str, phone: str = "") -> None:
    page.get_by_text("Đăng ký một lần").wait_for()
    page.locator("#name").fill(name)
    for part, value in (("day", "27"), ("month", "3"), ("year", "1990")):
        page.locator(f"#birth-{part}").fill(value)
    page.get_by_label("Người dân").check()
    page.get_by_role("combobox").fill("viet yen")
    page.get_by_role("option").first.click()
    if phone:
        page.locator("#phone").fill(phone)
    page.locator("#consent-run_contest").check()
    page.locator("#consent-prevent_fraud").check()


def send(page: Any) -> None:
    page.get_by_role("button", name="Đăng ký", exact=True).click()


def for_children(site: Site, **rules: Any) -> None:
    """A contest for every age: that of the folder is counted at a day of 2023, when today's children were too young."""
    site.contest()
    site.change("mọi lứa tuổi", registration=replace(site.rules.registration, age=None, **rules))
    # Registration learns of it through Kafka.
    series = f"/api/registration/v1/series/{site.rules.series_id}"
    assert wait_until(lambda: site.get(series).json()["age"] is None, 20)


def test_c14_a_phone_that_stands_for_enough_people_is_told_so_without_saying_whose(device: Make, site: Site) -> None:
    site.contest()
    site.change("một số một người", registration=replace(site.rules.registration, phone_shared_by=1))
    # Registration learns of it through Kafka.
    series = f"/api/registration/v1/series/{site.rules.series_id}"
    assert wait_until(lambda: site.get(series).json()["phone_shared_by"] == 1, 20)
    first, second = device(), device()
    page = first.open("/dang-ky/")
    fill(page, "Nguyễn Văn Ấn", PHONE)
    send(page)
    page.get_by_text("Hãy lưu mã đăng nhập").wait_for()
    page = second.open("/dang-ky/")
    fill(page, "Trần Thị Bưởi", "+84912345678")
    send(page)
    page.locator("#faults").wait_for()
    assert "đã được dùng cho đủ số người" in page.locator("#faults").inner_text()
    assert "Nguyễn Văn Ấn" not in page.content()
    assert page.locator("#name").input_value() == "Trần Thị Bưởi"


def test_c14_no_consent_is_ticked_and_every_fault_is_told_at_once(device: Make, site: Site) -> None:
    site.contest()
    page = device().open("/dang-ky/")
    page.get_by_text("Đăng ký một lần").wait_for()
    assert page.locator("input[type=checkbox]:checked").count() == 0
    send(page)
    page.locator("#faults").wait_for()
    assert page.locator("#faults li").count() == 6
    assert page.evaluate("document.activeElement.id") == "faults"


def test_who_comes_back_to_the_list_of_units_at_once_keeps_it(device: Make, site: Site) -> None:
    site.contest()
    page = device().open("/dang-ky/")
    page.get_by_text("Đăng ký một lần").wait_for()
    box = page.get_by_role("combobox")
    box.press_sequentially("viet yen")
    page.get_by_role("option").first.wait_for()
    page.evaluate("document.activeElement.blur(), document.querySelector('[role=combobox]').focus()")
    page.wait_for_timeout(400)
    assert page.get_by_role("option").first.is_visible()
    page.locator("#name").focus()
    page.get_by_role("option").first.wait_for(state="hidden")


def test_c14_fields_are_marked_for_autofill_and_a_pasted_date_finds_its_fields(device: Make, site: Site) -> None:
    site.contest()
    phone = device()
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.open("/dang-ky/")
    page.get_by_text("Đăng ký một lần").wait_for()
    marks = {"#name": "name", "#phone": "tel", "#birth-day": "bday-day", "#birth-year": "bday-year"}
    assert {field: page.locator(field).get_attribute("autocomplete") for field in marks} == marks
    page.locator("#birth-day").focus()
    page.evaluate("navigator.clipboard.writeText('27/3/1990')")
    page.keyboard.press("Control+V")
    assert [page.locator(f"#birth-{part}").input_value() for part in ("day", "month", "year")] == ["27", "3", "1990"]


def test_c14_a_units_own_link_chooses_the_unit(device: Make, site: Site) -> None:
    site.contest()
    page = device().open(f"/dang-ky/?don-vi={site.unit}")
    page.get_by_role("button", name="Chọn đơn vị khác").wait_for()


def test_a_child_is_registered_with_the_guardian_who_agrees_and_may_start(device: Make, site: Site) -> None:
    for_children(site)
    eye, phone = Eye(), device()
    page = phone.open("/dang-ky/")
    fill(page, "Lê Hữu Đức")
    assert page.locator("#guardian-consents").count() == 0, "a grown-up is asked for none"
    page.locator("#birth-year").fill(str(datetime.now(UTC).year - 12))
    page.get_by_text("chỉ vào thi được sau khi người giám hộ đồng ý").wait_for()
    assert not page.locator("#guardian-consents").is_checked()
    page.locator("#guardian-consents").check()
    send(page)
    page.locator("#faults").wait_for()
    assert page.locator("#faults li").count() == 2
    eye.look(page, "guardian missing")
    page.locator("#guardian-name").fill("Lê Thị Ưng")
    page.locator("#guardian-phone").fill(PHONE)
    send(page)
    page.get_by_text("Hãy lưu mã đăng nhập").wait_for()
    assert page.get_by_text("Trước khi vào thi còn cần").count() == 0
    held = page.evaluate("fetch('/api/registration/v1/me/guardian').then((answer) => answer.json())")
    assert (held["name"], held["phone_end"], held["may_start"]) == ("Lê Thị Ưng", "678", True)
    eye.close()


def test_the_entry_code_is_copied_with_the_number_and_the_address_or_the_page_says_that_it_was_not(
    device: Make, site: Site
) -> None:
    site.contest()
    eye, phone = Eye(), device()
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.open("/dang-ky/")
    fill(page, "Lê Hữu Đức")
    send(page)
    page.get_by_text("Hãy lưu mã đăng nhập").wait_for()
    number, code = page.locator(".card .big").all_inner_texts()
    page.get_by_role("button", name="Sao chép").click()
    page.get_by_text("Đã sao chép.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [f"Số báo danh: {number}", f"Mã đăng nhập: {code}", f"Trang thi: {site.origin}"]
    # As in the built-in browser of a chat app, which has none.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Sao chép").click()
    page.get_by_text("Trình duyệt này không cho sao chép").wait_for()
    eye.look(page, "not copied")
    eye.close()


def test_the_entry_code_is_shown_once_and_its_end_is_asked_for(device: Make, site: Site) -> None:
    site.contest()
    phone = device()
    page = phone.open("/dang-ky/")
    fill(page, "Lê Hữu Đức")
    send(page)
    page.get_by_text("Hãy lưu mã đăng nhập").wait_for()
    code = page.locator(".code").inner_text().replace(" ", "")
    assert page.locator("svg[role=img]").is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu ảnh").click()
    assert download.value.suggested_filename.endswith(".png")
    page.get_by_role("button", name="Tôi đã lưu mã").click()
    page.locator("#last4").fill("0000" if code[-4:] != "0000" else "1111")
    page.get_by_role("button", name="Vào thi").click()
    page.get_by_text("Bốn chữ số này chưa đúng").wait_for()
    assert code not in page.evaluate("JSON.stringify(localStorage)")
    page.locator("#last4").fill(code[-4:])
    page.get_by_role("button", name="Vào thi").click()
    page.get_by_role("heading", name="Trước khi bắt đầu").wait_for()

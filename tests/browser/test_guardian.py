"""A pupil who registered without a guardian takes part once the guardian has agreed on the pupil's device, or the school."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from bench.running import bearer
from deploy.local.plain import PLAIN
from tests.browser.axe import Eye
from tests.browser.conftest import Device, Make
from tests.browser.test_register import PHONE, fill, for_children, send
from tests.browser.test_way_on import BOARD, RESULTS, ways
from tests.support.site import Person, Site

AGREE = "Người giám hộ đồng ý"
UNDER = 14


def child(site: Site) -> Person:
    return site.person(birth_date=f"{datetime.now(UTC).year - 12}-01-02")


def refused_to_start(phone: Device) -> Any:
    page = phone.open("/thi/")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_text("Chưa được phép vào thi").wait_for()
    return page


def agree(page: Any, name: str = "Lê Thị Ưng", phone: str = PHONE) -> None:
    page.get_by_role("checkbox").check()
    page.locator("#guardian-name").fill(name)
    page.locator("#guardian-phone").fill(phone)
    page.get_by_role("button", name="Xác nhận đồng ý").click()


def test_a_guardian_agrees_later_on_the_childs_device_and_may_take_it_back(device: Make, site: Site) -> None:
    for_children(site, guardian_under=UNDER)
    phone, eye = device(service_workers="block"), Eye()
    phone.sign_in(child(site))
    page = refused_to_start(phone)
    assert page.get_by_text(f"Thí sinh dưới {UNDER} tuổi cần có sự đồng ý").is_visible()
    assert ways(page) == [AGREE, "Xem sự đồng ý của tôi", RESULTS, BOARD]
    eye.look(page, "may not start")
    page.get_by_role("link", name=AGREE).click()
    page.get_by_role("button", name="Xác nhận đồng ý").wait_for()
    assert not page.get_by_role("checkbox").is_checked(), "no consent is ticked beforehand"
    page.get_by_role("button", name="Xác nhận đồng ý").click()
    page.get_by_text("cần đánh dấu ô đồng ý").first.wait_for()
    agree(page, phone="12")
    page.get_by_role("link", name="có 10 chữ số").wait_for()
    assert page.evaluate("document.activeElement.id") == "faults"
    eye.look(page, "a fault")
    agree(page)
    page.get_by_text("Lê Thị Ưng, số điện thoại có ba số cuối 678, đã đồng ý").wait_for()
    assert page.evaluate("document.activeElement.id") == "state"
    eye.look(page, "agreed")
    page.get_by_role("link", name="Vào thi").click()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_role("heading", name="Câu 1/19").wait_for(state="attached")

    page = phone.open("/nguoi-giam-ho/")
    page.get_by_text("Rút lại sự đồng ý", exact=True).click()
    eye.look(page, "taking it back")
    page.get_by_role("button", name="Rút lại sự đồng ý này").click()
    page.get_by_role("button", name="Xác nhận đồng ý").wait_for()
    held = page.evaluate("fetch('/api/registration/v1/me/guardian').then((answer) => answer.json())")
    assert (held["state"], held["may_start"]) == ("missing", False)
    eye.close()


def test_a_school_that_holds_the_paper_is_named_and_the_child_may_start(device: Make, site: Site) -> None:
    for_children(site, guardian_under=UNDER)
    person, phone, eye = child(site), device(), Eye()
    marks = {
        "contestants": [person.contestant_id], "consents": True, "on": f"{datetime.now(UTC):%Y-%m-%d}",
        "reason": "papers collected in class",
    }  # fmt: skip
    headers = bearer(site.stack.secrets_dir, "operator", "organiser")
    path = f"{site.origin}/api/registration/v1/series/{site.rules.series_id}/guardian-marks"
    assert httpx.post(path, json=marks, headers=headers, timeout=30, **PLAIN).json()["changed"] == 1
    phone.sign_in(person)
    page = phone.open("/nguoi-giam-ho/")
    page.get_by_text("Nhà trường đã xác nhận có giấy đồng ý").wait_for()
    assert page.get_by_role("link", name="Vào thi").is_visible()
    assert page.get_by_text("Rút lại sự đồng ý").count() == 0, "what the school holds is not the child's to take back"
    eye.look(page, "school")
    eye.close()


def test_who_is_old_enough_is_asked_for_nobody_and_who_is_not_signed_in_finds_signing_in(
    device: Make, site: Site
) -> None:
    for_children(site, guardian_under=UNDER)
    phone = device()
    page = phone.open("/nguoi-giam-ho/")
    page.get_by_role("link", name="Đăng ký dự thi").wait_for()
    phone.sign_in(site.person())
    page = phone.open("/nguoi-giam-ho/")
    page.get_by_text("không cần sự đồng ý của người giám hộ").wait_for()
    assert page.locator("form").count() == 0


def test_after_registering_without_a_guardian_the_way_leads_to_the_guardians_page_and_the_results_tell_of_it(
    device: Make, site: Site
) -> None:
    for_children(site, guardian_under=UNDER)
    page = device().open("/dang-ky/")
    fill(page, "Lê Hữu Đức")
    page.locator("#birth-year").fill(str(datetime.now(UTC).year - 12))
    send(page)
    page.get_by_text("Trước khi vào thi còn cần").wait_for()
    code = page.locator(".code").inner_text()
    page.get_by_role("button", name="Tôi đã lưu mã").click()
    page.locator("#last4").fill(code[-4:])
    page.get_by_role("button", name="Đến bước người giám hộ đồng ý").click()
    page.get_by_role("button", name="Xác nhận đồng ý").wait_for()
    page.get_by_role("link", name="Kết quả của tôi").click()
    page.get_by_role("link", name=AGREE).wait_for()
    assert page.get_by_text("Trước khi vào thi còn cần").is_visible()
    assert page.get_by_role("link", name="Vào thi").count() == 0
    assert page.get_by_text("vào thi được ngay").count() == 0
    page.get_by_role("link", name=AGREE).click()
    agree(page)
    page.get_by_role("link", name="Vào thi").wait_for()

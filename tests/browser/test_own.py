"""What is held of somebody, on a page of their own: consents, phone, download, erasure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.running import bearer
from deploy.local.plain import PLAIN
from services.contracts.rules import ConsentRules
from tests.browser.axe import Eye
from tests.browser.conftest import Device, Make
from tests.browser.paper import eventually
from tests.browser.sitting import sit
from tests.browser.test_every_state import BUSY
from tests.browser.test_keyboard import FOCUS, press, tab_to
from tests.browser.test_register import PHONE as SPACED
from tests.browser.test_way_on import ways
from tests.support.site import Person, Site

OWN = "/thong-tin-cua-toi/"
PHONE = SPACED.replace(" ", "")


def mine(phone: Device, person: Person) -> Any:
    phone.sign_in(person)
    page = phone.open(OWN)
    page.get_by_role("heading", name="Sự đồng ý của tôi").wait_for()
    return page


def consents(page: Any) -> dict[str, Any]:
    """The consents as the service has them, by purpose."""
    told = page.evaluate("fetch('/api/registration/v1/me/consents').then((answer) => answer.json())")
    return {each["purpose"]: each for each in told["consents"]}


def test_what_is_held_is_told_and_a_needed_consent_is_withdrawn_and_given_again_with_its_effect(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone, eye = site.person("Lê Hữu Đức", phone=PHONE), device(service_workers="block"), Eye()
    page = mine(phone, person)
    facts = page.locator("dl.facts").inner_text()
    for part in (person.number, "Lê Hữu Đức", "27/3/1990", "Cán bộ", PHONE[-3:]):
        assert part in facts
    assert PHONE not in page.content(), "the number's end is enough to know it again"
    card = page.locator("#consent-run_contest")
    version = site.rules.consent.version if site.rules.consent else ""
    assert f"(bản {version})" in card.inner_text()
    assert "Chưa đồng ý" in page.locator("#consent-remind").inner_text()
    eye.look(page, "as it opens")

    card.get_by_text("Rút lại sự đồng ý", exact=True).click()
    assert card.get_by_text("Không mở được bài thi mới cho đến khi đồng ý lại").is_visible()
    eye.look(page, "before withdrawing")
    card.get_by_role("button", name="Rút lại sự đồng ý này").click()
    card.get_by_text("Đã rút lại lúc").wait_for()
    assert page.evaluate("document.activeElement.id") == "consent-run_contest"
    assert page.get_by_text("Hiện chưa vào thi được").is_visible()
    assert not consents(page)["run_contest"]["stands"]
    eye.look(page, "withdrawn")

    phone.open("/ket-qua/")
    page.get_by_text("một sự đồng ý cần để dự thi đã được rút lại").wait_for()
    assert page.get_by_role("link", name="Vào thi").count() == 0
    assert ways(page) == ["Xem sự đồng ý của tôi", "Thông tin của tôi"]
    phone.open("/thi/").get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_text("Chưa được phép vào thi").wait_for()
    page.get_by_role("link", name="Xem sự đồng ý của tôi").click()
    page.locator("#consent-run_contest").get_by_role("button", name="Đồng ý").click()
    page.locator("#consent-run_contest").get_by_text("Đã đồng ý lúc").wait_for()
    assert consents(page)["run_contest"]["stands"]
    phone.open("/thi/").get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_role("heading", name="Câu 1/19").wait_for(state="attached")
    eye.close()


def test_a_new_text_asks_anew_and_the_consent_to_the_old_one_stands_until_then(device: Make, site: Site) -> None:
    asked = site.contest().consent
    assert asked is not None
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    site.change("nội dung mới", consent=ConsentRules("2030-1", asked.purposes, asked.needed))
    phone.sign_in(person)
    page = phone.page

    def there() -> bool:
        phone.open(OWN)
        card.get_by_text("Đã đồng ý lúc").wait_for()
        return bool(card.get_by_text("đã có bản 2030-1").count())

    card = page.locator("#consent-prevent_fraud")
    assert eventually(page, there, 20)
    eye.look(page, "a new text")
    card.get_by_role("button", name="Đồng ý với bản 2030-1").click()
    card.get_by_text("(bản 2030-1)").wait_for()
    assert consents(page)["prevent_fraud"]["text_version"] == "2030-1"
    eye.close()


def test_the_own_phone_is_changed_with_what_is_wrong_beside_the_field(device: Make, site: Site) -> None:
    site.contest()
    page, eye = mine(device(), site.person(phone="0912345677")), Eye()
    page.get_by_text("Đổi số điện thoại").click()
    for typed, words in (("", "Cần điền mục này"), ("12", "có 10 chữ số")):
        page.locator("#phone").fill(typed)
        page.get_by_role("button", name="Lưu số mới").click()
        page.locator("#phone-fault", has_text=words).wait_for()
        assert page.evaluate("document.activeElement.id") == "phone"
    eye.look(page, "a fault")
    page.locator("#phone").fill(PHONE)
    page.get_by_role("button", name="Lưu số mới").click()
    page.get_by_text("Đã lưu số điện thoại").wait_for()
    assert f"kết thúc bằng {PHONE[-3:]}" in page.locator("dl.facts").inner_text()
    eye.look(page, "saved")
    eye.close()


@pytest.mark.parametrize("kind", ["json", "html"])
def test_everything_is_downloaded_as_one_file_of_all_four_services(
    device: Make, site: Site, tmp_path: Path, kind: str
) -> None:
    site.contest()
    person, phone = site.person("Lê Hữu Đức"), device(service_workers="block")
    sit(site, person)
    page = mine(phone, person)
    busy = [True]

    def once_busy(route: Any) -> None:
        if busy.pop():
            route.fulfill(**{**BUSY, "headers": {"retry-after": "1"}})
        else:
            route.continue_()

    page.route("**/quiz/v1/me/export*", once_busy, times=1)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"({kind.upper()})").click()
    name = f"du-lieu-{person.number}.{kind}"
    assert waiting.value.suggested_filename == name
    assert page.get_by_role("status").get_by_text(name).is_visible()
    file = tmp_path / name
    waiting.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    if kind == "json":
        parts = {part["service"]: part["records"] for part in json.loads(text)}
        assert list(parts) == ["registration", "quiz", "scoring", "stats"]
        assert parts["registration"]["person"][0]["name"] == "Lê Hữu Đức"
        assert len(parts["quiz"]["attempts"]) == 1
    else:
        reader = phone.context.new_page()
        reader.set_content(text)
        assert reader.locator("h1").count() == 1
        titles = [title.split(" – ")[0] for title in reader.locator("h2").all_inner_texts()]
        assert titles == ["Đăng ký", "Bài thi", "Chấm điểm", "Thống kê"]
        assert reader.get_by_text("Lê Hữu Đức").first.is_visible()
    part = page.get_by_role("link", name="Đăng ký", exact=True)
    assert "Lê Hữu Đức" in site.get(str(part.get_attribute("href")), person).text


def test_erasure_warns_takes_two_steps_and_the_code_and_leaves_nobody_signed_in(device: Make, site: Site) -> None:
    site.contest()
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    page = mine(phone, person)
    assert page.get_by_role("button", name="Xóa vĩnh viễn").count() == 0
    start = page.get_by_role("button", name="Tôi muốn xóa dữ liệu")
    start.click()
    assert page.evaluate("document.activeElement.id") == "erase-sure"
    eye.look(page, "asked once more")
    page.get_by_role("button", name="Không xóa").click()
    start.click()
    page.get_by_role("button", name="Xóa vĩnh viễn").click()
    page.get_by_text("Cần đánh dấu ô xác nhận").wait_for()
    assert page.evaluate("document.activeElement.id") == "understood"
    eye.look(page, "not confirmed")
    page.get_by_role("checkbox").check()
    page.locator("#code").fill("000000000000" if person.code[0] != "0" else "111111111111")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert site.get("/api/registration/v1/me", person).status_code == 200, "Enter erases nothing"
    page.get_by_role("button", name="Xóa vĩnh viễn").click()
    page.get_by_text("Mã chưa đúng").wait_for()
    assert site.get("/api/registration/v1/me", person).status_code == 200
    page.locator("#code").fill(person.code)
    page.get_by_role("button", name="Xóa vĩnh viễn").click()
    page.get_by_role("heading", name="Đã xóa dữ liệu").wait_for()
    assert page.evaluate(FOCUS) == "h1: Đã xóa dữ liệu"
    eye.look(page, "erased")
    assert site.get("/api/registration/v1/me", person).status_code == 401
    assert page.evaluate("localStorage.getItem('hoithi.who')") is None
    assert [each["name"] for each in phone.context.cookies()] == []
    eye.close()


def test_who_is_held_is_told_why_nothing_is_erased(device: Make, site: Site) -> None:
    site.contest()
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    path = f"/api/registration/v1/series/{site.rules.series_id}/contestants/{person.contestant_id}/holds/complaint"
    body, headers = {"held": True, "reason": "score"}, bearer(site.stack.secrets_dir, "operator", "organiser")
    assert httpx.put(site.origin + path, json=body, headers=headers, timeout=30, **PLAIN).status_code == 200
    page = mine(phone, person)
    page.get_by_role("button", name="Tôi muốn xóa dữ liệu").click()
    page.get_by_role("checkbox").check()
    page.locator("#code").fill(person.code)
    page.get_by_role("button", name="Xóa vĩnh viễn").click()
    page.get_by_text("Có một khiếu nại của thí sinh đang được giải quyết").wait_for()
    assert page.evaluate("document.activeElement.id") == "erase-refused"
    assert site.get("/api/registration/v1/me", person).status_code == 200
    eye.look(page, "held")
    eye.close()


def test_who_is_not_signed_in_signs_in_and_is_back_and_withdraws_by_keyboard_alone(device: Make, site: Site) -> None:
    site.contest()
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    page = phone.open(OWN)
    page.get_by_role("link", name="Đăng nhập").wait_for()
    eye.look(page, "signed out")
    press(page, "Đăng nhập")
    page.locator("#login").wait_for()
    for field, text in (("Số điện thoại hoặc", person.number), ("Mã đăng nhập", person.code)):
        tab_to(page, field)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sự đồng ý của tôi").wait_for()
    assert page.evaluate("location.pathname") == OWN
    press(page, "Rút lại sự đồng ý")
    press(page, "Rút lại sự đồng ý này")
    page.get_by_text("Đã rút lại lúc").wait_for()
    press(page, "Đồng ý")
    page.get_by_text("Đã rút lại lúc").wait_for(state="hidden")
    eye.close()


def test_signing_in_leads_to_no_other_site(device: Make, site: Site) -> None:
    site.contest()
    person = site.person()
    for named in ("//example.org/", "https://example.org/", "../api/", "thi"):
        page = device().open(f"/dang-nhap/?ve={named}")
        page.locator("#login").fill(person.number)
        page.locator("#code").fill(person.code)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("button", name="Bắt đầu làm bài").wait_for()
        assert page.evaluate("location.pathname") == "/thi/"


def test_the_results_lead_there_and_so_does_every_pages_foot(device: Make, site: Site) -> None:
    site.contest()
    phone = device()
    phone.sign_in(site.person())
    page = phone.open("/ket-qua/")
    page.locator("main").get_by_role("link", name="Thông tin của tôi").click()
    page.get_by_role("heading", name="Sự đồng ý của tôi").wait_for()
    page = phone.open("/en/")
    page.get_by_role("link", name="My information").click()
    page.get_by_role("heading", name="My consents").wait_for()
    assert page.get_by_text("Agreed at").first.is_visible()

"""0 axe violations on every page in every state, light and dark, at 360 and 1280 px; all of it fits 320 px and 200 %."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from services.contracts.rules import Tries
from tests.browser.axe import Eye
from tests.browser.conftest import Device, Make, offline
from tests.browser.paper import choose, eventually, go, submit, wait_saved
from tests.browser.test_register import fill, send
from tests.browser.test_static_files import addresses
from tests.support.site import Site

CONTESTS = "**/api/quiz/v1/contests"
BUSY = {"status": 503, "headers": {"retry-after": "60"}, "body": "{}"}


def moved(site: Site, **changes: Any) -> Any:
    """A route that tells of the contest with other times."""

    def tell(route: Any) -> None:
        contests = [each for each in route.fetch().json() if each["rules"]["id"] == site.rules.id]
        contests[0]["rules"] |= changes.get("rules", {})
        contests[0]["closed_at"] = changes.get("closed_at")
        route.fulfill(json=contests)

    return tell


def test_pages_as_they_open(device: Make, site: Site) -> None:
    site.contest()
    eye, phone = Eye(), device()
    for address in addresses(site):
        if address.startswith("/en/"):
            continue
        page = phone.open(address)
        page.wait_for_load_state("networkidle")
        eye.look(page, address)
    eye.close()


def test_the_contest_before_after_and_without_one(device: Make, site: Site) -> None:
    site.contest()
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    phone.sign_in(person)
    page = phone.page
    now = datetime.now(UTC)
    past, future = ((now + timedelta(days=days)).isoformat() for days in (-1, 1))
    states = {
        "before": {"rules": {"opens": future}},
        "over": {"rules": {"closes": past}},
        "closed": {"rules": {"closes": past}, "closed_at": past},
    }
    for name, changes in states.items():
        page.route(CONTESTS, moved(site, **changes))
        phone.open("/")
        page.locator("[data-state]", has_text="C").wait_for()
        eye.look(page, f"landing {name}")
        phone.open("/thi/")
        page.get_by_role("link", name="Xem số liệu cuộc thi").wait_for()
        eye.look(page, f"paper {name}")
        page.unroute(CONTESTS)
    page.route(CONTESTS, lambda route: route.fulfill(json=[]))
    phone.open("/thi/")
    page.get_by_role("heading", name="Chưa có cuộc thi nào").wait_for()
    eye.look(page, "no contest")
    page.unroute(CONTESTS)
    page.route(CONTESTS, lambda route: route.fulfill(**BUSY))
    phone.open("/dang-ky/")
    page.get_by_text("sẽ tự động thử lại sau").wait_for()
    eye.look(page, "register busy")
    eye.close()


def test_registering_and_signing_in(device: Make, site: Site) -> None:
    site.contest()
    phone, eye = device(), Eye()
    page = phone.open("/dang-ky/")
    page.get_by_text("Đăng ký một lần").wait_for()
    send(page)
    page.locator("#faults").wait_for()
    eye.look(page, "faults")
    page.get_by_role("button", name="Tìm theo cây đơn vị").click()
    page.get_by_role("combobox").press_sequentially("yen")
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    eye.look(page, "list and tree of units")
    fill(page, "Lê Hữu Đức")
    eye.look(page, "filled in")
    send(page)
    page.get_by_text("Hãy lưu mã đăng nhập").wait_for()
    eye.look(page, "entry code")
    page.get_by_role("button", name="Tôi đã lưu mã").click()
    page.locator("#last4").fill("1")
    page.get_by_role("button", name="Vào thi").click()
    page.get_by_text("Bốn chữ số này chưa đúng").wait_for()
    eye.look(page, "last digits wrong")
    page = device().open("/dang-nhap/")
    page.locator("#login").fill("00000000")
    page.locator("#code").fill("000000000000")
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_text("không khớp nhau").wait_for()
    page.get_by_text("Mất mã đăng nhập?").click()
    eye.look(page, "sign-in refused")
    eye.close()


def test_the_paper_from_the_start_to_the_result(device: Make, site: Site) -> None:
    site.contest(tries=Tries(contest=1))
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    phone.sign_in(person)
    page = phone.open("/thi/")
    page.get_by_role("button", name="Bắt đầu làm bài").wait_for()
    eye.look(page, "before")
    page.route("**/contests/*/attempts", lambda route: route.fulfill(**BUSY))
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_role("button", name="Dừng thử lại").wait_for()
    eye.look(page, "waiting to start")
    page.unroute("**/contests/*/attempts")
    page.get_by_role("button", name="Dừng thử lại").click()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    go(page, 2)
    choose(page)
    wait_saved(page, 1)
    page.get_by_label("Xem lại câu này").check()
    eye.look(page, "saved and flagged")
    page.get_by_role("button", name="Bảng câu hỏi").click()
    page.get_by_role("button", name="Câu 9/19").wait_for()
    eye.look(page, "palette")
    page.keyboard.press("Escape")
    page.route("**/answers", lambda route: route.fulfill(**BUSY))
    go(page, 3)
    choose(page)
    page.get_by_text("Hệ thống đang bận").first.wait_for()
    eye.look(page, "saving refused")
    page.evaluate("location.hash = 'xem-lai'")
    page.locator("#prediction").fill("nhiều")
    page.locator(".stack .btn").first.click()
    page.locator("#prediction-fault").wait_for()
    eye.look(page, "review with a fault")
    page.unroute("**/answers")
    submit(page)
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    eye.look(page, "receipt")
    _results(phone, eye)
    phone.open("/thi/").get_by_role("button", name="Làm lượt mới").click()
    page.get_by_text("Đã dùng hết số lượt thi").wait_for()
    eye.look(page, "no tries left")
    _receipts(phone, eye, site.get(f"/api/quiz/v1/attempts/{site.attempts(person)[-1]['id']}/receipt", person).json())
    eye.close()


def _results(phone: Device, eye: Eye) -> None:
    page = phone.open("/ket-qua/")
    page.get_by_text("Lượt được tính").wait_for(timeout=20_000)
    eye.look(page, "results")


def _receipts(phone: Device, eye: Eye, receipt: dict[str, str]) -> None:
    page = phone.open("/bien-nhan/")
    for state, verdict in (("Biên nhận thật", ""), ("đã bị sửa", " ")):
        page.locator("#text").fill(json.dumps(receipt | {"receipt": receipt["receipt"] + verdict}))
        page.get_by_role("button", name="Kiểm tra").click()
        page.get_by_text(state).wait_for()
        eye.look(page, state)


def test_the_paper_in_trouble(device: Make, site: Site) -> None:
    site.contest(closes_in=600, late_start="cut")
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    page = phone.start_paper(person)
    with offline(phone):
        choose(page)
        page.get_by_text("Mất kết nối").first.wait_for()
        eye.look(page, "offline")
    wait_saved(page, 1)
    tab = phone.context.new_page()
    tab.goto(f"{site.origin}/thi/")
    tab.get_by_text("Bài thi đang mở ở thiết bị hoặc thẻ khác").wait_for()
    eye.look(tab, "pen elsewhere")
    tab.close()
    site.change("gia hạn", closes=site.rules.closes + timedelta(minutes=5))
    page.get_by_text("Giờ kết thúc bài thi đã đổi").first.wait_for()
    eye.look(page, "deadline moved")
    # Not the head, which the page asks for by itself: the dialog would come before anything is chosen.
    for what in ("answers", "pen"):
        page.route(f"**/attempts/*/{what}", lambda route: route.fulfill(status=401, body="{}"))
    phone.context.clear_cookies()
    go(page, 2)
    choose(page)
    page.get_by_role("heading", name="Phiên đăng nhập đã hết").wait_for()
    eye.look(page, "session lost")
    eye.close()


def test_the_paper_when_time_is_up(device: Make, site: Site) -> None:
    site.contest(closes_in=15, late_start="cut", grace_ms=2000)
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    page = phone.start_paper(person)
    with offline(phone):
        choose(page)
        page.get_by_text("hệ thống sẽ nộp 0/19 câu đã lưu").wait_for(timeout=25_000)
        eye.look(page, "time up offline")
        assert eventually(page, lambda: site.attempts(person)[-1]["state"] == "abandoned", 30)
    page.get_by_role("heading", name="chưa có câu trả lời nào được lưu").wait_for()
    eye.look(page, "abandoned")
    eye.close()

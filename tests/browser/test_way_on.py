"""Whoever cannot take a paper is told why, and which way leads on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.local.processes import wait_until
from services.contracts.rules import Tries
from tests.browser.axe import Eye
from tests.browser.conftest import Make
from tests.browser.sitting import sit
from tests.browser.test_every_state import CONTESTS, moved
from tests.support.site import Person, Site

BOARD, RESULTS = "Xem số liệu cuộc thi", "Xem kết quả của tôi"


def ways(page: Any) -> list[str]:
    return [str(text).strip() for text in page.locator("main a.btn").all_inner_texts()]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rules": {"opens": 1}}, "Cuộc thi chưa mở"),
        ({"rules": {"closes": -1}}, "Cuộc thi đã kết thúc, không nhận thêm bài thi"),
        ({"rules": {"closes": -1}, "closed_at": -1}, "Cuộc thi đã kết thúc, không nhận thêm bài thi"),
    ],
    ids=["not yet open", "over", "closed"],
)
def test_a_contest_that_is_not_open_says_so_and_leads_to_results_and_board(
    device: Make, site: Site, changes: dict[str, Any], words: str
) -> None:
    site.contest()
    phone = device(service_workers="block")
    phone.sign_in(site.person())
    phone.page.route(CONTESTS, moved_days(site, changes))
    page = phone.open("/thi/")
    page.get_by_text(words).wait_for()
    assert ways(page) == [RESULTS, BOARD]
    assert page.get_by_role("button", name="Bắt đầu làm bài").count() == 0


def moved_days(site: Site, changes: dict[str, Any]) -> Any:
    """A route that tells of the contest with times so many days from now."""
    return moved(site, **_times(changes))


def _times(changes: dict[str, Any]) -> dict[str, Any]:
    """Days from now as the moments that the contest tells."""
    at = lambda days: (datetime.now(UTC) + timedelta(days=days)).isoformat()  # noqa: E731
    return {
        name: {key: at(days) for key, days in value.items()} if isinstance(value, dict) else at(value)
        for name, value in changes.items()
    }


def test_without_tries_left_the_page_says_so_and_before_the_next_one_when_it_opens(device: Make, site: Site) -> None:
    for tries, words in ((Tries(contest=1), "Đã dùng hết số lượt thi"), (Tries(day=1), "Lượt tiếp theo mở lúc 00:00")):
        # Past the next midnight: a try that would open only after the closing is none.
        site.contest(tries=tries, closes_in=2 * 86_400)
        person, phone = site.person(), device()
        sit(site, person)
        phone.sign_in(person)
        page = phone.open("/thi/")
        page.get_by_text(words).wait_for()
        assert ways(page) == [RESULTS, BOARD]


def test_who_was_excluded_is_told_so_and_whom_to_ask_when_the_old_session_is_exchanged(
    device: Make, site: Site
) -> None:
    site.contest()
    person, phone, eye = site.person(), device(service_workers="block"), Eye()
    phone.sign_in(person)
    page = phone.open("/thi/")
    page.get_by_role("button", name="Bắt đầu làm bài").wait_for()
    site.exclude(person)
    assert wait_until(lambda: _session_is_refused(site, person), 20)
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_text("Không được tham gia cuộc thi này").wait_for()
    assert page.get_by_text("liên hệ ban tổ chức và nêu số báo danh").is_visible()
    assert ways(page) == [RESULTS, BOARD]
    eye.look(page, "excluded")
    eye.close()


def _session_is_refused(site: Site, person: Person) -> bool:
    """Quiz has heard that what the cookie says of the person's rights is old."""
    try:
        sit(site, person)
    except AssertionError as refusal:
        return "This session was ended" in str(refusal)
    return False


def test_whose_session_was_ended_elsewhere_is_asked_to_sign_in_when_starting(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers="block")
    phone.sign_in(person)
    page = phone.open("/thi/")
    page.get_by_role("button", name="Bắt đầu làm bài").wait_for()
    phone.context.clear_cookies()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_role("heading", name="Chưa đăng nhập").wait_for()
    assert ways(page) == ["Đăng nhập", "Đăng ký dự thi"]


def test_who_is_not_signed_in_finds_signing_in_and_registering_on_the_paper_and_the_results(
    device: Make, site: Site
) -> None:
    site.contest()
    phone, eye = device(), Eye()
    for address in ("/thi/", "/ket-qua/"):
        page = phone.open(address)
        page.get_by_role("link", name="Đăng ký dự thi").wait_for()
        assert ways(page) == ["Đăng nhập", "Đăng ký dự thi"], address
        eye.look(page, address)
    eye.close()

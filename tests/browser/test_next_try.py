"""The own results say whether and when the next try opens, as the server will decide it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from bench.running import bearer
from deploy.local.plain import PLAIN
from services.contracts.rules import Tries
from tests.browser.axe import Eye
from tests.browser.conftest import Make
from tests.browser.sitting import sit
from tests.browser.test_every_state import CONTESTS
from tests.browser.test_way_on import moved_days
from tests.support.site import Person, Site


def give_try(site: Site, person: Person) -> None:
    path = f"/api/quiz/v1/contests/{site.rules.id}/contestants/{person.contestant_id}/tries"
    headers = {**bearer(site.stack.secrets_dir, "organiser"), "idempotency-key": uuid4().hex}
    answer = httpx.post(site.origin + path, json={"reason": "power cut"}, headers=headers, timeout=30, **PLAIN)
    assert answer.status_code == 201, answer.text


def may_start(page: Any) -> bool:
    return bool(page.locator("main a.btn[href='/thi/']").count())


@pytest.mark.parametrize(
    ("tries", "words"),
    [
        (Tries(), "Không giới hạn số lượt thi."),
        (Tries(contest=3), "Còn 2 lượt, vào thi được ngay."),
        (Tries(contest=1), "Đã dùng hết số lượt thi."),
        (Tries(gap_ms=3_600_000), "Lượt tiếp theo mở lúc"),
        (Tries(starts_per_hour=1), "Lượt tiếp theo mở lúc"),
        # The contest closes in two hours, before the next day at most hours; then there is no next try at all.
        (Tries(gap_ms=3 * 3_600_000), "Đã dùng hết số lượt thi."),
    ],
    ids=["no limit", "some left", "spent", "gap", "per hour", "after the closing"],
)
def test_the_results_and_the_paper_say_the_same_of_the_next_try(
    device: Make, site: Site, tries: Tries, words: str
) -> None:
    site.contest(tries=tries)
    person, phone, eye = site.person(), device(), Eye()
    sit(site, person)
    phone.sign_in(person)
    page = phone.open("/ket-qua/")
    page.get_by_role("heading", name="Lượt thi tiếp theo").wait_for()
    page.get_by_text(words).wait_for()
    free = tries in (Tries(), Tries(contest=3))
    assert may_start(page) is free
    eye.look(page, words)
    told = page.get_by_text("Lượt tiếp theo mở lúc").all_inner_texts()
    page = phone.open("/thi/")
    page.get_by_role("heading", name="Trước khi bắt đầu").wait_for()
    assert bool(page.get_by_role("button", name="Bắt đầu làm bài").count()) is free
    assert page.get_by_text("Lượt tiếp theo mở lúc").all_inner_texts() == told
    eye.close()


@pytest.mark.parametrize("tries", [Tries(contest=1), Tries(day=1), Tries(gap_ms=3_600_000)])
def test_who_was_given_a_try_back_finds_it_on_the_results_and_starts_it(device: Make, site: Site, tries: Tries) -> None:
    site.contest(tries=tries)
    person, phone = site.person(), device()
    sit(site, person)
    phone.sign_in(person)
    page = phone.open("/ket-qua/")
    page.get_by_role("heading", name="Lượt thi tiếp theo").wait_for()
    assert not may_start(page)
    give_try(site, person)
    page = phone.open("/ket-qua/")
    page.get_by_role("link", name="Vào thi").click()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.get_by_role("heading", name="Câu 1/19").wait_for(state="attached")
    page = phone.open("/ket-qua/")
    page.get_by_role("link", name="Tiếp tục bài đang làm").wait_for()


@pytest.mark.parametrize(
    ("days", "words"),
    [({"opens": 1}, "Cuộc thi mở lúc"), ({"closes": -1}, "Cuộc thi đã kết thúc, không nhận thêm bài thi.")],
)
def test_outside_of_the_contests_time_the_results_offer_no_paper(
    device: Make, site: Site, days: dict[str, int], words: str
) -> None:
    site.contest()
    phone = device(service_workers="block")
    phone.sign_in(site.person())
    phone.page.route(CONTESTS, moved_days(site, {"rules": days}))
    page = phone.open("/ket-qua/")
    page.get_by_text(words).wait_for()
    assert not may_start(page)

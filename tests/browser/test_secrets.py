"""C12: no key, no correct flag and no other person's data in any response or page before `reveal` allows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from services.contracts.rules import Reveal
from services.folder import read_folder
from tests.browser.conftest import Device, Make
from tests.browser.paper import choose, go, submit, wait_saved
from tests.browser.test_static_files import addresses
from tests.support.site import Person, Site

KEY = {"correct", "explanation", "legal_basis", "sealed", "weight"}
SCORE = {"score", "points", "right", "perfect"}
OTHER = "Hoàng Thị Kín Đáo"
QUESTION = {"id", "kind", "text", "options"}


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of a document, however deep."""
    if isinstance(value, dict):
        yield from value.items()
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from members(each)


def heard(phone: Device) -> list[tuple[str, str]]:
    """(address, body) of everything that comes from now on."""
    bodies: list[tuple[str, str]] = []
    finished = lambda request: bodies.append((request.url, request.response().text()))  # noqa: E731
    text = ("text/html", "application/json", "text/javascript")
    phone.page.on(
        "requestfinished",
        lambda request: request.response().headers.get("content-type", "").startswith(text) and finished(request),
    )
    return bodies


def marked(page: Any) -> None:
    """Waits for the mark: until then "…" stands where the time does."""
    time_taken = page.locator("dt:has-text('Thời gian làm bài') + dd")
    time_taken.filter(has_not_text="…").wait_for(timeout=30_000)


def whole_way(phone: Device, site: Site, person: Person) -> list[str]:
    """Takes a paper and opens every page; what the device shows and keeps at each step."""
    shown: list[str] = []

    def note() -> None:
        kept = page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
        shown.extend([page.content(), kept])

    page = phone.start_paper(person)
    for n in range(1, 20):
        go(page, n)
        choose(page)
        note()
    wait_saved(page, 19)
    submit(page)
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    note()
    page = phone.open("/ket-qua/")
    marked(page)
    note()
    for address in addresses(site):
        if not address.startswith("/en/"):
            phone.open(address)
            page.wait_for_load_state("networkidle")
            note()
    return shown


@pytest.mark.parametrize("reveal", ["nothing", "answers"])
def test_c12_on_the_whole_way_no_response_page_or_storage_holds_a_key_or_another_person(
    device: Make, site: Site, reveal: Reveal
) -> None:
    site.contest()
    site.change("kín", paper=msgspec.structs.replace(site.rules.paper, reveal=reveal))
    other, person, phone = site.person(OTHER), site.person(), device(service_workers="block")
    bodies = heard(phone)
    shown = whole_way(phone, site, person)

    documents = [(url, json.loads(text)) for url, text in bodies if "/api/" in url or "/data/" in url]
    assert {url.split("/")[4] for url, _ in documents if "/api/" in url} >= {"quiz", "registration", "scoring"}
    for url, document in documents:
        found = {name for name, value in members(document) if value not in (None, [], {})}
        assert found & KEY == set(), url
        # The rules of a contest speak of points, its public numbers of what is withheld.
        if reveal == "nothing" and "/api/" in url and not url.endswith("/contests"):
            assert found & SCORE == set(), url
    papers = [document for url, document in documents if "/attempts" in url and "questions" in document]
    assert papers
    for question in (each for paper in papers for each in paper["questions"] if isinstance(each, dict)):
        assert set(question) <= QUESTION
        assert all(set(option) == {"id", "text"} for option in question["options"])

    secret = [other.number, other.contestant_id, other.code, OTHER, *explanations()]
    for text in [*(body for _, body in bodies), *shown]:
        assert [each for each in secret if each in text] == []


def explanations() -> list[str]:
    """What only the key's holder knows of a question: the reasons that the bank gives."""
    bank = read_folder(ROOT / "contests" / "bac-giang-2023").bank
    found = [question.explanation for question in bank.questions if question.explanation]
    assert len(found) > 50
    return found


def test_c12_answers_are_refused_before_they_are_revealed_and_another_persons_never_found(
    device: Make, site: Site
) -> None:
    site.contest()
    site.change("đáp án sau", paper=msgspec.structs.replace(site.rules.paper, reveal="answers"))
    other, person, phone = site.person(), site.person(), device()
    page = phone.start_paper(other)
    choose(page)
    wait_saved(page, 1)
    attempt = site.attempts(other)[-1]["id"]
    for path in ("", "/head", "/receipt"):
        assert site.get(f"/api/quiz/v1/attempts/{attempt}{path}", person).status_code == 404
    submit(page)
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    marked(phone.open("/ket-qua/"))
    answers = f"/api/scoring/v1/contests/{site.rules.id}/attempts/{attempt}/answers"
    assert site.get(answers, other).status_code == 403
    assert site.get(answers, person).status_code in (403, 404)
    assert httpx.get(site.origin + answers, timeout=20, **PLAIN).status_code == 401

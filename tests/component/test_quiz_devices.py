"""A paper over HTTP: started, resumed on another device, saved, handed in, refused; and the database gone in between."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deploy.local.postgres import Postgres
from deploy.local.processes import alive, free_port, wait_until
from services.contracts.rules import Tries
from services.quiz import repository
from tests.support.papers import NOON, rules
from tests.support.quizdoor import Door, door, given, slug
from tests.support.stores import Stores

GRACE = timedelta(seconds=30)


@pytest.fixture
async def front(stores: Stores) -> AsyncIterator[Door]:
    async with door(stores) as opened:
        yield opened


async def test_a_start_carries_all_that_a_page_needs_and_the_right_options_are_not_in_it(front: Door) -> None:
    answer = await front.start(front.session())
    paper = answer.json()
    assert answer.status_code == 201
    assert {
        "id",
        "questions",
        "answers",
        "rev",
        "writer",
        "started_at",
        "ends_at",
        "now",
        "credential",
        "save_every",
    } <= {*paper}
    assert (paper["rev"], paper["writer"], paper["answers"], len(paper["questions"])) == (0, 1, {}, 3)
    assert "correct" not in answer.text
    assert "Điều" not in answer.text, "the legal basis tells the key"


async def test_a_start_whose_answer_was_lost_is_answered_alike_and_another_key_is_told_of_the_open_paper(
    front: Door,
) -> None:
    session = front.session()
    first, again = [(await front.start(session, "kept-in-the-page")).json() for _ in range(2)]
    assert (first["id"], first["questions"], first["writer"]) == (again["id"], again["questions"], again["writer"])
    assert (await front.save(again)).status_code == 200
    other = await front.start(session, "another-device-1")
    assert (other.status_code, slug(other)) == (409, "attempt-running")
    assert other.json()["attempt"] == first["id"]


async def test_reading_a_paper_never_takes_the_pen_and_asking_for_it_does(front: Door) -> None:
    session = front.session()
    old = await front.paper(session)
    await front.save(old, "B")
    read = await front.call("GET", f"/attempts/{old['id']}", session)
    head = await front.call("GET", f"/attempts/{old['id']}/head", session)
    assert (read.json()["writer"], head.json()["writer"], read.json()["credential"]) == (1, 1, None)
    assert (await front.save(old, "C", 2)).status_code == 200, "the pen is where it was"

    new = (await front.call("POST", f"/attempts/{old['id']}/pen", session)).json()
    assert (new["writer"], new["questions"], new["rev"]) == (2, old["questions"], 2)
    assert set(map(tuple, new["answers"].values())) == {("C",)}
    refused = await front.save(old, "D", 3)
    assert (refused.status_code, slug(refused)) == (409, "pen-taken")
    assert (await front.save(new, "A")).status_code == 200


async def test_a_start_repeated_after_the_pen_moved_gives_the_pen_it_gave_and_not_the_other_devices(
    front: Door,
) -> None:
    """With the newest pen both devices would write as one, and the lower `seq` be acknowledged without effect."""
    session = front.session()
    lost = (await front.start(session, "the-answer-was-lost")).json()
    await front.call("POST", f"/attempts/{lost['id']}/pen", session)
    repeated = (await front.start(session, "the-answer-was-lost")).json()
    assert (repeated["id"], repeated["writer"]) == (lost["id"], 1)
    assert slug(await front.save(repeated)) == "pen-taken"


async def test_a_credential_is_good_for_its_own_paper_alone(front: Door) -> None:
    mine, other = await front.paper(), await front.paper()
    stolen = {**other, "credential": mine["credential"]}
    for answer in (await front.save(stolen), await front.submit(stolen)):
        assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert (await front.call("GET", f"/attempts/{other['id']}", mine["credential"])).status_code == 403
    assert (await front.call("GET", f"/attempts/{other['id']}", front.session())).status_code == 404


async def test_a_receipt_is_the_same_whatever_a_repeat_carries_and_anybody_can_check_it(front: Door) -> None:
    paper = await front.paper()
    first = await front.submit(paper, "C")
    path, credential = f"/attempts/{paper['id']}/submission", paper["credential"]
    repeats = [
        await front.submit(paper, "D", 99),
        await front.call("POST", path, credential, content=b"not even JSON"),
        await front.call("POST", path, credential, json={"answers": 3}),
    ]
    assert first.status_code == 200
    assert {answer.text for answer in repeats} == {first.text}
    signed, keys = first.json(), (await front.call("GET", "/keys")).json()
    public = Ed25519PublicKey.from_public_bytes(_raw(keys[signed["kid"]]))
    public.verify(_raw(signed["signature"]), signed["receipt"].encode())
    asked = await front.call("GET", f"/attempts/{paper['id']}/receipt", credential)
    assert asked.text == first.text


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_garbage_for_an_open_paper_is_refused_and_hands_nothing_in(front: Door) -> None:
    paper = await front.paper()
    path = f"/attempts/{paper['id']}/submission"
    assert (await front.call("POST", path, paper["credential"], content=b"{")).status_code == 400
    assert slug(await front.submit(paper, "Z")) == "bad-answer"
    head = await front.call("GET", f"/attempts/{paper['id']}/head", paper["credential"])
    assert head.json()["state"] == "open"


@pytest.mark.parametrize(
    "body",
    [
        {"seq": 1 << 32},
        {"writer": 1 << 32},
        {"seq": -1},
        {"prediction": 1 << 70},
        {"answers": {"q": [1]}},
        {"extra": 1},
    ],
)
async def test_a_save_outside_its_limits_is_refused_at_the_edge(front: Door, body: dict[str, Any]) -> None:
    """A `seq` of 2^32 would outrank every save of the next device."""
    paper = await front.paper()
    for answer in (await front.save(paper, **body), await front.submit(paper, **body)):
        assert answer.status_code == 422, answer.text


async def test_up_to_its_end_and_grace_a_paper_takes_saves_and_then_says_that_it_is_over(front: Door) -> None:
    session = front.session()
    paper = await front.paper(session)
    front.at = NOON + timedelta(minutes=20) + GRACE
    assert (await front.save(paper)).status_code == 200
    front.at += timedelta(milliseconds=1)
    over = [
        await front.save(paper, seq=2),
        await front.submit(paper),
        await front.call("POST", f"/attempts/{paper['id']}/pen", session),
    ]
    assert [(answer.status_code, slug(answer)) for answer in over] == [(410, "attempt-over")] * 3


async def test_who_has_no_try_left_is_told_when_the_next_one_opens(stores: Stores) -> None:
    async with door(stores, rules(tries=Tries(day=1))) as front:
        session = front.session()
        await front.submit(await front.paper(session))
        refused = await front.start(session)
        assert (refused.status_code, slug(refused)) == (403, "tries-exhausted")
        assert refused.json()["again_at"] == "2023-09-04T17:00:00Z", "midnight in Việt Nam"
        lines = (await front.call("GET", f"/contests/{front.contest}/attempts", session)).json()
        assert [line["state"] for line in lines] == ["submitted"]


async def test_a_session_of_another_series_or_without_consent_starts_nothing(front: Door) -> None:
    for claims in ({"series": "another"}, {"go": False}):
        refused = await front.start(front.session(str(uuid4()), **claims))
        assert (refused.status_code, slug(refused)) == (403, "may-not-start")


async def test_a_moved_deadline_finds_a_credential_that_still_lives(stores: Stores) -> None:
    """`cut` ends a paper early; an hour more gives its minutes back, and the page goes on with what it was given."""
    cut = rules(late_start="cut")
    async with door(stores, cut) as front:
        front.at = cut.closes - timedelta(minutes=2)
        paper = await front.paper()
        assert paper["ends_at"] == "2023-09-30T17:00:00Z"
        async with front.quiz.parts.pool.acquire() as connection:
            (row,) = await repository.lock_open(connection, front.contest)
            key = (str(row["contestant_id"]), row["contest_id"], row["ordinal"])
            await repository.write_ends(connection, [(key, cut.closes + timedelta(minutes=18))])
        front.at = cut.closes + timedelta(minutes=17)
        assert (await front.save(paper)).status_code == 200


async def test_every_fault_of_a_contest_is_listed_and_nothing_is_applied(front: Door) -> None:
    broken = rules(front.contest, closes=rules().opens)
    body = {
        "rules": msgspec.to_builtins(broken) | {"id": "faulty", "series_id": "faulty"},
        "bank": {"questions": [{"id": "q", "kind": "single", "topic": "t", "difficulty": "de", "text": {"vi": "Câu?"},
                                "options": [{"id": "A", "text": {"vi": "a"}}], "correct": []}]},
    }  # fmt: skip
    refused = await front.call("PUT", "/contests/faulty", front.machine("organiser"), json=body)
    assert (refused.status_code, slug(refused)) == (422, "bad-contest")
    keys = {fault["key"] for fault in refused.json()["faults"]}
    assert {"questions[0].options", "questions[0].correct"} <= keys
    assert any("closes" in key or "opens" in key for key in keys)
    assert (await front.call("GET", "/contests/faulty")).status_code == 404


async def test_the_audit_counts_papers_by_state(front: Door) -> None:
    await front.submit(await front.paper())
    await front.paper()
    told = (await front.call("GET", "/audit", front.machine("auditor"))).json()
    contest = told["contests"][front.contest]
    assert (contest["open"], contest["submitted"], contest["abandoned"], contest["closed"]) == (1, 1, 0, None)
    assert told["facts"]["attempts"]["count"] == 1
    assert told["outbox"] == 1 + 6 + 1, "the contest, its keys, the attempt"


@pytest.fixture
def fragile(stores: Stores, server_folder: Path) -> Iterator[Stores]:
    """The stores with a PostgreSQL of the test's own, which it may stop."""
    postgres = Postgres(server_folder / "postgres", free_port(), server_folder / "logs" / "postgres.log")
    own = dataclasses.replace(stores, postgres=postgres, postgres_pid=postgres.start())
    yield own
    postgres.stop(own.postgres_pid)


async def test_without_its_database_quiz_says_503_and_what_it_had_acknowledged_is_there_afterwards(
    fragile: Stores,
) -> None:
    async with door(fragile) as front:
        session = front.session()
        paper, other = await front.paper(session), await front.paper()
        assert (await front.save(paper, "B")).status_code == 200
        os.kill(fragile.postgres_pid, signal.SIGQUIT)
        assert await asyncio.to_thread(wait_until, lambda: not alive(fragile.postgres_pid), 20)
        calls = [
            front.start(front.session()), front.save(paper, "C", 2), front.submit(other),
            front.call("GET", f"/attempts/{paper['id']}", session), front.call("POST", f"/attempts/{paper['id']}/pen", session),
        ]  # fmt: skip
        for answer in await asyncio.gather(*calls):
            assert (answer.status_code, slug(answer)) == (503, "store-away"), answer.text
            assert int(answer.headers["retry-after"]) >= 1
        fragile.postgres_pid = await asyncio.to_thread(fragile.postgres.start)
        read = await _until_it_answers(front, "GET", f"/attempts/{paper['id']}", session)
        assert set(map(tuple, read["answers"].values())) == {("B",)}
        head = await _until_it_answers(front, "GET", f"/attempts/{other['id']}/head", other["credential"])
        assert head["state"] == "open", "what was answered 503 here had no effect"
        path = f"/attempts/{other['id']}/submission"
        await _until_it_answers(front, "POST", path, other["credential"], json=given(other, "A", 9))


async def _until_it_answers(front: Door, method: str, path: str, token: str, **options: Any) -> dict[str, Any]:
    for _ in range(50):
        answer = await front.call(method, path, token, **options)
        if answer.status_code != 503:
            assert answer.status_code == 200, answer.text
            told: dict[str, Any] = answer.json()
            return told
        await asyncio.sleep(0.2)
    raise AssertionError("it never came back")

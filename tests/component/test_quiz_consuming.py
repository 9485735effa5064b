"""What quiz takes from `registrations`: it takes rights away, in whatever order and however often it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace

from services.contracts.events import ContestantErased, ContestantExcluded, Event, SessionsRevoked
from services.quiz import handlers
from services.runtime.consumer import Received
from services.runtime.problems import Problem
from tests.support.papers import NOON, Room, room
from tests.support.quizdoor import door, slug
from tests.support.stores import Stores


def excluded(person: str, version: int, on: bool = True) -> Event:
    return ContestantExcluded(
        version=version, time=NOON, recorded_at=NOON, series_id="s", contestant_id=person, excluded=on
    )


def erased(person: str) -> Event:
    return ContestantErased(version=9, time=NOON, recorded_at=NOON, series_id="s", contestant_id=person)


def revoked(person: str, not_before: datetime) -> Event:
    return SessionsRevoked(
        version=2, time=NOON, recorded_at=NOON, series_id="s", contestant_id=person, not_before=not_before
    )


async def consume(quiz: Room, *events: Event) -> None:
    async with quiz.parts.pool.acquire() as connection, connection.transaction():
        await handlers.note(connection, [Received(event, event.topic, 0, n, 0, None) for n, event in enumerate(events)])


async def outcome(quiz: Room, person: str, issued: datetime = NOON) -> str:
    try:
        row = await quiz.start(person, issued_at=int(issued.timestamp()))
    except Problem as refusal:
        return refusal.kind.slug
    await quiz.submit(row)
    return "started"


@pytest.mark.parametrize("together", [True, False])
async def test_the_newest_word_about_an_exclusion_stands_in_whatever_order_it_comes(
    stores: Stores, together: bool
) -> None:
    async with room(stores) as quiz:
        out, back = str(uuid4()), str(uuid4())
        told = [
            excluded(out, 3), excluded(out, 2, False), excluded(back, 2), excluded(back, 3, False), excluded(back, 2),
        ]  # fmt: skip
        for batch in [told] if together else [[event] for event in told]:
            await consume(quiz, *batch)
        assert (await outcome(quiz, out), await outcome(quiz, back)) == ("excluded", "started")


async def test_sessions_from_before_the_latest_revocation_start_nothing_and_later_ones_do(stores: Stores) -> None:
    async with room(stores) as quiz:
        person = str(uuid4())
        await consume(quiz, revoked(person, NOON), revoked(person, NOON - timedelta(hours=1)))
        await consume(quiz, revoked(person, NOON - timedelta(hours=2)))
        assert await outcome(quiz, person, NOON - timedelta(seconds=1)) == "not-signed-in"
        assert await outcome(quiz, person, NOON) == "started"


async def test_an_erased_person_starts_nothing_though_the_session_lives(stores: Stores) -> None:
    async with room(stores) as quiz:
        person = str(uuid4())
        assert await outcome(quiz, person) == "started"
        await consume(quiz, erased(person))
        assert await outcome(quiz, person) == "not-signed-in"


async def test_an_exclusion_leaves_the_running_paper_to_its_marking(stores: Stores) -> None:
    """Rule 10: a running paper needs neither registration nor a living session; exclusion acts at marking."""
    async with room(stores) as quiz:
        row = await quiz.start()
        person = str(row["contestant_id"])
        await consume(quiz, excluded(person, 2), revoked(person, NOON + timedelta(days=1)))
        assert (await quiz.submit(row))["receipt"]["how"] == "by_hand"


async def test_many_people_in_one_batch_and_the_batch_again_are_no_trouble(stores: Stores) -> None:
    async with room(stores) as quiz:
        people = [str(uuid4()) for _ in range(50)]
        batch = [event for person in people for event in (excluded(person, 2), revoked(person, NOON), erased(person))]
        await consume(quiz, *batch, *batch)
        await consume(quiz, *batch)
        rows = await quiz.parts.pool.fetch("select excluded, excluded_version, erased, not_before from contestants")
        assert {tuple(row) for row in rows} == {(True, 2, True, NOON)}
        assert len(rows) == 50


async def test_an_ended_session_reads_nothing_and_takes_no_pen_while_the_open_paper_stands(stores: Stores) -> None:
    """A new code: whoever had the old session is out, the paper's own credential goes on."""
    async with door(stores) as at:
        person = str(uuid4())
        session = at.session(person)
        paper = await at.paper(session)
        renewed = SessionsRevoked(
            version=2, time=NOON, recorded_at=NOON, series_id="s", contestant_id=person,
            not_before=datetime.now(UTC) + timedelta(minutes=1),
        )  # fmt: skip
        await consume(at.quiz, renewed)
        assert (await at.call("GET", f"/attempts/{paper['id']}", session)).status_code == 200, "only to be exchanged"
        await consume(at.quiz, replace(renewed, version=3, ended=True))
        path = f"/attempts/{paper['id']}"
        calls = [("GET", path), ("GET", f"{path}/head"), ("POST", f"{path}/pen"), ("GET", f"{path}/receipt")]
        for method, address in (*calls, ("GET", f"/contests/{at.contest}/attempts")):
            assert slug(await at.call(method, address, session)) == "not-signed-in", address
        assert (await at.save(paper)).status_code == 200
        assert (await at.submit(paper)).status_code == 200

"""Starts decided on what a process remembers of a person, while others change what stands: on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import Record

from services.contracts.rules import Tries
from services.quiz import repository
from services.quiz.starting import Starts
from services.runtime.problems import Problem
from tests.support.papers import NOON, Room, answer, key_of, room, rules
from tests.support.stores import Stores

MINUTE = timedelta(minutes=1)


def replica(quiz: Room) -> Starts:
    """The starts of another process, with a memory of its own."""
    state = quiz.parts.state
    return Starts(quiz.parts.pool, state["book"], state["sweeper"], type(state["starts"]._papers)())


async def started(quiz: Room, starts: Starts, person: str, after: timedelta = timedelta(), key: str = "") -> Record:
    row, _ = await starts.start(quiz.rules.id, quiz.starter(person, NOON + after, key))
    return row


async def taken(quiz: Room, starts: Starts, person: str, after: timedelta = timedelta()) -> Record:
    row = await started(quiz, starts, person, after)
    await quiz.submit(row, answer(row), NOON + after)
    return row


async def refusal(start: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Problem) as caught:
        await start
    return caught.value.kind.slug, caught.value.members


async def test_a_person_who_comes_again_needs_one_statement(stores: Stores) -> None:
    async with room(stores) as quiz:
        here, person = replica(quiz), str(uuid4())
        await taken(quiz, here, person)
        asked: list[str] = []
        connection = await quiz.parts.pool.acquire()
        connection.add_query_logger(lambda query: asked.append(query.query))
        await quiz.parts.pool.release(connection)
        row = await started(quiz, here, person, MINUTE)
        assert row["ordinal"] == 2
        assert len(asked) == 1


async def test_two_replicas_number_a_persons_papers_as_one(stores: Stores) -> None:
    async with room(stores) as quiz:
        person, replicas = str(uuid4()), [replica(quiz), replica(quiz)]
        rows = [await taken(quiz, replicas[n % 2], person, n * MINUTE) for n in range(6)]
        assert [row["ordinal"] for row in rows] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("tries", "reason"),
    [
        (Tries(contest=2), "no-tries"), (Tries(day=2), "no-tries"), (Tries(week=2), "no-tries"),
        (Tries(gap_ms=3_600_000), "too-soon"), (Tries(starts_per_hour=2), "too-soon"),
    ],
)  # fmt: skip
async def test_no_limit_is_passed_by_what_a_replica_has_not_heard_of(stores: Stores, tries: Tries, reason: str) -> None:
    """The first replica remembers one start and would let a second through that another has let through already."""
    async with room(stores, rules(tries=tries)) as quiz:
        person, here, there = str(uuid4()), replica(quiz), replica(quiz)
        step = timedelta(minutes=61) if tries.gap_ms else MINUTE
        await taken(quiz, here, person)
        await taken(quiz, there, person, step)
        slug, _ = await refusal(started(quiz, here, person, step + MINUTE))
        assert slug == {"no-tries": "tries-exhausted", "too-soon": "too-soon"}[reason]


async def test_many_starts_of_one_person_at_once_on_two_replicas_open_one_paper(stores: Stores) -> None:
    async with room(stores) as quiz:
        person, replicas = str(uuid4()), [replica(quiz), replica(quiz)]
        for one in replicas:
            await taken(quiz, one, person)
        crossing = [started(quiz, replicas[n % 2], person, MINUTE, key=f"key-{n:032d}") for n in range(20)]
        done = await asyncio.gather(*crossing, return_exceptions=True)
        rows = [one for one in done if isinstance(one, Record)]
        assert [row["ordinal"] for row in rows] == [3]
        others = {one.kind.slug for one in done if isinstance(one, Problem)}
        assert others <= {"attempt-running", "overloaded"}


async def test_a_repeated_key_gives_the_same_attempt_and_no_second_one(stores: Stores) -> None:
    async with room(stores) as quiz:
        person, here = str(uuid4()), replica(quiz)
        await taken(quiz, here, person)
        first = await started(quiz, here, person, MINUTE, key="the-same-key-0000")
        again = await started(quiz, here, person, 2 * MINUTE, key="the-same-key-0000")
        assert key_of(first) == key_of(again)
        await quiz.submit(first, None, NOON + 3 * MINUTE)
        assert key_of(await started(quiz, here, person, 4 * MINUTE, key="the-same-key-0000")) == key_of(first)


async def test_who_lost_the_right_to_start_is_not_let_in_by_a_memory(stores: Stores) -> None:
    async with room(stores) as quiz:
        here, people = replica(quiz), [str(uuid4()) for _ in range(3)]
        for person in people:
            await taken(quiz, here, person)
        excluded, erased, revoked = people
        async with quiz.parts.pool.acquire() as connection:
            await repository.note_contestants(connection, dict.fromkeys(people, "s"))
            await repository.set_excluded(connection, [(excluded, 1, True)])
            await repository.set_erased(connection, [erased])
            await repository.revoke(connection, [(revoked, NOON, False)])
        said = [await refusal(started(quiz, here, person, MINUTE)) for person in people]
        assert [slug for slug, _ in said] == ["excluded", "not-signed-in", "not-signed-in"]

"""What `hoithi cost --stored` puts beside a request: so many attempts in every service, and nothing of what is still open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from bench.stored import TEMPLATES, hold
from tests.support.stores import Stores, connect

MADE, PEOPLE, OPEN = 60, 12, 5
ATTEMPTS = """
insert into attempts (contestant_id, contest_id, ordinal, attempt_id, start_key, state, seed, bank_version, definition_version, questions,
  started_at, ends_at)
select gen_random_uuid(), 'c', 1, gen_random_uuid(), n, $2::int, n, 1, 1, '{q}', now(), now()
  from generate_series(1, $1::int) n"""
ROWS = {
    "scoring": """
insert into scores (contestant_id, attempt_id, contest_id, series_id, ordinal, source_version, marking_revision, how, started_at,
  submitted_at, held_at, submission_recorded_at, recorded_at, duration_ms, late_ms, rehearsal, paper, questions, points, max_points,
  right_answers, perfect, within_tries, voided)
select gen_random_uuid(), gen_random_uuid(), 'c', 's', 1, 1, 1, 'person', now(), now(), now(), now(), now(), 1, 0, false, '{}', 1, 1, 1,
  1, true, true, false from generate_series(1, $1::int)""",
    "stats": """
insert into facts (contestant_id, attempt_id, contest_id, version, ordinal, how, submitted_at, hour, duration_ms, questions,
  right_answers, perfect, valid)
select gen_random_uuid(), gen_random_uuid(), 'c', 1, 1, 'person', now(), '2023-09-01T20', 1, 1, 1, true, true
  from generate_series(1, $1::int)""",
}
PERSONS = {
    "stats": """
insert into contestants (contestant_id, series_id) select gen_random_uuid(), 's' from generate_series(1, $1::int)""",
    "registration": """
insert into took_part (contestant_id, contest_id) select gen_random_uuid(), 'c' from generate_series(1, $1::int)""",
}


class Kept:
    """The four databases, as `hold` is told of them."""

    def __init__(self, stores: Stores, names: dict[str, str]) -> None:
        self._stores, self._names = stores, names

    def url(self, service: str) -> str:
        return self._stores.postgres.url("postgres", self._names[service])

    async def run(self, service: str, statement: str, *given: int) -> list[asyncpg.Record]:
        connection = await connect(self._stores, service, self._names[service])
        try:
            return await connection.fetch(statement, *given)
        finally:
            await connection.close()

    async def count(self, service: str, table: str, only: str = "true") -> int:
        return int((await self.run(service, f"select count(*) from {table} where {only}"))[0][0])

    async def attempts(self) -> list[int]:
        """quiz's, scoring's and stats'."""
        return [await self.count(*each) for each in (("quiz", "attempts"), ("scoring", "scores"), ("stats", "facts"))]

    async def people(self) -> list[int]:
        """Those whom stats and registration know."""
        return [await self.count(*each) for each in (("stats", "contestants"), ("registration", "took_part"))]


@pytest_asyncio.fixture
async def kept(stores: Stores) -> AsyncIterator[Kept]:
    """MADE attempts by PEOPLE everywhere, and at quiz OPEN papers beside them."""
    services = ("quiz", "scoring", "stats", "registration")
    names = {service: await asyncio.to_thread(stores.new_database, service) for service in services}
    made = Kept(stores, names)
    await made.run("quiz", ATTEMPTS.replace("'c'", "'open'"), OPEN, 0)
    await made.run("quiz", ATTEMPTS, MADE, 1)
    for statements, count in ((ROWS, MADE), (PERSONS, PEOPLE)):
        for service, statement in statements.items():
            await made.run(service, statement, count)
    yield made
    for name in names.values():
        await asyncio.to_thread(stores.postgres.sql, f'drop database "{name}" with (force)')


async def test_every_service_holds_as_many_attempts_as_were_asked_for_and_people_in_their_proportion(
    kept: Kept,
) -> None:
    before = {row[0] for row in await kept.run("quiz", "select attempt_id from attempts")}
    wanted = 2 * TEMPLATES + 7
    await hold(kept.url, wanted)
    assert await kept.attempts() == [wanted] * 3
    assert await kept.people() == [wanted // 5] * 2
    assert before <= {row[0] for row in await kept.run("quiz", "select attempt_id from attempts")}


async def test_fewer_are_held_by_taking_away_what_was_handed_in_and_nobody_is_forgotten(kept: Kept) -> None:
    await hold(kept.url, OPEN + 3)
    assert await kept.attempts() == [OPEN + 3] * 3
    assert await kept.people() == [PEOPLE] * 2


@pytest.mark.parametrize("wanted", [OPEN + 3, 5 * MADE])
async def test_an_open_paper_is_neither_copied_nor_taken_away(kept: Kept, wanted: int) -> None:
    await hold(kept.url, wanted)
    assert await kept.count("quiz", "attempts", "state = 0") == OPEN


async def test_where_nothing_was_handed_in_there_is_nothing_to_copy(kept: Kept) -> None:
    await kept.run("quiz", "delete from attempts where state = 1")
    with pytest.raises(RuntimeError, match="attempts"):
        await hold(kept.url, MADE)

"""Scored attempts as stats holds them: the newest version of each, once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import asyncpg
from msgspec import Struct

from services.contracts.events import AttemptScored
from services.runtime.database import Connection
from services.stats.domain.ledger import Fact

_COLUMNS = "contestant_id, attempt_id, contest_id, version, hour, right_answers, perfect, valid"


class Row(Struct, frozen=True):
    """An event with the local hour in which its attempt counts."""

    event: AttemptScored
    hour: str

    @property
    def fact(self) -> Fact:
        e = self.event
        return Fact(e.contestant_id, e.attempt_id, e.contest_id, e.version, self.hour, e.right, e.perfect, e.valid)


async def insert(connection: Connection, rows: Sequence[Row]) -> set[str]:
    """Ids of the attempts that were not there yet."""
    events = [row.event for row in rows]
    inserted = await connection.fetch(
        """insert into facts (contestant_id, attempt_id, contest_id, version, ordinal, how, submitted_at, hour, duration_ms,
          questions, right_answers, perfect, valid)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::text[], $7::timestamptz[],
          $8::text[], $9::bigint[], $10::int[], $11::int[], $12::bool[], $13::bool[])
        on conflict (contestant_id, attempt_id) do nothing returning attempt_id""",
        [e.contestant_id for e in events], [e.attempt_id for e in events], [e.contest_id for e in events],
        [e.version for e in events], [e.ordinal for e in events], [e.how for e in events], [e.submitted_at for e in events],
        [row.hour for row in rows], [e.duration_ms for e in events], [e.questions for e in events],
        [e.right for e in events], [e.perfect for e in events], [e.valid for e in events],
    )  # fmt: skip
    return {row[0] for row in inserted}


async def find(connection: Connection, pairs: Collection[tuple[str, str]]) -> dict[str, Fact]:
    """By attempt id; `pairs` are (contestant, attempt)."""
    rows = await connection.fetch(
        f"""select {_COLUMNS} from facts join unnest($1::text[], $2::text[]) as u(contestant_id, attempt_id)
        using (contestant_id, attempt_id)""",
        [pair[0] for pair in pairs], [pair[1] for pair in pairs],
    )  # fmt: skip
    return {row[1]: _fact(row) for row in rows}


async def update(connection: Connection, events: Sequence[AttemptScored]) -> None:
    """The same attempts, scored again. Their persons must be locked."""
    await connection.execute(
        """update facts f set version = u.version, right_answers = u.right_answers, perfect = u.perfect, valid = u.valid
        from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::bool[], $6::bool[])
          as u(contestant_id, attempt_id, version, right_answers, perfect, valid)
        where f.contestant_id = u.contestant_id and f.attempt_id = u.attempt_id""",
        [e.contestant_id for e in events], [e.attempt_id for e in events], [e.version for e in events],
        [e.right for e in events], [e.perfect for e in events], [e.valid for e in events],
    )  # fmt: skip


async def of_people(connection: Connection, contestants: Collection[str]) -> dict[str, list[Fact]]:
    """The whole history of these persons."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from facts where contestant_id = any($1::text[])", list(contestants)
    )
    found: dict[str, list[Fact]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(_fact(row))
    return found


def _fact(row: asyncpg.Record) -> Fact:
    return Fact(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7])

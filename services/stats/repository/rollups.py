"""Rollups and the revision under which each was last moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import asyncpg
from msgspec import Struct

from services.contracts.events import Phase
from services.runtime.database import Connection
from services.stats.domain.ledger import Key
from services.stats.domain.source import Newest

MOVE = """
insert into rollups as r (scope, kind, unit, slot, registrants, participants, attempts, valid, perfect, rev)
select u.*, s.rev from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[])
  as u(scope, kind, unit, slot, registrants, participants, attempts, valid, perfect)
join unnest($10::text[], $11::bigint[]) as s(scope, rev) using (scope)
order by 1, 2, 3, 4
on conflict (scope, kind, unit, slot) do update set registrants = r.registrants + excluded.registrants,
  participants = r.participants + excluded.participants, attempts = r.attempts + excluded.attempts,
  valid = r.valid + excluded.valid, perfect = r.perfect + excluded.perfect, rev = excluded.rev"""


class Rev(Struct, frozen=True):
    """The state of one scope."""

    scope: str
    rev: int
    generation: int
    definitions: int
    newest: Newest
    phase: Phase | None
    held_hour: str | None


async def bump(connection: Connection, scopes: Mapping[str, Newest], *, definitions: bool = False) -> dict[str, int]:
    """The next revision of each scope, whose row stays locked until the transaction ends."""
    ordered = sorted(scopes)
    rows = await connection.fetch(
        """insert into revs as r (scope, rev, definitions, registered_at, submitted_at)
        select u.scope, 1, $4::int, u.registered_at, u.submitted_at
        from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as u(scope, registered_at, submitted_at) order by 1
        on conflict (scope) do update set rev = r.rev + 1, definitions = r.definitions + $4::int,
          registered_at = greatest(r.registered_at, excluded.registered_at),
          submitted_at = greatest(r.submitted_at, excluded.submitted_at)
        returning scope, rev""",
        ordered, [scopes[s].registered_at for s in ordered], [scopes[s].submitted_at for s in ordered], int(definitions),
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


async def move(connection: Connection, moves: Mapping[Key, Sequence[int]], newest: Mapping[str, Newest]) -> None:
    """Adds the differences, in key order. The persons behind them must be locked. `newest`: contest times per scope."""
    if not moves:
        return
    revs = await bump(connection, {key[0]: newest.get(key[0], Newest()) for key in moves})
    keys, counts = list(moves), list(moves.values())
    await connection.execute(
        MOVE, *([key[i] for key in keys] for i in range(4)), *([row[i] for row in counts] for i in range(5)),
        list(revs), list(revs.values()),
    )  # fmt: skip


async def revs(connection: Connection) -> list[Rev]:
    """Of every scope: the one query that an idle process asks each second."""
    rows = await connection.fetch(
        "select scope, rev, generation, definitions, registered_at, submitted_at, phase, held_hour from revs order by scope"
    )
    return [Rev(row[0], row[1], row[2], row[3], Newest(row[4], row[5]), row[6], row[7]) for row in rows]


async def since(connection: Connection, scope: str, rev: int) -> Iterable[tuple[Key, tuple[int, ...]]]:
    """Rows that the snapshot is made from and that moved after `rev`: five counts and the held perfect attempts."""
    rows = await connection.fetch(
        """select scope, kind, unit, slot, registrants, participants, attempts, valid, perfect, held
        from rollups where scope = $1 and rev > $2 and kind <> 'day'""",
        scope, rev,
    )  # fmt: skip
    return [((row[0], row[1], row[2], row[3]), tuple(row)[4:]) for row in rows]


async def tick(connection: Connection, scope: str, phase: Phase, hour: str) -> None:
    """Time alone changed the public numbers: another phase, or an hour is full and perfect attempts of units move."""
    row: asyncpg.Record | None = await connection.fetchrow(
        "update revs set rev = rev + 1, phase = $2, held_hour = $3 where scope = $1 returning rev", scope, phase, hour
    )
    if row is not None:
        await connection.execute(
            "update rollups set held = perfect, rev = $2 where scope = $1 and kind = 'unit' and held <> perfect",
            scope, row[0],
        )  # fmt: skip


async def mark_published(connection: Connection, contest_id: str, version: int) -> None:
    """For the audit: numbers up to this version are out."""
    await connection.execute("update revs set published = $2 where scope = $1 and published < $2", contest_id, version)


def latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)

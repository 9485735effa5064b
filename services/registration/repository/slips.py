"""Invitations by name, each taken by at most one person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Slip:
    id: UUID
    series_id: str
    unit_id: str
    name: str
    sort_name: str
    birth_date: date | None
    category: str | None
    phone_enc: bytes | None
    secret_hash: bytes
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """A line of a roster: who is missing has a name."""

    id: UUID
    name: str
    birth_date: date | None
    unit_id: str
    category: str | None
    opened_at: datetime | None
    contestant_id: UUID | None
    has_taken_part: bool


_COLUMNS = (
    """id, series_id, unit_id, name, sort_name, birth_date, category, phone_enc, secret_hash, created_by, created_at"""
)


async def add(connection: Connection, slips: Sequence[Slip]) -> None:
    """The same slips again change nothing."""
    await connection.executemany(
        f"insert into slips ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        [
            (
                s.id, s.series_id, s.unit_id, s.name, s.sort_name, s.birth_date, s.category, s.phone_enc, s.secret_hash,
                s.created_by, s.created_at,
            )
            for s in slips
        ],
    )  # fmt: skip


async def find(connection: Connection, secret_hash: bytes) -> Slip | None:
    row = await connection.fetchrow(f"select {_COLUMNS} from slips where secret_hash = $1", secret_hash)
    return Slip(*row.values()) if row else None


async def is_taken(connection: Connection, slip: UUID) -> bool:
    found: bool = await connection.fetchval("select exists (select from contestants where slip_id = $1)", slip)
    return found


async def open_(connection: Connection, slip: UUID, now: datetime) -> None:
    """The first time somebody looked at it."""
    await connection.execute("update slips set opened_at = coalesce(opened_at, $2) where id = $1", slip, now)


async def under(
    connection: Connection, series_id: str, units: Collection[str], after: UUID | None, limit: int
) -> list[Invited]:
    """The next `limit` of these units behind `after`, by given name."""
    rows = await connection.fetch(
        """select s.id, s.name, s.birth_date, s.unit_id, s.category, s.opened_at, c.id as contestant_id,
             exists (select from took_part t where t.contestant_id = c.id) as has_taken_part
           from slips s left join contestants c on c.slip_id = s.id
           where s.series_id = $1 and s.unit_id = any($2) and ($3::uuid is null or (s.sort_name, s.id) > (
             select a.sort_name, a.id from slips a where a.id = $3))
           order by s.sort_name, s.id limit $4""",
        series_id, list(units), after, limit,
    )  # fmt: skip
    return [Invited(*row.values()) for row in rows]


async def withdraw(connection: Connection, series_id: str, slip: UUID, units: Collection[str]) -> bool:
    """False where there is no such slip in these units, or somebody has registered with it."""
    # First the row, held by whoever registers with it; a statement that waited would still count by what it saw before.
    await connection.execute("select from slips where id = $1 for update", slip)
    gone = await connection.fetchval(
        """delete from slips s where s.series_id = $1 and s.id = $2 and s.unit_id = any($3)
             and not exists (select from contestants c where c.slip_id = s.id) returning true""",
        series_id, slip, list(units),
    )  # fmt: skip
    return bool(gone)


async def purge(connection: Connection, announced_before: datetime) -> int:
    """Slips of every series whose last results were announced before; how many went."""
    gone = await connection.fetch(
        """delete from slips s where exists (select from contests c where c.series_id = s.series_id)
             and not exists (select from contests c where c.series_id = s.series_id
               and (c.announced_at is null or c.announced_at > $1)) returning s.id""",
        announced_before,
    )
    await connection.execute(
        "update contestants set slip_id = null where slip_id = any($1::uuid[])", [row[0] for row in gone]
    )
    return len(gone)

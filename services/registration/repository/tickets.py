"""Single-use tickets, as keyed hashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Ticket:
    """`kind` is `code` or `device`; `spent_at` None: it may be used until `expires_at`."""

    id: UUID
    contestant_id: UUID
    series_id: str
    kind: str
    secret_hash: bytes
    issued_by: str
    role: str | None
    issued_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None


_COLUMNS = "id, contestant_id, series_id, kind, secret_hash, issued_by, role, issued_at, expires_at, spent_at"


async def find(connection: Connection, secret_hash: bytes) -> Ticket | None:
    row = await connection.fetchrow(f"select {_COLUMNS} from tickets where secret_hash = $1", secret_hash)
    return Ticket(*row.values()) if row else None


async def replace_open(connection: Connection, contestant_id: UUID, kind: str, now: datetime) -> None:
    """Whatever was open is spent: one at a time. The person's row must be locked."""
    await connection.execute(
        "update tickets set spent_at = $3 where contestant_id = $1 and kind = $2 and spent_at is null",
        contestant_id, kind, now,
    )  # fmt: skip


async def issue(connection: Connection, ticket: Ticket, day: date | None = None, limit: int = 0) -> bool:
    """False where the officer has used up the day's tickets (`limit`), or lost the race for a slot: try again."""
    issued = await connection.fetchval(
        """insert into tickets (id, contestant_id, series_id, kind, secret_hash, issued_by, role, issued_at, expires_at, day, slot)
           select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, free.slot
           from (select min(s.slot) as slot from generate_series(1, $11::int) as s(slot)
                 where not exists (select from tickets t where t.issued_by = $6 and t.day = $10 and t.slot = s.slot)) as free
           where $10::date is null or free.slot is not null
           on conflict do nothing returning true""",
        ticket.id, ticket.contestant_id, ticket.series_id, ticket.kind, ticket.secret_hash, ticket.issued_by, ticket.role,
        ticket.issued_at, ticket.expires_at, day, limit,
    )  # fmt: skip
    return bool(issued)


async def given(connection: Connection, issued_by: str, day: date) -> int:
    return int(
        await connection.fetchval("select count(*) from tickets where issued_by = $1 and day = $2", issued_by, day)
    )


async def spend(connection: Connection, ticket: UUID, now: datetime) -> bool:
    """False where it is spent or over: of many who try at once one succeeds."""
    spent = await connection.fetchval(
        "update tickets set spent_at = $2 where id = $1 and spent_at is null and expires_at > $2 returning true",
        ticket, now,
    )  # fmt: skip
    return bool(spent)

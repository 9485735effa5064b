"""Phone numbers that somebody says are theirs, and the list of persons who may not enter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Dispute:
    id: UUID
    series_id: str
    phone_hmac: bytes
    phone_enc: bytes | None
    name: str | None
    opened_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who registered with a disputed number."""

    id: UUID
    number: str
    name: str | None
    unit_id: str | None
    registered_at: datetime
    has_taken_part: bool


async def open_dispute(connection: Connection, dispute: Dispute) -> bool:
    """False where one about this number waits already."""
    opened = await connection.fetchval(
        """insert into phone_disputes (id, series_id, phone_hmac, phone_enc, name, opened_at)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning true""",
        dispute.id, dispute.series_id, dispute.phone_hmac, dispute.phone_enc, dispute.name, dispute.opened_at,
    )  # fmt: skip
    return bool(opened)


async def waiting(connection: Connection, series_id: str, limit: int) -> list[Dispute]:
    """The oldest first."""
    rows = await connection.fetch(
        "select * from phone_disputes where series_id = $1 and decided_at is null order by opened_at, id limit $2",
        series_id, limit,
    )  # fmt: skip
    return [Dispute(**dict(row)) for row in rows]


async def locked(connection: Connection, series_id: str, dispute: UUID) -> Dispute | None:
    row = await connection.fetchrow(
        "select * from phone_disputes where series_id = $1 and id = $2 for update", series_id, dispute
    )
    return Dispute(**dict(row)) if row else None


async def decide(connection: Connection, dispute: UUID, by: str, now: datetime) -> None:
    """What was needed to call the person is deleted."""
    await connection.execute(
        "update phone_disputes set decided_at = $2, decided_by = $3, phone_enc = null, name = null where id = $1",
        dispute, now, by,
    )  # fmt: skip


async def holders(connection: Connection, series_id: str, phones: Collection[bytes]) -> dict[bytes, list[Holder]]:
    """phone hash -> who registered with it, the first to register first."""
    rows = await connection.fetch(
        """select phone_hmac, id, number, name, unit_id, registered_at,
             exists (select from took_part t where t.contestant_id = c.id) as has_taken_part
           from contestants c where series_id = $1 and phone_hmac = any($2) and erased_at is null order by phone_slot""",
        series_id, list(phones),
    )  # fmt: skip
    found: dict[bytes, list[Holder]] = {}
    for row in rows:
        found.setdefault(row["phone_hmac"], []).append(Holder(*list(row.values())[1:]))
    return found


async def bar(connection: Connection, series_id: str, digests: Collection[bytes]) -> bool:
    """The list from now on: these and no others. False where it was so already."""
    # Rows cannot be locked that are not there: two first lists sent at once would both stand.
    await connection.execute("lock table not_eligible in share row exclusive mode")
    rows = await connection.fetch("select digest from not_eligible where series_id = $1", series_id)
    if {row[0] for row in rows} == set(digests):
        return False
    await connection.execute("delete from not_eligible where series_id = $1", series_id)
    await connection.execute(
        "insert into not_eligible select $1, * from unnest($2::bytea[]) on conflict do nothing",
        series_id, list(digests),
    )  # fmt: skip
    return True


async def is_barred(connection: Connection, series_id: str, digests: Sequence[bytes]) -> bool:
    found: bool = await connection.fetchval(
        "select exists (select from not_eligible where series_id = $1 and digest = any($2))", series_id, list(digests)
    )
    return found


async def registered_alike(
    connection: Connection, series_id: str, hashes: Collection[bytes], birth_dates: Collection[date]
) -> list[tuple[UUID, str | None, date | None, bool]]:
    """(id, name, birth date, whether phone or ID number is on the list) of who may be meant by it."""
    rows = await connection.fetch(
        """select id, name, birth_date, coalesce(phone_hmac = any($2), false) or coalesce(id_number_hmac = any($2), false)
           from contestants where series_id = $1 and erased_at is null
             and (phone_hmac = any($2) or id_number_hmac = any($2) or birth_date = any($3)) order by id""",
        series_id, list(hashes), list(birth_dates),
    )  # fmt: skip
    return [tuple(row.values()) for row in rows]

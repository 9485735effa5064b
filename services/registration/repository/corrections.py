"""Corrections of what is known of a person; what stood there before is kept beside, and goes with the identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to be set: sealed, hashed, and how many may share it."""

    sealed: bytes
    hashed: bytes
    limit: int


class SlotLost(Exception):
    """Somebody else took the phone's slot in between; the transaction is over, and another try may find one."""


async def set_phone(connection: Connection, contestant_id: UUID, phone: Phone | None) -> bool | None:
    """True where it was changed, False where it was so already, None where the number stands for as many as may share it.

    The person's row must be locked. None for `phone` takes the number away. Raises SlotLost.
    """
    held = await connection.fetchval("select phone_hmac from contestants where id = $1", contestant_id)
    if held == (phone.hashed if phone else None):
        return False
    if phone is None:
        await connection.execute(
            "update contestants set phone_enc = null, phone_hmac = null, phone_slot = null where id = $1", contestant_id
        )
        return True
    try:
        return await _take_slot(connection, contestant_id, phone) or None
    except asyncpg.UniqueViolationError as taken:
        raise SlotLost from taken


async def _take_slot(connection: Connection, contestant_id: UUID, phone: Phone) -> bool:
    taken = await connection.fetchval(
        """update contestants c set phone_enc = $2, phone_hmac = $3, phone_slot = free.slot
           from (select min(s.slot) as slot from generate_series(1, $4::int) as s(slot)
                 where not exists (select from contestants o join contestants me on me.id = $1
                     where o.series_id = me.series_id and o.phone_hmac = $3 and o.phone_slot = s.slot)
                   and not exists (select from held_digests h join contestants me on me.id = $1
                     where h.series_id = me.series_id and h.kind = 'phone' and h.digest = $3 and h.slot = s.slot)) as free
           where c.id = $1 and free.slot is not null returning true""",
        contestant_id, phone.sealed, phone.hashed, phone.limit,
    )  # fmt: skip
    return bool(taken)


async def correct(
    connection: Connection, contestant_id: UUID, name: tuple[str, str] | None, birth_date: date | None
) -> None:
    """`name` with its sort key; what is None stays."""
    await connection.execute(
        """update contestants set name = coalesce($2, name), sort_name = coalesce($3, sort_name),
             birth_date = coalesce($4, birth_date) where id = $1""",
        contestant_id, name[0] if name else None, name[1] if name else None, birth_date,
    )  # fmt: skip


async def keep(
    connection: Connection, contestant_id: UUID, changes: Mapping[str, tuple[str | None, str]], by: str, now: datetime
) -> None:
    """`changes`: field -> (what it was, what it becomes)."""
    await connection.executemany(
        "insert into corrections (contestant_id, field, was, becomes, by, at) values ($1, $2, $3, $4, $5, $6)",
        [(contestant_id, field, was, becomes, by, now) for field, (was, becomes) in changes.items()],
    )

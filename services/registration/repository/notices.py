"""What was done to somebody's account by others, until the person has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    what: str
    by_role: str
    at: datetime


async def leave(connection: Connection, contestant_id: UUID, what: str, by_role: str, now: datetime) -> None:
    await connection.execute(
        "insert into notices (contestant_id, what, by_role, at) values ($1, $2, $3, $4)",
        contestant_id, what, by_role, now,
    )  # fmt: skip


async def unseen(connection: Connection, contestant_id: UUID) -> list[Notice]:
    rows = await connection.fetch(
        "select id, what, by_role, at from notices where contestant_id = $1 and seen_at is null order by id",
        contestant_id,
    )
    return [Notice(*row.values()) for row in rows]


async def see(connection: Connection, contestant_id: UUID, up_to: int, now: datetime) -> None:
    await connection.execute(
        "update notices set seen_at = $3 where contestant_id = $1 and id <= $2 and seen_at is null",
        contestant_id, up_to, now,
    )  # fmt: skip

"""What the sweeper may take, and up to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from asyncpg import Record

from services.quiz.repository.rows import COLUMNS
from services.runtime.database import Connection, Pool

_OVERDUE = """from attempts a join contests c using (contest_id)
    where a.state = 0 and a.ends_at < $1::timestamptz - $2::interval
        and a.ends_at + make_interval(secs => c.grace_ms / 1000.0) + $2 < $1"""


async def overdue_contests(connection: Connection, horizon: datetime, patience: timedelta) -> list[str]:
    """Contests with papers that `overdue` would give."""
    rows = await connection.fetch(f"select distinct a.contest_id {_OVERDUE}", horizon, patience)
    return [row["contest_id"] for row in rows]


async def overdue(
    connection: Connection, contest_ids: Sequence[str], horizon: datetime, patience: timedelta, limit: int
) -> list[Record]:
    """Open papers whose end, grace and `patience` are all before `horizon`, locked; those another sweeper has are skipped.

    `horizon` is the real time, or in a rehearsal the watermark. The contests must be held open.
    """
    return await connection.fetch(
        f"""select {COLUMNS} {_OVERDUE} and a.contest_id = any($3)
            order by a.contestant_id, a.contest_id, a.ordinal limit $4 for update of a skip locked""",
        horizon, patience, contest_ids, limit,
    )  # fmt: skip


async def watermark(connection: Connection | Pool) -> datetime | None:
    moment: datetime | None = await connection.fetchval("select at from watermark")
    return moment


async def raise_watermark(pool: Pool, until: datetime) -> None:
    await pool.execute(
        """insert into watermark (at) values ($1)
           on conflict (single) do update set at = greatest(watermark.at, excluded.at)""",
        until,
    )

"""A contest closes by counting: one leader, under a lock that no start, submission or sweep can hold at the same time."""

from __future__ import annotations

import asyncio
from datetime import datetime

from services.quiz import facts, repository
from services.quiz.repository import contests
from services.quiz.repository.contests import Closing
from services.quiz.sweeping import horizon
from services.runtime import Parts
from services.runtime.database import Connection
from services.runtime.leadership import lead
from services.runtime.logs import logger
from services.runtime.metrics import METRICS
from services.runtime.outbox import Outgoing, put
from services.runtime.periodic import every

PAUSE = 1.0
_log = logger("closing")


async def run(parts: Parts) -> None:
    async def close_what_is_due(connection: Connection) -> None:
        while True:
            if (limit := await horizon(parts, connection)) is not None:
                for contest_id in await contests.due_for_closing(connection, limit):
                    await close(parts, contest_id, limit)
            await asyncio.sleep(PAUSE)

    await lead(parts.settings, "closing", close_what_is_due)


async def close(parts: Parts, contest_id: str, limit: datetime) -> bool:
    """False where something changed meanwhile: the deadline moved, a paper is open after all, another leader was faster."""
    async with parts.pool.acquire() as connection, connection.transaction():
        await repository.hold_closed(connection, contest_id)
        if contest_id not in await contests.due_for_closing(connection, limit):
            return False
        count, digest = await contests.count_submitted(connection, contest_id)
        await contests.close(connection, Closing(contest_id, limit, parts.clock.now(), count, digest))
        closed = await contests.contest(connection, contest_id)
        assert closed is not None
        await put(connection, [Outgoing(facts.closed(closed))], "quiz")
    _log.info("closed", contest=contest_id, attempts=count, digest=digest)
    return True


async def measure(parts: Parts) -> None:
    """Papers open and overdue, and the phase that gates the alerts of the last hour."""

    async def look() -> None:
        now = await horizon(parts, parts.pool) or parts.clock.now()
        for row in await contests.open_and_overdue(parts.pool, now):
            METRICS.attempts_open.labels(row["contest_id"]).set(row["open"])
            METRICS.attempts_overdue.labels(row["contest_id"]).set(row["overdue"])
            METRICS.contest_closes.labels(row["contest_id"]).set(row["closes"].timestamp())
            phase = 3 if row["closed_at"] else 2 if now >= row["closes"] else 1 if now >= row["opens"] else 0
            METRICS.contest_phase.labels(row["contest_id"]).set(phase)

    await every(5, look)

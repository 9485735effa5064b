"""What ran out is handed in as it was saved, at the time at which it ran out; a paper never answered is abandoned."""

from __future__ import annotations

from datetime import datetime

from asyncpg import Record

from services.quiz import facts, repository
from services.quiz.book import Book
from services.quiz.domain.starting import PATIENCE, swept_after
from services.quiz.handing import HandingIn
from services.quiz.repository import Handing, Key
from services.runtime import Parts
from services.runtime.database import Connection, Pool
from services.runtime.metrics import METRICS
from services.runtime.periodic import every

BATCH = 500
PAUSE = 0.5


async def horizon(parts: Parts, connection: Connection | Pool) -> datetime | None:
    """Up to when everything that could still arrive has arrived: real time, or in a rehearsal the watermark."""
    return await repository.watermark(connection) if parts.settings.rehearsal else parts.clock.now()


class Sweeper:
    """Runs on every replica; rows that another one holds are skipped."""

    def __init__(self, parts: Parts, book: Book, handing_in: HandingIn) -> None:
        self._parts, self._book, self._handing_in = parts, book, handing_in

    async def run(self) -> None:
        await every(PAUSE, self._sweep_all)

    async def _sweep_all(self) -> None:
        while await self.sweep() == BATCH:
            pass

    async def sweep(self) -> int:
        """One batch; how many papers it took."""
        async with self._parts.pool.acquire() as connection, connection.transaction():
            limit = await horizon(self._parts, connection)
            return 0 if limit is None else await self.sweep_until(connection, limit)

    async def sweep_until(self, connection: Connection, limit: datetime) -> int:
        """One batch of what is overdue at `limit`, inside the caller's transaction."""
        due = await repository.overdue_contests(connection, limit, PATIENCE)
        if not due:
            return 0
        # Before any row: a definition holds the contest alone and then waits for rows.
        await repository.hold_all_open(connection, due)
        rows = await repository.overdue(connection, due, limit, PATIENCE, BATCH)
        if rows:
            await self._close(connection, rows)
        return len(rows)

    async def close_one(self, connection: Connection, key: Key, now: datetime) -> None:
        """The person's own overdue paper, inside the transaction of their next start; not if its end was moved just now."""
        contest = await self._book.contest(key[1])
        over = now - swept_after(contest.rules.grace_ms)
        await repository.hold_all_open(connection, [key[1]])
        rows = await repository.lock(connection, [key])
        overdue = [row for row in rows if row["state"] == repository.OPEN and row["ends_at"] < over]
        if overdue:
            await self._close(connection, overdue)

    async def _close(self, connection: Connection, rows: list[Record]) -> None:
        handings = [await self._outcome(row) for row in rows]
        for handing in handings:
            METRICS.swept.labels("submitted" if handing.state == repository.SUBMITTED else "abandoned").inc()
        await self._handing_in.write_all(connection, handings)

    async def _outcome(self, row: Record) -> Handing:
        stored = facts.stored_answers(row)
        if stored:
            return self._handing_in.made(row, await self._book.contest(row["contest_id"]), stored, None)
        return self._handing_in.abandoned(row)

"""Every fact of quiz once more into the outbox, from its rows, with the ids it had the first time."""

from __future__ import annotations

from services.quiz import facts
from services.quiz.book import book_of
from services.quiz.repository import contests
from services.runtime import Parts
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.outbox import Outgoing, put

BATCH = 1000


async def republish(parts: Parts, connection: Connection, actor: str = "") -> int:
    """How many facts. Consumers tell repeats by key and version, so this is always safe. Needs a transaction."""
    book = book_of(parts)
    await note(connection, actor, "republish", "quiz")
    told = await contests.all_contests(connection)
    for row in told:
        await put(
            connection,
            [Outgoing(facts.defined(row, await contests.question_ids(connection, row["contest_id"])))],
            "quiz",
        )
    rehearsal = {contest.rules.id: contest.rehearsal for contest in await book.all()}
    keys = await contests.sealed_keys(parts.pool)
    await put(connection, [Outgoing(facts.sealed(key, rehearsal[key["contest_id"]])) for key in keys], "quiz")
    count = len(told) + len(keys)
    async for rows in contests.submitted(connection, BATCH):
        outgoing = [Outgoing(facts.submitted(row, await book.contest(row["contest_id"])), row["trace"]) for row in rows]
        await put(connection, outgoing, "quiz")
        count += len(rows)
    closed = [row for row in await contests.all_contests(connection) if row["closed_at"] is not None]
    for row in closed:
        await put(connection, [Outgoing(facts.closed(row))], "quiz")
    return count + len(closed)

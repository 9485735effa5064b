"""Everything that is stored of one person, under a pseudonymous id, in the contests of one series."""

from __future__ import annotations

from typing import Any

from services.runtime.database import Connection

_RECORDS = {
    "rights": """select excluded, erased, not_before, ended_before from contestants
        where contestant_id = $1 and coalesce(series_id, $2) = $2""",
    "attempts": """select a.contest_id, a.ordinal, a.attempt_id, a.state, a.category, a.paper_group, a.questions, a.answers,
          a.started_at, a.ends_at, a.extra_ms, a.given_back, a.how, a.submitted_at, a.received_at, a.voided, a.receipt
        from attempts a join contests c using (contest_id)
        where a.contestant_id = $1 and c.series_id = $2 order by 1, 2""",
    "tries_given": """select g.contest_id, g.nth, g.given_at from tries_given g join contests c using (contest_id)
        where g.contestant_id = $1 and c.series_id = $2 order by 1, 2""",
    "log": """select l.at, l.actor, l.action, l.reason, l.old, l.new from audit l join contests c on c.contest_id = l.subject
        where l.new ->> 'contestant' = $1::text and c.series_id = $2 order by l.id""",
}  # fmt: skip
# Null, where nothing says which series it is, is passed over.
_STRANGER = """select bool_and(series_id <> $2) from (
    select series_id from contestants where contestant_id = $1
    union all select c.series_id from attempts a join contests c using (contest_id) where a.contestant_id = $1) k"""


async def records(connection: Connection, contestant: str, series: str) -> dict[str, list[dict[str, Any]]]:
    """By kind, rows as they are stored."""
    return {
        name: [dict(row) for row in await connection.fetch(statement, contestant, series)]
        for name, statement in _RECORDS.items()
    }


async def is_stranger(connection: Connection, contestant: str, series: str) -> bool:
    """Whether all that is known of the person is of another series."""
    return bool(await connection.fetchval(_STRANGER, contestant, series))

"""What quiz knows of one person: papers under a pseudonymous id, in the contests of one series."""

from __future__ import annotations

from typing import Any

import msgspec

from services.quiz import facts, repository
from services.quiz.domain.answers import given, predicted
from services.runtime.access import Principal
from services.runtime.database import Connection
from services.runtime.export import Export
from services.runtime.problems import NOT_SIGNED_IN, Problem

_RECORDS = {
    "rights": """select excluded, erased, not_before, ended_before from contestants where contestant_id = $1 and $2 <> ''""",
    "attempts": """select a.contest_id, a.ordinal, a.attempt_id, a.state, a.category, a.paper_group, a.questions, a.answers,
          a.started_at, a.ends_at, a.extra_ms, a.given_back, a.how, a.submitted_at, a.received_at, a.voided, a.receipt
        from attempts a join contests c using (contest_id)
        where a.contestant_id = $1 and c.series_id = $2 order by 1, 2""",
    "tries_given": """select g.contest_id, g.nth, g.given_at from tries_given g join contests c using (contest_id)
        where g.contestant_id = $1 and c.series_id = $2 order by 1, 2""",
    "log": "select at, actor, action, reason, old, new from audit where new ->> 'contestant' = $1::text and $2 <> '' order by id",
}  # fmt: skip


async def collect(_: Any, connection: Connection, contestant: str, series: str) -> Export:
    records = {}
    for name, statement in _RECORDS.items():
        records[name] = [dict(row) for row in await connection.fetch(statement, contestant, series)]
    for row in records["attempts"]:
        stored = facts.stored_answers(row)
        row |= {"answers": given(stored), "prediction": predicted(stored)}
        row["receipt"] = msgspec.json.decode(row["receipt"]) if row["receipt"] else None
    erased = any(row["erased"] for row in records["rights"])
    return Export("quiz", contestant, erased, records)


async def check(_: Any, connection: Connection, principal: Principal) -> None:
    if await repository.is_over(connection, principal.id, principal.claims["iat"]):
        raise Problem(NOT_SIGNED_IN, "This session was ended; sign in again.")

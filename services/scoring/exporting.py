"""What scoring knows of one person: marks under a pseudonymous id. Right answers are not the person's data."""

from __future__ import annotations

from typing import Any

from services.runtime.access import Principal
from services.runtime.database import Connection
from services.runtime.export import Export
from services.runtime.problems import NOT_SIGNED_IN, Problem
from services.scoring.handlers import NEVER_AGAIN
from services.scoring.repository import contests

_RIGHTS = """select (select not_before from sessions where contestant_id = $1) as sessions_not_before,
    (select excluded from exclusions where contestant_id = $1) as excluded"""
_SCORES = """select contest_id, attempt_id, ordinal, how, started_at, submitted_at, duration_ms, late_ms, category, group_id,
    questions, right_answers, points, max_points, perfect, within_tries, voided, valid
    from scores where contestant_id = $1 and series_id = $2 order by contest_id, ordinal"""


async def collect(_: Any, connection: Connection, contestant: str, series: str) -> Export:
    """While a contest hides scores the rows say that there is an attempt, not how it went."""
    rights = [dict(row) for row in await connection.fetch(_RIGHTS, contestant)]
    rows = [dict(row) for row in await connection.fetch(_SCORES, contestant, series)]
    erased = rights[0]["sessions_not_before"] == NEVER_AGAIN
    for row in rows:
        known = await contests.find(connection, row["contest_id"])
        if known is None or (known.rules.paper.reveal == "nothing" and not known.closed):
            row |= dict.fromkeys(("right_answers", "points", "perfect"), "hidden until closing")
    return Export("scoring", contestant, erased, {"rights": rights, "scores": rows})


async def check(_: Any, connection: Connection, principal: Principal) -> None:
    not_before = await contests.sessions_not_before(connection, principal.id)
    if not_before is not None and principal.claims["iat"] < not_before.timestamp():
        raise Problem(NOT_SIGNED_IN, "This session was ended; sign in again.")

"""What scoring knows of one person: marks under a pseudonymous id. Right answers are not the person's data."""

from __future__ import annotations

from typing import Any

from services.runtime.database import Connection
from services.runtime.export import Export
from services.runtime.problems import UNKNOWN_CONTESTANT, Problem
from services.scoring.handlers import NEVER_AGAIN
from services.scoring.repository import contests, exports


async def collect(_: Any, connection: Connection, contestant: str, series: str) -> Export:
    """While a contest hides scores the rows say that there is an attempt, not how it went."""
    if await exports.is_stranger(connection, contestant, series):
        raise Problem(UNKNOWN_CONTESTANT, "Nobody of this series has this id.")
    rights = await exports.rights(connection, contestant)
    rows = await exports.scores(connection, contestant, series)
    erased = rights[0]["sessions_not_before"] == NEVER_AGAIN
    for row in rows:
        known = await contests.find(connection, row["contest_id"])
        if known is None or (known.rules.paper.reveal == "nothing" and not known.closed):
            row |= dict.fromkeys(("right_answers", "points", "perfect"), "hidden until closing")
    return Export("scoring", contestant, erased, {"rights": rights, "scores": rows})

"""What stats knows of one person: where a pseudonymous id is counted."""

from __future__ import annotations

from typing import Any

from services.runtime.access import Principal
from services.runtime.database import Connection
from services.runtime.export import Export
from services.runtime.problems import NOT_SIGNED_IN, Problem

_PERSON = """select series_id, unit_id, category, group_id, registered_hour, excluded, erased_version > 0 as erased, took_part
    from contestants where contestant_id = $1 and series_id = $2"""
_FACTS = """select f.contest_id, f.attempt_id, f.ordinal, f.how, f.submitted_at, f.hour, f.duration_ms from facts f
    join contests c using (contest_id) where f.contestant_id = $1 and c.series_id = $2 order by 1, 3"""


async def collect(_: Any, connection: Connection, contestant: str, series: str) -> Export:
    """Without what an attempt was worth: what may be shown of that scoring says."""
    person = [dict(row) for row in await connection.fetch(_PERSON, contestant, series)]
    facts = [dict(row) for row in await connection.fetch(_FACTS, contestant, series)]
    return Export("stats", contestant, any(row["erased"] for row in person), {"person": person, "facts": facts})


async def check(_: Any, connection: Connection, principal: Principal) -> None:
    """Stats hears of no ended session; of an erased person nothing is told."""
    erased = await connection.fetchval(
        "select erased_version > 0 from contestants where contestant_id = $1", principal.id
    )
    if erased:
        raise Problem(NOT_SIGNED_IN, "This session was ended; sign in again.")

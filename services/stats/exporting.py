"""What stats knows of one person: where a pseudonymous id is counted."""

from __future__ import annotations

from typing import Any

from services.runtime.access import Principal
from services.runtime.database import Connection
from services.runtime.export import Export
from services.runtime.problems import NOT_SIGNED_IN, UNKNOWN_CONTESTANT, Problem
from services.stats.repository import exports


async def collect(_: Any, connection: Connection, contestant: str, series: str) -> Export:
    """Without what an attempt was worth: what may be shown of that scoring says."""
    if await exports.is_stranger(connection, contestant, series):
        raise Problem(UNKNOWN_CONTESTANT, "Nobody of this series has this id.")
    person = await exports.person(connection, contestant, series)
    facts = await exports.facts(connection, contestant, series)
    return Export("stats", contestant, any(row["erased"] for row in person), {"person": person, "facts": facts})


async def check(_: Any, connection: Connection, principal: Principal) -> None:
    """Stats hears of no ended session; of an erased person nothing is told."""
    if await exports.is_erased(connection, principal.id):
        raise Problem(NOT_SIGNED_IN, "This session was ended; sign in again.")

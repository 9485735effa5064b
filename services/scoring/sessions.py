"""Sessions that were ended: scoring hears of them through Kafka (rule 10)."""

from __future__ import annotations

from typing import Any

from services.runtime.access import Principal
from services.runtime.database import Connection
from services.runtime.problems import NOT_SIGNED_IN, Problem
from services.scoring.repository import contests


async def check(_: Any, connection: Connection, principal: Principal) -> None:
    """Raises 401 for a session that was ended."""
    not_before = await contests.sessions_not_before(connection, principal.id)
    if not_before is not None and principal.claims["iat"] < not_before.timestamp():
        raise Problem(NOT_SIGNED_IN, "This session was ended; sign in again.")

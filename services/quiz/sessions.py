"""Sessions that were ended: quiz hears of them through Kafka (rule 10)."""

from __future__ import annotations

from typing import Any

from services.quiz import repository
from services.runtime.access import Principal
from services.runtime.database import Connection, Pool
from services.runtime.problems import NOT_SIGNED_IN, Problem


async def check(_: Any, connection: Connection | Pool, principal: Principal) -> None:
    """Raises 401 for a session that was ended: it neither reads nor takes the pen. A paper's own credential lives on."""
    if await repository.is_over(connection, principal.id, principal.claims["iat"]):
        raise Problem(NOT_SIGNED_IN, "This session was ended; sign in again.")

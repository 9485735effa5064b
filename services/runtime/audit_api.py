"""The audit log over HTTP, in every service: reading it, checking its chain, exporting its head."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from litestar import get
from litestar.params import Parameter
from msgspec import Struct

from services.runtime import audit
from services.runtime.access import Role, allow
from services.runtime.audit import Chain, Entry, Wanted
from services.runtime.metrics import METRICS
from services.runtime.periodic import every

MEASURED_EVERY = 10.0
"""Seconds between exports of the head."""
Beginning = Annotated[str, Parameter(max_length=200, pattern=r"^[^\x00]*$")]
Link = Annotated[int, Parameter(ge=0, le=2**62)]
Limit = Annotated[int, Parameter(ge=1, le=1000)]


class Log(Struct):
    entries: list[Entry]
    """The newest first."""
    next: int | None
    """Give it as `before` to go on; None: these were all."""


def audit_routes(base: str) -> list[Any]:
    @get(f"{base}/audit-log", guards=[allow(Role.AUDITOR)])
    async def audit_log(
        parts: Any, who: Beginning = "", what: Beginning = "", since: datetime | None = None,
        until: datetime | None = None, before: Link | None = None, limit: Limit = 100,
    ) -> Log:  # fmt: skip
        """Who did what, and why: ids only. `who` and `what` are beginnings of actor and action."""
        async with parts.pool.acquire() as connection:
            found = list(await audit.entries(connection, Wanted(who, what, since, until, before, limit)))
        return Log(found, found[-1].id if len(found) == limit else None)

    @get(f"{base}/audit-log/chain", guards=[allow(Role.AUDITOR)])
    async def audit_chain(parts: Any, at: Link = 0) -> Chain:
        """Every link computed anew. Whoever kept an earlier head asks for the link at its number, and compares."""
        async with parts.pool.acquire() as connection:
            return await audit.check(connection, at)

    return [audit_log, audit_chain]


async def export_head(parts: Any) -> None:
    """Background work: the head as metrics, so that a monitoring system remembers what the database said."""

    async def measure() -> None:
        async with parts.pool.acquire() as connection:
            head = await audit.head(connection)
        METRICS.audit_rows.set(head.rows)
        METRICS.audit_head.set(int(head.hash[:12] or "0", 16))

    await every(MEASURED_EVERY, measure)

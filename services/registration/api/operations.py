"""What `hoithi audit` and `hoithi republish registration` ask for."""

from __future__ import annotations

from litestar import get, post

from services.registration.api.reach import actor
from services.registration.api.shape import refuses
from services.registration.api.shape_staff import AuditView, Republished
from services.registration.desk import Desk
from services.registration.repository import upkeep
from services.runtime.access import Principal, Role, allow
from services.runtime.audit import note
from services.runtime.outbox import Outgoing, put


@get("/audit", guards=[allow(Role.AUDITOR)], responses=refuses())
async def audit(desk: Desk) -> AuditView:
    """What this service holds, counted and digested in one snapshot."""
    async with desk.parts.pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        return AuditView(
            "registration",
            await upkeep.outbox_rows(connection),
            await upkeep.facts(connection),
            await upkeep.contest_counts(connection),
        )


@post("/republish", guards=[allow(Role.OPERATOR)], responses=refuses(), status_code=200)
async def republish(desk: Desk, principal: Principal, trace: str) -> Republished:
    """Every fact again, with the ids and versions it had: consumers that have it see nothing new."""
    pool = desk.parts.pool
    async with pool.acquire() as connection, connection.transaction():
        await note(connection, actor(principal), "republish", "registration")
        units = await upkeep.unit_facts(connection)
        await put(connection, [Outgoing(fact, trace) for fact in units])
    contestants, after = 0, upkeep.FIRST
    while True:
        async with pool.acquire() as connection, connection.transaction():
            facts, last = await upkeep.contestant_facts(connection, after)
            await put(connection, [Outgoing(fact, trace) for fact in facts])
        if last is None:
            return Republished(len(units), contestants)
        contestants, after = contestants + len(facts), last


routes = [audit, republish]

"""What waits for a second person, over HTTP: the same four routes in every service that has such acts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from msgspec import Meta, Struct

from services.runtime import second
from services.runtime.access import Principal, Role, actor_of, allow
from services.runtime.database import Connection
from services.runtime.edge import Edge
from services.runtime.problems import UNKNOWN_REQUEST, Problem
from services.runtime.second import Request


@dataclass(frozen=True)
class Confirmed:
    """A request that a second person confirmed, in the transaction that does it."""

    request: Request
    actor: str
    """Who confirmed; who asked is in the request."""
    now: datetime
    """The contest's time of the confirmation."""
    recorded_at: datetime
    trace: str


@dataclass(frozen=True)
class Act:
    """One kind of act that needs two people.

    `may` raises a Problem for a caller who may not confirm this request; `perform` does it, and raises a Problem where
    it can no longer be done: then the request goes on waiting.
    """

    action: str
    may: Callable[[Any, Principal, Request], Awaitable[None]]
    perform: Callable[[Any, Connection, Confirmed], Awaitable[None]]


class Yes(Struct, forbid_unknown_fields=True):
    """`digest`: that of the request as it was read."""

    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Waiting(Struct):
    requests: list[Request]


def confirmations(base: str, roles: Sequence[Role], acts: Mapping[str, Act]) -> list[Any]:
    """List, show, confirm, refuse. `roles`: who may call them at all; each act says who may confirm it."""

    async def _may(parts: Any, principal: Principal, request: Request) -> None:
        if request.action not in acts:
            raise Problem(UNKNOWN_REQUEST, f"This version knows no act {request.action!r}.")
        await acts[request.action].may(parts, principal, request)

    @get(f"{base}/confirmations", guards=[allow(*roles)])
    async def confirmations_waiting(parts: Any, principal: Principal, edge: Edge) -> Waiting:
        """What the caller asked for or may confirm, the oldest first."""
        async with parts.pool.acquire() as connection:
            found = await second.waiting(connection, edge.real_now)
        return Waiting([request for request in found if await _concerns(parts, principal, request)])

    async def _concerns(parts: Any, principal: Principal, request: Request) -> bool:
        if second.same_person(actor_of(principal), request.asked_by):
            return True
        try:
            await _may(parts, principal, request)
        except Problem:
            return False
        return True

    @get(f"{base}/confirmations/{{request_id:uuid}}", guards=[allow(*roles)])
    async def confirmation(request_id: UUID, parts: Any, principal: Principal) -> Request:
        """One request: exactly what is asked for, and its digest."""
        async with parts.pool.acquire() as connection:
            found = await second.find(connection, request_id)
        if not second.same_person(actor_of(principal), found.asked_by):
            await _may(parts, principal, found)
        return found

    @post(f"{base}/confirmations/{{request_id:uuid}}/yes", guards=[allow(*roles)], status_code=200)
    async def confirm(request_id: UUID, data: Yes, parts: Any, principal: Principal, edge: Edge) -> Request:
        """Confirms and does it, in one transaction. The same person's repeat gets the same answer."""
        async with parts.pool.acquire() as connection, connection.transaction():
            found = await second.find(connection, request_id, lock=True)
            await _may(parts, principal, found)
            second.check_digest(found, data.digest)
            actor = actor_of(principal)
            if found.state != "confirmed" or found.decided_by != actor:
                await second.decide(connection, found, actor=actor, confirmed=True, now=edge.real_now)
                confirmed = Confirmed(found, actor, edge.now, edge.real_now, edge.trace)
                await acts[found.action].perform(parts, connection, confirmed)
            return await second.find(connection, request_id)

    @post(f"{base}/confirmations/{{request_id:uuid}}/no", guards=[allow(*roles)], status_code=200)
    async def refuse(request_id: UUID, parts: Any, principal: Principal, edge: Edge) -> Request:
        """Refuses it; whoever asked may take it back the same way."""
        actor = actor_of(principal)
        async with parts.pool.acquire() as connection, connection.transaction():
            found = await second.find(connection, request_id, lock=True)
            if not second.same_person(actor, found.asked_by):
                await _may(parts, principal, found)
            if found.state != "refused" or found.decided_by != actor:
                await second.decide(connection, found, actor=actor, confirmed=False, now=edge.real_now)
            return await second.find(connection, request_id)

    return [confirmations_waiting, confirmation, confirm, refuse]

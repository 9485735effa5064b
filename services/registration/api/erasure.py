"""Requests about one's own data: everything that is known, and erasing it; and what holds a file meanwhile."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, post, put
from litestar.params import Parameter
from msgspec import Struct

from services.registration import erasing
from services.registration.api.own import own
from services.registration.api.reach import impersonal, need, order
from services.registration.api.shape import Reason, SeriesId, Short, refuses
from services.registration.changes import locked
from services.registration.desk import Desk, desk_of
from services.registration.domain import text
from services.registration.problems import (
    ERASURE_HELD,
    SESSION_OVER,
    TOO_MANY_WRONG_CODES,
    UNKNOWN_CONTESTANT,
    WRONG_CODE,
)
from services.registration.registrar import code_hmac
from services.registration.repository import contestants
from services.registration.repository import erasure as stored
from services.registration.sessions import ended
from services.runtime.access import SESSION_COOKIE, Principal, Role, allow
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.edge import Edge
from services.runtime.export import Export
from services.runtime.export_api import exports
from services.runtime.problems import Problem

HoldKind = Annotated[str, Parameter(pattern="^(complaint|flag)$")]


class OwnErasure(Struct):
    code: Short
    """The entry code once more: a device that was left signed in erases nobody."""


class ErasureAsked(Struct):
    reason: Reason


class Erased(Struct):
    contestant_id: UUID
    erased_at: datetime


class Hold(Struct):
    held: bool
    reason: Reason


class Held(Struct):
    changed: bool
    held: list[str]
    """Everything for which the file is held now: `winner`, `complaint`, `flag`."""


@post(
    "/me/erasure",
    guards=[allow(Role.CONTESTANT)],
    responses=refuses(SESSION_OVER, WRONG_CODE, TOO_MANY_WRONG_CODES, ERASURE_HELD),
    status_code=200,
)
async def erase_own(data: OwnErasure, desk: Desk, principal: Principal, edge: Edge) -> Response[Erased]:
    """Erases the caller's identity, for good. Attempts stay, under no unit and nobody's."""
    id_, series = UUID(principal.id), str(principal.claims["series"])
    right = False
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        done = await stored.erased_at(connection, id_, series, lock=True)
        if done is None:
            person = await own(connection, principal, lock=True)
            right = await _is_code(connection, desk, id_, data.code)
            if right:
                await erasing.erase(connection, person, order(principal, edge, "own request"))
                done = edge.now
    if done is None:
        await desk.refuse(edge, "account", series, principal.id)
    return Response(Erased(id_, done), cookies=[ended(desk.parts, SESSION_COOKIE)])


async def _is_code(connection: Connection, desk: Desk, contestant: UUID, typed: str) -> bool:
    code = text.code(typed)
    kept = await contestants.code_of(connection, contestant)
    return code is not None and hmac.compare_digest(kept, code_hmac(desk.vault, str(contestant), code))


@post(
    "/series/{series:str}/contestants/{contestant:uuid}/erasure",
    guards=[allow(Role.ORGANISER)],
    responses=refuses(UNKNOWN_CONTESTANT, ERASURE_HELD),
    status_code=200,
)
async def erase(
    series: SeriesId, contestant: UUID, data: ErasureAsked, desk: Desk, principal: Principal, edge: Edge
) -> Erased:
    """On request of a person who cannot sign in. Repeating it changes nothing."""
    need(principal, series, "organiser")
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        if (done := await stored.erased_at(connection, contestant, series, lock=True)) is not None:
            return Erased(contestant, done)
        person = await locked(connection, series, contestant)
        impersonal(data.reason, person)
        await erasing.erase(connection, person, order(principal, edge, data.reason))
    return Erased(contestant, edge.now)


@put(
    "/series/{series:str}/contestants/{contestant:uuid}/holds/{kind:str}",
    guards=[allow(Role.ORGANISER)],
    responses=refuses(UNKNOWN_CONTESTANT),
)
async def hold(
    series: SeriesId, contestant: UUID, kind: HoldKind, data: Hold, desk: Desk, principal: Principal, edge: Edge
) -> Held:
    """While a complaint or a flag is open the file is kept, whoever asks; the person is told why."""
    need(principal, series, "organiser")
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await locked(connection, series, contestant)
        impersonal(data.reason, person)
        if data.held:
            changed = await stored.hold(connection, contestant, kind, edge.now)
        else:
            changed = await stored.release(connection, contestant, kind)
        ordered = order(principal, edge, data.reason)
        if changed:
            action = f"hold.{'set' if data.held else 'release'}"
            await note(connection, ordered.actor, action, str(contestant), data.reason, new={"kind": kind})
        return Held(changed, await stored.holds(connection, contestant))


async def _collect(parts: Any, connection: Connection, contestant: str, series: str) -> Export:
    id_ = UUID(contestant)
    gone = await stored.erased_at(connection, id_, series)
    person = await contestants.find(connection, id_)
    known = gone is not None or (person is not None and person.series_id == series)
    if not known:
        raise Problem(UNKNOWN_CONTESTANT, "Nobody of this series has this id.")
    records = await erasing.told(connection, desk_of(parts).vault, id_)
    return Export("registration", contestant, gone is not None, records)


async def _check(_: Any, connection: Connection, principal: Principal) -> None:
    await own(connection, principal)


routes = [erase_own, erase, hold, *exports("", _collect, _check)]

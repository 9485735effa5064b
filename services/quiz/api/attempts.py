"""Papers: start, resume, save, take the pen, submit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from asyncpg import Record
from litestar import Response, get, post, put
from litestar.params import Parameter

from services.contracts.ids import contest_from_path
from services.quiz import repository, sessions
from services.quiz.api import hot, views
from services.quiz.api.hot import BASE
from services.quiz.api.views import AttemptView, HeadView, PaperView, SavedView
from services.quiz.book import book_of
from services.quiz.domain.answers import Save
from services.quiz.domain.receipt import SignedReceipt
from services.quiz.problems import OVER
from services.quiz.repository import key_of
from services.quiz.taking import check_running
from services.runtime import Parts
from services.runtime.access import Principal, Role, allow
from services.runtime.edge import Edge
from services.runtime.idempotency import Keyed
from services.runtime.problems import NOT_FOUND, Problem

Id = Annotated[str, Parameter(pattern=r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


def _json(body: bytes, status: int = 200) -> Response[Any]:
    return Response(body, status_code=status, media_type="application/json")


@post(f"{BASE}/contests/{{contest:str}}/attempts", guards=[allow(Role.CONTESTANT)], status_code=201)
async def start(contest: str, parts: Parts, edge: Edge, keyed: Keyed) -> Response[PaperView]:  # noqa: ARG001 (documents the header)
    """Starts a paper. The same Idempotency-Key gives the same attempt, never a second."""
    return _json(await hot.start(parts, edge, contest), 201)


@get(f"{BASE}/contests/{{contest:str}}/attempts", guards=[allow(Role.CONTESTANT)])
async def history(contest: str, parts: Parts, principal: Principal) -> list[AttemptView]:
    """The caller's own attempts, in the order they were started."""
    await sessions.check(parts, parts.pool, principal)
    return views.lines(await repository.history(parts.pool, principal.id, contest_from_path(contest)))


@get(f"{BASE}/attempts/{{attempt:str}}", guards=[allow(Role.CONTESTANT, Role.ATTEMPT)])
async def whole(attempt: Id, parts: Parts, principal: Principal, now: datetime) -> Response[PaperView]:
    """The whole state, read only: it never takes the pen."""
    return _json(await views.paper(await _own(parts, principal, attempt), book_of(parts), now, None))


@get(f"{BASE}/attempts/{{attempt:str}}/head", guards=[allow(Role.CONTESTANT, Role.ATTEMPT)])
async def head(attempt: Id, parts: Parts, principal: Principal, now: datetime) -> HeadView:
    row = await _own(parts, principal, attempt)
    return HeadView(row["rev"], row["writer"], row["ends_at"], now, views.STATES[row["state"]])


@post(f"{BASE}/attempts/{{attempt:str}}/pen", guards=[allow(Role.CONTESTANT, Role.ATTEMPT)], status_code=200)
async def pen(attempt: Id, parts: Parts, principal: Principal, now: datetime) -> Response[PaperView]:
    """Takes the pen for this device: a new `writer`. The older device's saves are refused from now on."""
    row = await _own(parts, principal, attempt)
    check_running(row, await book_of(parts).contest(row["contest_id"]), now)
    async with parts.pool.acquire() as connection:
        taken = await repository.take_pen(connection, key_of(row))
    if taken is None:
        raise Problem(OVER, "It was handed in or ran out this moment.")
    return _json(await hot.paper_with_pen(parts, taken, now))


@put(f"{BASE}/attempts/{{attempt:str}}/answers", guards=[allow(Role.ATTEMPT)])
async def save(attempt: Id, data: Save, parts: Parts, edge: Edge) -> Response[SavedView]:
    """Stores what is not acknowledged yet; the answer comes after the commit, and only then is a tick true."""
    return _json(await hot.save(parts, edge, attempt, msgspec.json.encode(data)))


@post(f"{BASE}/attempts/{{attempt:str}}/submission", guards=[allow(Role.ATTEMPT)], status_code=200)
async def submit(attempt: Id, data: Save, parts: Parts, edge: Edge) -> Response[SignedReceipt]:
    """Hands the paper in and answers with the signed receipt, the same one on every repeat whatever its body."""
    return _json(await hot.submit(parts, edge, attempt, msgspec.json.encode(data)))


@get(f"{BASE}/attempts/{{attempt:str}}/receipt", guards=[allow(Role.CONTESTANT, Role.ATTEMPT)])
async def own_receipt(attempt: Id, parts: Parts, principal: Principal) -> Response[SignedReceipt]:
    """The receipt of a paper that was handed in, by hand or because its time ran out."""
    row = await _own(parts, principal, attempt)
    if row["receipt"] is None:
        raise Problem(NOT_FOUND, "This paper has not been handed in.")
    return _json(bytes(row["receipt"]))


async def _own(parts: Parts, principal: Principal, attempt: str) -> Record:
    if Role.ATTEMPT in principal.roles:
        row = await repository.attempt(parts.pool, hot.key_of(principal, attempt))
    else:
        await sessions.check(parts, parts.pool, principal)
        row = await repository.attempt_of(parts.pool, principal.id, attempt)
    if row is None:
        raise Problem(NOT_FOUND, "There is no such paper of yours.")
    return row


routes = [start, history, whole, head, pen, save, submit, own_receipt]

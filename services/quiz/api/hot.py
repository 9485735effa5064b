"""Starting, saving and submitting: what the last hour is made of. The same functions stand behind both kinds of route."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from services.contracts.ids import contest_from_path
from services.quiz import repository
from services.quiz.api import views
from services.quiz.api.views import SavedView
from services.quiz.book import Book, book_of
from services.quiz.domain.answers import Save
from services.quiz.domain.draw import Sheet, paper_of
from services.quiz.domain.pace import save_every
from services.quiz.domain.relief import MOST_MINUTES
from services.quiz.domain.starting import accepted_until
from services.quiz.repository import Key, Row
from services.quiz.starting import Starter, Starts
from services.quiz.taking import Request, Saved
from services.runtime import Parts
from services.runtime.access import Principal, Role
from services.runtime.batcher import Batcher
from services.runtime.edge import Edge
from services.runtime.fast import FastRoute
from services.runtime.idempotency import check_key
from services.runtime.problems import FORBIDDEN, Problem

BASE = "/api/quiz/v1"
FIRST_WRITER = 1
_save = msgspec.json.Decoder(Save)
_encode = msgspec.json.Encoder().encode


async def start(parts: Parts, edge: Edge, contest: str, _: bytes = b"") -> bytes:
    """JSON of a PaperView."""
    principal, starts, admission = _caller(edge), parts.state["starts"], parts.state["admission"]
    assert isinstance(starts, Starts)
    admission.admit(principal.id, contest, edge)
    claims = principal.claims
    starter = Starter(
        principal.id, claims["series"], claims.get("category"), bool(claims.get("go")), claims["iat"],
        check_key(edge.header(b"idempotency-key")), edge.now,
    )  # fmt: skip
    row, sheet = await starts.start(contest_from_path(contest), starter)
    # A repeat gives the pen that its first answer gave, even if another device has taken it since.
    return await paper_with_pen(parts, row if sheet is not None else {**row, "writer": FIRST_WRITER}, edge.now, sheet)


async def save(parts: Parts, edge: Edge, attempt: str, body: bytes) -> bytes:
    """JSON of a SavedView, after the commit: only then is a tick true."""
    batcher: Batcher[Request, Saved] = parts.state["saves"]
    saved = await batcher.submit(Request(key_of(_caller(edge), attempt), _save.decode(body), edge.now, edge.trace))
    return _encode(SavedView(saved.rev, edge.now, saved.ends_at, save_every(batcher.waiting)))


async def submit(parts: Parts, edge: Edge, attempt: str, body: bytes) -> bytes:
    """JSON of a SignedReceipt; a repeat gets its receipt whatever its body holds."""
    batcher: Batcher[Request, bytes] = parts.state["submissions"]
    key = key_of(_caller(edge), attempt)
    try:
        last = _save.decode(body)
    except msgspec.DecodeError:
        row = await repository.attempt(parts.pool, key)
        if row is None or row["receipt"] is None:
            raise
        return bytes(row["receipt"])
    return await batcher.submit(Request(key, last, edge.now, edge.trace))


async def paper_with_pen(parts: Parts, row: Row, now: datetime, sheet: Sheet | None = None) -> bytes:
    book = book_of(parts)
    ttl = await _last_end(book, row) - now
    return await views.paper(row, book, now, views.credential(parts.tokens, row, ttl, now), sheet)


async def _last_end(book: Book, row: Row) -> datetime:
    """Until when the paper may be written to: minutes may be given, and a moved deadline gives back what `cut` took."""
    rules = (await book.contest(row["contest_id"])).rules
    end: datetime = row["ends_at"]
    if rules.late_start == "cut":
        paper = paper_of(await book.drawn_by(rules.id, row["definition_version"]), row["paper_group"])
        end = max(end, row["started_at"] + timedelta(minutes=paper.minutes))
    # The row says when a paper ends; the credential must only not die before it.
    return accepted_until(end, rules.grace_ms) + timedelta(minutes=MOST_MINUTES)


def key_of(principal: Principal, attempt: str) -> Key:
    """The attempt's key, from the credential alone. Raises 403 where it is for another attempt."""
    if principal.id != attempt:
        raise Problem(FORBIDDEN, "This credential is for another paper.")
    claims = principal.claims
    return claims["con"], claims["ctx"], claims["ord"]


def _caller(edge: Edge) -> Principal:
    assert edge.principal is not None
    return edge.principal


_ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
routes = (
    FastRoute(
        "PUT", f"{BASE}/attempts/{{attempt}}/answers", re.compile(f"{BASE}/attempts/{_ID}/answers"), frozenset({Role.ATTEMPT}),
        200, save,
    ),
    FastRoute(
        "POST", f"{BASE}/attempts/{{attempt}}/submission", re.compile(f"{BASE}/attempts/{_ID}/submission"),
        frozenset({Role.ATTEMPT}), 200, submit,
    ),
    FastRoute(
        "POST", f"{BASE}/contests/{{contest}}/attempts", re.compile(f"{BASE}/contests/([^/]+)/attempts"),
        frozenset({Role.CONTESTANT}), 201, start,
    ),
)  # fmt: skip

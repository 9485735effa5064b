"""Contests: what everybody may know of them, and how an organiser defines one."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime

from litestar import get, put
from msgspec import Struct

from services.contracts.ids import contest_from_path
from services.contracts.rules import Rules
from services.quiz import deadlines
from services.quiz.api.hot import BASE
from services.quiz.book import Contest, book_of
from services.quiz.importing import Applied, Importer, Incoming
from services.quiz.problems import BAD_CONTEST
from services.runtime import Parts
from services.runtime.access import Principal, Role, actor_of, allow, need
from services.runtime.database import Connection
from services.runtime.edge import Edge
from services.runtime.problems import Problem


class ContestView(Struct, frozen=True):
    rules: Rules
    version: int
    reason: str | None
    rehearsal: bool
    closed_at: datetime | None
    now: datetime


def _view(contest: Contest, now: datetime) -> ContestView:
    return ContestView(contest.rules, contest.version, contest.reason, contest.rehearsal, contest.closed_at, now)


@get(f"{BASE}/contests", guards=[allow(Role.ANYONE)])
async def all_contests(parts: Parts, now: datetime) -> list[ContestView]:
    return [_view(contest, now) for contest in await book_of(parts).all()]


@get(f"{BASE}/contests/{{contest:str}}", guards=[allow(Role.ANYONE)])
async def one(contest: str, parts: Parts, now: datetime) -> ContestView:
    return _view(await book_of(parts).contest(contest_from_path(contest)), now)


@put(
    f"{BASE}/contests/{{contest:str}}", guards=[allow(Role.ORGANISER, Role.OPERATOR)], request_max_body_size=12_000_000
)
async def define(contest: str, data: Incoming, parts: Parts, principal: Principal, edge: Edge) -> Applied:
    """Applies a whole contest; equal to what is there, it changes nothing.

    The window of an open contest moves only when a second person confirms it: `confirmation` says what waits.
    """
    if data.rules.id != contest_from_path(contest):
        raise Problem(BAD_CONTEST, f"rules.id: {data.rules.id} is not the contest of this address.")
    for series in {data.rules.series_id, await deadlines.series_of(parts, data.rules.id) or data.rules.series_id}:
        need(principal, series, Role.ORGANISER, Role.OPERATOR)
    importer: Importer = parts.state["importer"]
    asker = deadlines.Asker(actor_of(principal), edge.now, edge.real_now)

    async def second_person(connection: Connection) -> Applied | None:
        return await deadlines.ask(connection, importer, data, asker)

    return await importer.apply(data, edge.now, edge.trace, asker.actor, second_person)


@get(f"{BASE}/keys", guards=[allow(Role.ANYONE)])
async def receipt_keys(parts: Parts) -> dict[str, str]:
    """kid -> base64url Ed25519 public key: what checks a receipt without asking the server."""
    keys = parts.tokens.public_keys("receipt")
    return {kid: urlsafe_b64encode(raw).decode().rstrip("=") for kid, raw in keys.items()}


routes = [all_contests, one, define, receipt_keys]

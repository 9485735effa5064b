"""What stats answers over HTTP: public numbers from memory, and the auditor's recount."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, cast

import msgspec
from litestar import Response, get

from services.contracts.events import Counts, StatsUnit, Withheld
from services.contracts.ids import contest_from_path
from services.contracts.rules import Text
from services.runtime import Parts, Yielding
from services.runtime.access import Role, allow
from services.runtime.export_api import exports
from services.runtime.problems import Problem
from services.stats import exporting
from services.stats.domain.snapshot import Snapshot
from services.stats.oembed import oembed
from services.stats.problems import FULL, NO_CONTEST, NO_UNIT
from services.stats.repository import audit as auditing
from services.stats.stream import Viewers, Watching
from services.stats.table import units_csv
from services.stats.view import ContestNumbers, Shown, View

BASE = "/api/stats/v1"
BOARDS = Yielding("boards", "GET", re.compile("/api/stats/v1/contests/(?!.*/stream$).*"), stalled=0.8, late=0.15)
"""What anybody may read, and can read a moment later; files carry the board itself."""
# Any portal may read them from its own pages: they are public, and answered without cookies.
FRESH_FOR = {"cache-control": "public, max-age=2", "access-control-allow-origin": "*"}


class UnitNumbers(msgspec.Struct, frozen=True):
    """One unit with the units directly below it."""

    unit: StatsUnit
    children: list[StatsUnit]


class UnitFrame(msgspec.Struct, frozen=True):
    """What a unit's frame on another site shows, and no more: one small answer."""

    as_of: datetime
    time_zone: str
    title: Text
    """Of the contest."""
    name: Text
    counts: Counts
    withheld: dict[str, Withheld]
    headcount: int | None
    rate: float | None


def _shown(parts: Parts, contest: str) -> Shown:
    view: View = parts.state["view"]
    shown = view.shown.get(contest_from_path(contest))
    if shown is None:
        raise Problem(NO_CONTEST, f"{contest[:100]} is not known here.")
    return shown


def _snapshot(parts: Parts, contest: str) -> Snapshot:
    return _shown(parts, contest).snapshot


def _unit(snapshot: Snapshot, unit: str) -> StatsUnit:
    found = snapshot.units.get(unit)
    if found is None:
        raise Problem(NO_UNIT, f"{unit[:100]} is not a unit of this contest.")
    return found


@get(f"{BASE}/contests/{{contest:str}}", guards=[allow(Role.ANYONE)])
async def contest_numbers(contest: str, parts: Parts) -> Response[ContestNumbers]:
    """The five counts and the units; what is withheld is null, and `withheld` says why."""
    # Litestar sends bytes as they are; the annotation is for the OpenAPI document.
    return Response(cast(ContestNumbers, _shown(parts, contest).numbers), headers=FRESH_FOR)


@get(f"{BASE}/contests/{{contest:str}}/units.csv", guards=[allow(Role.ANYONE)], media_type="text/csv")
async def units_table(contest: str, parts: Parts) -> Response[str]:
    """The units as UTF-8 CSV with a byte order mark, at an address that stays."""
    return Response(units_csv(_snapshot(parts, contest)), media_type="text/csv; charset=utf-8", headers=FRESH_FOR)


@get(f"{BASE}/contests/{{contest:str}}/units/{{unit:str}}", guards=[allow(Role.ANYONE)])
async def unit_numbers(contest: str, unit: str, parts: Parts) -> Response[UnitNumbers]:
    """One unit, and those directly below it."""
    snapshot = _snapshot(parts, contest)
    one = _unit(snapshot, unit)
    children = [each for each in snapshot.units.values() if each.parent == unit]
    return Response(UnitNumbers(one, children), headers=FRESH_FOR)


@get(f"{BASE}/contests/{{contest:str}}/units/{{unit:str}}/frame", guards=[allow(Role.ANYONE)])
async def unit_frame(contest: str, unit: str, parts: Parts) -> Response[UnitFrame]:
    """One unit's numbers as its frame shows them."""
    snapshot = _snapshot(parts, contest)
    whole, one = snapshot.contest, _unit(snapshot, unit)
    shown = UnitFrame(
        whole.time, whole.time_zone, whole.title, one.name, one.counts, one.withheld, one.headcount, one.rate
    )
    return Response(shown, headers=FRESH_FOR)


@get(f"{BASE}/contests/{{contest:str}}/stream", guards=[allow(Role.ANYONE)], media_type="text/event-stream")
async def totals_stream(contest: str, parts: Parts) -> Watching:
    """Server-sent events: `{rev, as_of, totals}` at once and whenever they change; an event `beat` where 5 seconds pass without."""
    viewers: Viewers = parts.state["viewers"]
    _shown(parts, contest)
    if not viewers.room:
        raise Problem(FULL, "Ask for the numbers every 15 seconds.", retry_after=15)
    return Watching(viewers, parts.state["view"], contest_from_path(contest))


@get(f"{BASE}/audit", guards=[allow(Role.AUDITOR)])
async def audit(parts: Parts) -> dict[str, Any]:
    """Every rollup counted again from facts, and the digests that scoring and quiz must agree with."""
    async with parts.pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return await auditing.document(connection)


routes = (
    contest_numbers, units_table, unit_numbers, unit_frame, totals_stream, oembed, audit,
    *exports(BASE, exporting.collect, exporting.check),
)  # fmt: skip

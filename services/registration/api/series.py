"""What pages load before somebody registers, and the organiser's import of units."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from litestar import Request, Response, get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from services.registration.api.reach import need, order
from services.registration.api.shape import NOTHING_INSIDE, SeriesId, refuses
from services.registration.api.shape_series import (
    ConsentAsked,
    Merging,
    Renaming,
    SeriesView,
    TreeView,
    UnitChanged,
    UnitsGiven,
    UnitsTaken,
)
from services.registration.changes import Order
from services.registration.desk import Desk
from services.registration.domain.series import Series
from services.registration.domain.units import Unit
from services.registration.problems import UNIT_MERGE, UNITS, UNKNOWN_SERIES, UNKNOWN_UNIT
from services.registration.repository import units as units_repository
from services.registration.units_change import merge_units, rename_unit
from services.registration.units_import import import_units
from services.runtime.access import Principal, Role, allow
from services.runtime.database import Connection
from services.runtime.edge import Edge

UnitId = Annotated[str, Parameter(max_length=200, pattern=r"^[^\x00]+$")]
IMPORT_BYTES = 16_000_000
T = TypeVar("T")
ChangeUnit = Callable[[Connection, str, tuple[str, T], Order], Awaitable[bool]]


@get("/series/{series:str}", guards=[allow(Role.ANYONE)], responses=refuses(UNKNOWN_SERIES))
async def show(series: SeriesId, desk: Desk, now: datetime) -> SeriesView:
    """What a person is asked for, and whether one may register."""
    return _view(await desk.book.series(series), now)


def _view(series: Series, now: datetime) -> SeriesView:
    rules, consent = series.rules.registration, series.rules.consent
    return SeriesView(
        series_id=series.id, title=series.rules.title, state=series.state(now), opens=series.opens,
        closes=series.closes, time_zone=series.rules.time_zone, fields=rules.fields, categories=list(rules.categories),
        age=rules.age, guardian_under=rules.guardian_under, phone_shared_by=rules.phone_shared_by,
        consent=ConsentAsked(consent.version, list(consent.purposes), list(consent.needed)) if consent else None,
        now=now,
    )  # fmt: skip


TREE = ResponseSpec(TreeView, description="The tree", generate_examples=False)


@get(
    "/series/{series:str}/units",
    guards=[allow(Role.ANYONE)],
    responses={**refuses(), 200: TREE, 304: NOTHING_INSIDE},
)
async def units(series: SeriesId, desk: Desk, request: Request[Any, Any, Any]) -> Response[bytes]:
    """The whole tree, for a page's picker; made once per revision, not per request."""
    tree = await desk.book.tree(series)
    headers = {"etag": f'"{tree.revision}"', "cache-control": "public, max-age=30"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers)
    return Response(tree.document, media_type="application/json", headers=headers)


@put(
    "/series/{series:str}/units",
    guards=[allow(Role.ORGANISER, Role.OPERATOR)],
    responses=refuses(UNITS),
    request_max_body_size=IMPORT_BYTES,
)
async def replace_units(series: SeriesId, data: UnitsGiven, desk: Desk, principal: Principal, edge: Edge) -> UnitsTaken:
    """Takes the units all or none; the same list again changes nothing. Units that are not in it stay."""
    need(principal, series, "organiser", "operator")
    given = [Unit(u.unit_id, u.name, u.parent, u.kind, u.headcount, u.headcounts, u.target, u.open) for u in data.units]
    ordered = order(principal, edge, "import of units")
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        taken = await import_units(connection, series, given, ordered, rehearsal=desk.parts.settings.rehearsal)
    desk.book.forget(series)
    return UnitsTaken(*taken)


ONE_UNIT = refuses(UNKNOWN_UNIT, UNIT_MERGE, UNITS)


@post(
    "/series/{series:str}/units/{unit:str}/merge",
    guards=[allow(Role.ORGANISER)],
    responses=ONE_UNIT,
    status_code=200,
)
async def merge(
    series: SeriesId, unit: UnitId, data: Merging, desk: Desk, principal: Principal, edge: Edge
) -> UnitChanged:
    """Merges the unit into another one: its people, past and numbers show there, both names are kept, nobody new enters it."""
    need(principal, series, "organiser")
    return await _change(desk, merge_units, series, (unit, data.into), order(principal, edge, data.reason))


@put("/series/{series:str}/units/{unit:str}/name", guards=[allow(Role.ORGANISER)], responses=ONE_UNIT)
async def rename(
    series: SeriesId, unit: UnitId, data: Renaming, desk: Desk, principal: Principal, edge: Edge
) -> UnitChanged:
    """Gives the unit another name; its id, people and numbers stay."""
    need(principal, series, "organiser")
    return await _change(desk, rename_unit, series, (unit, data.name), order(principal, edge, data.reason))


async def _change(desk: Desk, change: ChangeUnit[T], series: str, what: tuple[str, T], ordered: Order) -> UnitChanged:
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        changed = await change(connection, series, what, ordered)
        revision = await units_repository.revision(connection, series)
    desk.book.forget(series)
    return UnitChanged(what[0], changed, revision)


routes = [show, units, replace_units, merge, rename]

"""An officer invites people by name; each slip lets one person register; who is missing then has a name."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.params import Parameter

from services.registration import rostering
from services.registration.api.reach import actor, order, within
from services.registration.api.shape import NOTHING_INSIDE, SeriesId, refuses
from services.registration.api.shape_roster import (
    RosterGiven,
    RosterLine,
    RosterPage,
    RosterTaken,
    SlipOpened,
    SlipShown,
    SlipView,
)
from services.registration.desk import Desk
from services.registration.domain import tickets
from services.registration.domain.eligibility import local_day
from services.registration.problems import (
    FORM,
    OUTSIDE_SUBTREE,
    TOO_MANY_WRONG_CODES,
    UNKNOWN_SERIES,
    UNKNOWN_SLIP,
    WRONG_TICKET,
)
from services.registration.repository import slips
from services.registration.repository.slips import Invited, Slip
from services.registration.rostering import Name, Roster
from services.runtime.access import Principal, Role, allow
from services.runtime.audit import note
from services.runtime.edge import Edge
from services.runtime.idempotency import Keyed, remember
from services.runtime.problems import Problem

OFFICERS = allow(Role.UNIT_OFFICER, Role.ORGANISER)
UnitQuery = Annotated[str | None, Parameter(max_length=200, pattern=r"^[^\x00]*$")]
Limit = Annotated[int, Parameter(ge=1, le=500)]
NO_STORE = {"cache-control": "no-store"}


@post(
    "/series/{series:str}/roster",
    guards=[OFFICERS],
    responses=refuses(UNKNOWN_SERIES, OUTSIDE_SUBTREE, FORM, keyed=True),
)
async def invite(
    series: SeriesId, data: RosterGiven, desk: Desk, principal: Principal, edge: Edge, keyed: Keyed
) -> Response[RosterTaken]:
    """Names become slips, all or none. They are invitations: nobody is registered, nobody has consented."""
    known = await desk.book.series(series)
    within(principal, series, await desk.book.tree(series), data.unit_id)
    names = [Name(each.name, each.birth_date, each.phone, each.category) for each in data.people]
    categories = frozenset(category.id for category in known.rules.registration.categories)
    if found := rostering.faults(names, categories, local_day(edge.now, known.rules)):
        raise Problem(FORM, f"{len(found)} faults; see `faults`.", faults=[vars(fault) for fault in found[:200]])
    roster = Roster(series, data.unit_id, keyed.key)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        await remember(connection, f"{actor(principal)} roster {series}", keyed, data.unit_id)
        made = await rostering.invite(connection, desk.vault, roster, names, order(principal, edge, "roster"))
    origin = desk.parts.settings.origin
    views = [SlipView(slip.id, slip.name, number, f"{origin}/phieu#{series}.{number}") for slip, number in made]
    return Response(RosterTaken(views), status_code=201, headers=NO_STORE)


@get("/series/{series:str}/roster", guards=[OFFICERS], responses=refuses(OUTSIDE_SUBTREE))
async def roster(
    series: SeriesId, desk: Desk, principal: Principal, unit: UnitQuery = None, after: UUID | None = None,
    limit: Limit = 100,
) -> RosterPage:  # fmt: skip
    """Who was invited, by given name, and how far each has come. Reading names is logged."""
    units = within(principal, series, await desk.book.tree(series), unit)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        people = await slips.under(connection, series, units, after, limit)
        what = {"count": len(people), "after": str(after) if after else None}
        await note(connection, actor(principal), "roster.list", f"{series}|{unit or '*'}", new=what)
    return RosterPage([_line(each) for each in people], people[-1].id if len(people) == limit else None)


def _line(each: Invited) -> RosterLine:
    state = "took-part" if each.has_taken_part else "registered" if each.contestant_id else "waiting"
    if state == "waiting" and each.opened_at is not None:
        state = "opened"
    return RosterLine(each.id, each.name, each.birth_date, each.unit_id, each.category, state, each.contestant_id)


@delete(
    "/series/{series:str}/roster/{slip:uuid}",
    guards=[OFFICERS],
    responses={**refuses(OUTSIDE_SUBTREE, UNKNOWN_SLIP), 204: NOTHING_INSIDE},
    status_code=204,
)
async def withdraw(series: SeriesId, slip: UUID, desk: Desk, principal: Principal) -> Response[None]:
    """Takes back an invitation with which nobody has registered; its name is deleted."""
    units = within(principal, series, await desk.book.tree(series), None)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        if not await slips.withdraw(connection, series, slip, units):
            raise Problem(UNKNOWN_SLIP, "None of your units has such a slip that nobody has registered with.")
        await note(connection, actor(principal), "roster.withdraw", str(slip))
    return Response(None, status_code=204)


@post(
    "/slips/opening",
    guards=[allow(Role.ANYONE)],
    responses=refuses(UNKNOWN_SERIES, WRONG_TICKET, TOO_MANY_WRONG_CODES),
    status_code=200,
)
async def open_slip(data: SlipShown, desk: Desk, edge: Edge) -> Response[SlipOpened]:
    """What the officer wrote about the person, to check before registering with it."""
    slip = await found(desk, data.series_id, data.slip, edge)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        await slips.open_(connection, slip.id, edge.now)
        taken = await slips.is_taken(connection, slip.id)
    answer = SlipOpened(slip.name, slip.birth_date, slip.unit_id, slip.category, taken)
    return Response(answer, headers=NO_STORE)


async def found(desk: Desk, series_id: str, typed: str, edge: Edge) -> Slip:
    """The slip of this number. Wrong ones are told so later and later, like wrong codes."""
    await desk.book.series(series_id)
    number = tickets.read(typed, tickets.SLIP_DIGITS)
    slip = None
    if number is not None:
        async with desk.parts.pool.acquire() as connection:
            slip = await slips.find(connection, rostering.slip_hash(desk.vault, series_id, number))
    if slip is None:
        await desk.refuse(edge, "slip-account", series_id, number or typed, kind=WRONG_TICKET)
    return slip


routes = [invite, roster, withdraw, open_slip]

"""People as their officers and organisers see them. Every reading of a name is logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import Parameter

from services.registration.api.excluding import ask_second
from services.registration.api.reach import actor, impersonal, need, order, within
from services.registration.api.shape import SeriesId, refuses
from services.registration.api.shape_people import Changed, Exclusion, Move, PeoplePage, PersonView
from services.registration.changes import Place, exclude, locked, move
from services.registration.desk import Desk
from services.registration.domain.eligibility import group_of
from services.registration.problems import FORM, OUTSIDE_SUBTREE, UNKNOWN_CONTESTANT, UNKNOWN_SERIES
from services.registration.repository import contestants
from services.registration.repository.contestants import Contestant, Listed
from services.runtime.access import Principal, Role, allow
from services.runtime.audit import note
from services.runtime.edge import Edge
from services.runtime.problems import Problem

UnitQuery = Annotated[str | None, Parameter(max_length=200, pattern=r"^[^\x00]*$")]
Limit = Annotated[int, Parameter(ge=1, le=500)]
READERS = allow(Role.UNIT_OFFICER, Role.ORGANISER)


@get("/series/{series:str}/contestants", guards=[READERS], responses=refuses(OUTSIDE_SUBTREE))
async def list_people(
    series: SeriesId, desk: Desk, principal: Principal, unit: UnitQuery = None, after: UUID | None = None,
    limit: Limit = 100,
) -> PeoplePage:  # fmt: skip
    """The people under a unit (none: all one looks after), by given name, with who has taken part."""
    units = within(principal, series, await desk.book.tree(series), unit)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        people = await contestants.list_under(connection, series, units, after, limit)
        what = {"count": len(people), "after": str(after) if after else None}
        await note(connection, actor(principal), "contestants.list", f"{series}|{unit or '*'}", new=what)
    following = people[-1].id if len(people) == limit else None
    return PeoplePage([_view(person, person.took_part_in) for person in people], following)


@get("/contestants/{contestant:uuid}", guards=[READERS], responses=refuses(OUTSIDE_SUBTREE, UNKNOWN_CONTESTANT))
async def show(contestant: UUID, desk: Desk, principal: Principal) -> PersonView:
    """One person of the own subtree."""
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await contestants.find(connection, contestant)
        if person is None:
            raise Problem(UNKNOWN_CONTESTANT, "Nobody has this id.")
        allowed = within(principal, person.series_id, await desk.book.tree(person.series_id), None)
        if person.unit_id not in allowed:
            raise Problem(OUTSIDE_SUBTREE, "Ask whoever looks after that person's unit.")
        await note(connection, actor(principal), "contestant.read", str(contestant))
        return _view(person, await contestants.took_part(connection, contestant))


def _view(person: Contestant | Listed, took_part: Sequence[str]) -> PersonView:
    return PersonView(
        person.id, person.number, person.name, person.birth_date, person.unit_id, person.category, person.excluded,
        person.registered_at, bool(took_part), list(took_part),
    )  # fmt: skip


CHANGES = refuses(UNKNOWN_CONTESTANT, UNKNOWN_SERIES, FORM)


@post(
    "/series/{series:str}/contestants/{contestant:uuid}/exclusion",
    guards=[allow(Role.ORGANISER)],
    responses=CHANGES,
    status_code=200,
)
async def exclusion(
    series: SeriesId, contestant: UUID, data: Exclusion, desk: Desk, principal: Principal, edge: Edge
) -> Changed:
    """Excludes somebody or takes it back; the attempts stay, and count or not accordingly.

    After the end a second person confirms it for whoever took part: `confirmation` says what waits.
    """
    need(principal, series, "organiser")
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await locked(connection, series, contestant)
        ordered = order(principal, edge, data.reason)
        impersonal(data.reason, person)
        waiting = await ask_second(connection, desk, person, data.excluded, ordered)
        if waiting is not None:
            return Changed(contestant, False, person.version, waiting)
        changed = await exclude(connection, person, data.excluded, ordered)
        return Changed(contestant, changed, person.version + 2 * changed)


@post(
    "/series/{series:str}/contestants/{contestant:uuid}/move",
    guards=[allow(Role.ORGANISER)],
    responses=CHANGES,
    status_code=200,
)
async def relocate(
    series: SeriesId, contestant: UUID, data: Move, desk: Desk, principal: Principal, edge: Edge
) -> Changed:
    """Corrects unit and category; group and rights follow, and the whole history goes along."""
    need(principal, series, "organiser")
    place = await _place(desk, series, data)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await locked(connection, series, contestant)
        ordered = order(principal, edge, data.reason)
        impersonal(data.reason, person)
        changed = await move(connection, person, place, ordered)
        return Changed(contestant, changed, person.version + 2 * changed)


async def _place(desk: Desk, series_id: str, asked: Move) -> Place:
    series = await desk.book.series(series_id)
    tree = await desk.book.tree(series_id)
    known = {category.id for category in series.rules.registration.categories}
    faults = [
        {"field": name, "code": "not-valid", "message": f"{name}: the series does not know it"}
        for name, value, there in (
            ("unit", asked.unit_id, tree.open_to_entry),
            ("category", asked.category, known),
        )
        if value is not None and value not in there
    ]
    if faults:
        raise Problem(FORM, "See `faults`.", faults=faults)
    return Place(asked.unit_id, asked.category, group_of(series.rules.groups, asked.category))


routes = [list_people, show, exclusion, relocate]

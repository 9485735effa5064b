"""Consents: one per purpose, a guardian's, a school's mark; each can be withdrawn as easily as it was given."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post, put
from litestar.params import Parameter

from services.registration import consenting
from services.registration.api.own import own, renewed
from services.registration.api.reach import order, within
from services.registration.api.shape import SeriesId, refuses
from services.registration.api.shape_consents import (
    ConsentChange,
    ConsentsView,
    ConsentView,
    GuardianChange,
    GuardianView,
    Marked,
    Marks,
)
from services.registration.changes import Order, locked
from services.registration.desk import Desk
from services.registration.domain import guardians
from services.registration.domain.eligibility import local_day, needs_guardian
from services.registration.domain.series import Series
from services.registration.problems import FORM, OUTSIDE_SUBTREE, SESSION_OVER, UNKNOWN_CONTESTANT, UNKNOWN_SERIES
from services.registration.repository import consents
from services.registration.repository.consents import Consent, GuardianConsent
from services.registration.repository.contestants import Contestant
from services.registration.sessions import rights
from services.runtime.access import Principal, Role, allow
from services.runtime.database import Connection
from services.runtime.edge import Edge
from services.runtime.problems import Problem

Purpose = Annotated[str, Parameter(pattern=r"^[a-z_]{1,60}$")]
NO_STORE = {"cache-control": "no-store"}


@get("/me/consents", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER))
async def show(desk: Desk, principal: Principal, edge: Edge) -> Response[ConsentsView]:
    """Each purpose with what was agreed to, and when."""
    async with desk.parts.pool.acquire() as connection:
        person = await own(connection, principal)
        given = await consents.history(connection, person.id)
    series = await desk.book.series(person.series_id)
    return Response(_consents(person, given, series, edge), headers=NO_STORE)


@put("/me/consents/{purpose:str}", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER, FORM))
async def change(
    purpose: Purpose, data: ConsentChange, desk: Desk, principal: Principal, edge: Edge
) -> Response[ConsentsView]:
    """Gives or withdraws one consent. It acts from now on; erasing what is stored is asked for apart."""
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await own(connection, principal, lock=True)
        series = await desk.book.series(person.series_id)
        _check(purpose, data, series)
        ordered = order(principal, edge, "own decision")
        if data.given:
            await consenting.agree(connection, person, purpose, data.version or "", ordered)
        else:
            await consenting.withdraw(connection, person, purpose, series, ordered)
        after = await own(connection, principal)
        given = await consents.history(connection, person.id)
    cookies = renewed(desk, after, rights(after, series, edge.now), principal, edge)
    return Response(_consents(after, given, series, edge), cookies=cookies, headers=NO_STORE)


def _check(purpose: str, data: ConsentChange, series: Series) -> None:
    asked = series.rules.consent
    faults = []
    if asked is None or purpose not in asked.purposes:
        faults.append({"field": "purpose", "code": "not-valid", "message": f"purpose: {purpose!r} is not asked for"})
    elif data.given and data.version != asked.version:
        message = f"version: the text in force is {asked.version!r}"
        faults.append({"field": "version", "code": "outdated", "message": message})
    if faults:
        raise Problem(FORM, faults[0]["message"], faults=faults)


def _consents(person: Contestant, given: list[Consent], series: Series, edge: Edge) -> ConsentsView:
    asked = series.rules.consent
    newest = {each.purpose: each for each in sorted(given, key=lambda each: each.withdrawn_at is None)}
    lines = [
        _line(purpose, newest.get(purpose), series) for purpose in (asked.purposes if asked is not None else newest)
    ]
    return ConsentsView(asked.version if asked else None, lines, rights(person, series, edge.now).may_start, edge.now)


def _line(purpose: str, each: Consent | None, series: Series) -> ConsentView:
    asked = series.rules.consent
    needed = asked is not None and purpose in asked.needed
    if each is None:
        return ConsentView(purpose, needed, False, False, None, None, None)
    stands = each.withdrawn_at is None
    outdated = stands and asked is not None and each.text_version != asked.version
    return ConsentView(purpose, needed, stands, outdated, each.text_version, each.given_at, each.withdrawn_at)


@get("/me/guardian", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER))
async def guardian(desk: Desk, principal: Principal, edge: Edge) -> Response[GuardianView]:
    """Whether a guardian must consent, and who did."""
    async with desk.parts.pool.acquire() as connection:
        person = await own(connection, principal)
        view = await _guardian(connection, desk, person, edge)
    return Response(view, headers=NO_STORE)


@put("/me/guardian", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER, FORM))
async def change_guardian(data: GuardianChange, desk: Desk, principal: Principal, edge: Edge) -> Response[GuardianView]:
    """The guardian consents, or takes it back. Not taken from who is old enough: no data without a purpose."""
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await own(connection, principal, lock=True)
        series = await desk.book.series(person.series_id)
        ordered = order(principal, edge, "the guardian's decision")
        if not data.consents:
            await consenting.unvouch(connection, person, ordered)
        elif _needed(person, series, edge):
            given = _read(data, series)
            await consenting.vouch(
                connection, person, consenting.in_person(desk.vault, person, given, ordered), ordered
            )
        after = await own(connection, principal)
        view = await _guardian(connection, desk, after, edge)
    cookies = renewed(desk, after, rights(after, series, edge.now), principal, edge)
    return Response(view, cookies=cookies, headers=NO_STORE)


def _needed(person: Contestant, series: Series, edge: Edge) -> bool:
    return needs_guardian(person.birth_date, series.rules.registration, local_day(edge.now, series.rules))


def _read(data: GuardianChange, series: Series) -> guardians.Guardian:
    found = guardians.read(guardians.Given(data.name, data.phone, data.version), series.rules)
    if isinstance(found, list):
        raise Problem(FORM, "; ".join(fault.message for fault in found), faults=[vars(fault) for fault in found])
    return found


def guardian_state(person: Contestant, series: Series, edge: Edge) -> str:
    if not _needed(person, series, edge):
        return "not-needed"
    return "stands" if person.guardian_consents else "missing"


async def _guardian(connection: Connection, desk: Desk, person: Contestant, edge: Edge) -> GuardianView:
    series = await desk.book.series(person.series_id)
    given = [each for each in await consents.guardians(connection, person.id) if each.withdrawn_at is None]
    state, may_start = guardian_state(person, series, edge), rights(person, series, edge.now).may_start
    if not given:
        return GuardianView(state, None, None, None, None, None, may_start, edge.now)
    one = given[0]
    number = desk.vault.open(one.phone_enc, str(person.id)) if one.phone_enc else None
    by = "school" if one.marked_by else "guardian"
    end = number[-3:] if number else None
    return GuardianView(state, by, one.name, end, one.marked_on, one.consented_at, may_start, edge.now)


@post(
    "/series/{series:str}/guardian-marks",
    guards=[allow(Role.UNIT_OFFICER, Role.ORGANISER)],
    responses=refuses(UNKNOWN_SERIES, UNKNOWN_CONTESTANT, OUTSIDE_SUBTREE, FORM),
    status_code=200,
)
async def mark(series: SeriesId, data: Marks, desk: Desk, principal: Principal, edge: Edge) -> Marked:
    """A school marks that it holds the guardians' papers (day and officer are kept); all of the list or none."""
    known = await desk.book.series(series)
    units = within(principal, series, await desk.book.tree(series), None)
    faults = guardians.mark_faults(data.on, local_day(edge.now, known.rules))
    if faults:
        raise Problem(FORM, faults[0].message, faults=[vars(fault) for fault in faults])
    counts = {"changed": 0, "unchanged": 0, "not_needed": 0}
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        # In one order: two officers with crossing lists wait for each other instead of locking each other up.
        for contestant in sorted(set(data.contestants)):
            person = await locked(connection, series, contestant)
            if person.unit_id not in units:
                raise Problem(OUTSIDE_SUBTREE, f"{contestant} is not in your units; nothing was marked.")
            counts[await _mark(connection, person, data, order(principal, edge, data.reason), known, edge)] += 1
    return Marked(**counts)


async def _mark(
    connection: Connection, person: Contestant, data: Marks, ordered: Order, series: Series, edge: Edge
) -> str:
    if not data.consents:
        return "changed" if await consenting.unvouch(connection, person, ordered) else "unchanged"
    if not _needed(person, series, edge):
        return "not_needed"
    given = GuardianConsent(None, None, None, ordered.actor, data.on, ordered.now)
    return "changed" if await consenting.vouch(connection, person, given, ordered) else "unchanged"


routes = [show, change, guardian, change_guardian, mark]

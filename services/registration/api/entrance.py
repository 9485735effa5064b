"""Registering: anyone, once, with a key that makes a repeat harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from litestar import Response, post

from services.registration.api.roster import found as found_slip
from services.registration.api.shape import SeriesId, refuses
from services.registration.api.shape_people import Registered, Registration
from services.registration.desk import Desk
from services.registration.disputing import digests
from services.registration.domain import guardians, text
from services.registration.domain.address import network
from services.registration.domain.barred import Identity
from services.registration.domain.eligibility import is_of_age, local_day, needs_guardian
from services.registration.domain.entry import Fault, Form, Person, read
from services.registration.domain.guardians import Guardian
from services.registration.domain.series import Series
from services.registration.problems import (
    BARRED,
    FORM,
    ID_NUMBER_TAKEN,
    NOT_ELIGIBLE,
    PHONE_LIMIT,
    REGISTRATION_CLOSED,
    SESSION_OVER,
    SLIP_TAKEN,
    TOO_MANY_REGISTRATIONS,
    UNKNOWN_SERIES,
    WRONG_TICKET,
)
from services.registration.repository import disputes
from services.registration.repository.entrance import Entered, Newcomer
from services.registration.repository.slips import Slip
from services.registration.sessions import contestant_cookie, rights
from services.runtime import Yielding
from services.runtime.access import Role, allow
from services.runtime.edge import Edge
from services.runtime.idempotency import Keyed
from services.runtime.problems import KEY_REUSED, Problem

NEWCOMERS = Yielding(
    "registrations",
    "POST",
    re.compile("/api/registration/v1/series/[^/]+/contestants"),
    stalled=0.87,
    late=0.15,
    slow=0.3,
)
"""After board reads, before starts. Who has an account signs in all the same."""


@post(
    "/series/{series:str}/contestants",
    guards=[allow(Role.ANYONE)],
    responses=refuses(
        UNKNOWN_SERIES, REGISTRATION_CLOSED, FORM, NOT_ELIGIBLE, BARRED, PHONE_LIMIT, ID_NUMBER_TAKEN,
        SESSION_OVER, WRONG_TICKET, SLIP_TAKEN, TOO_MANY_REGISTRATIONS,
        KEY_REUSED, keyed=True,
    ),
)  # fmt: skip
async def register(series: SeriesId, data: Registration, desk: Desk, keyed: Keyed, edge: Edge) -> Response[Registered]:
    """Enters a person and signs them in. The same Idempotency-Key, code and body give the same person again."""
    entered_for = await desk.book.series(series)
    repeat = desk.registrar.repeat(series, keyed, text.code(data.code) or "")
    try:
        person, newcomer = await _newcomer(entered_for, data, desk, keyed, edge)
    except Problem:
        # What the form says was right when the first request came: a unit may have been merged since.
        known = await desk.registrar.known(repeat)
        if known is None:
            raise
        entered = known
    else:
        entered = await _enter(desk, newcomer, entered_for, edge, await _barred(desk, series, person))
    again = None if entered.new else await desk.registrar.again(entered, repeat)
    held = rights(again or entered, entered_for, edge.now)
    answer = Registered(
        entered.id, entered.number, series, entered.category, entered.group_id, held.may_start, edge.now
    )
    cookie = contestant_cookie(desk.parts, held, edge.real_now, again.renew_before if again else None)
    return Response(answer, status_code=201, cookies=[cookie])


async def _newcomer(
    series: Series, data: Registration, desk: Desk, keyed: Keyed, edge: Edge
) -> tuple[Person, Newcomer]:
    tree = await desk.book.tree(series.id)
    slip = await found_slip(desk, series.id, data.slip, edge) if data.slip else None
    form = _form(data)
    if slip is not None:
        form = replace(form, unit=slip.unit_id, phone=form.phone or _phone(desk, slip))
    person = _checked(read(form, series.rules, tree.open_to_entry, local_day(edge.now, series.rules)))
    newcomer = desk.registrar.newcomer(person, series, keyed, edge.now, _guardian(data, person, series, edge))
    return person, replace(newcomer, slip_id=slip.id) if slip is not None else newcomer


def _phone(desk: Desk, slip: Slip) -> str | None:
    return desk.vault.open(slip.phone_enc, str(slip.id)) if slip.phone_enc else None


async def _barred(desk: Desk, series: str, person: Person) -> Problem | None:
    who = Identity(person.name, person.birth_date, person.phone, person.id_number)
    async with desk.parts.pool.acquire() as connection:
        listed = await disputes.is_barred(connection, series, digests(desk.vault, series, who))
    return Problem(BARRED, "If this is a mistake, ask the organisers.") if listed else None


def _form(data: Registration) -> Form:
    consent = data.consent
    return Form(
        data.name, data.birth_date, data.unit_id, data.category, data.phone, data.id_number,
        consent.version if consent else None, tuple(consent.purposes) if consent else (), data.code,
    )  # fmt: skip


def _guardian(data: Registration, person: Person, series: Series, edge: Edge) -> Guardian | None:
    """Of somebody who is old enough no guardian is kept."""
    rules = series.rules
    if data.guardian is None or not needs_guardian(person.birth_date, rules.registration, local_day(edge.now, rules)):
        return None
    version = data.guardian.version or (data.consent.version if data.consent else None)
    found = guardians.read(guardians.Given(data.guardian.name, data.guardian.phone, version), rules)
    if isinstance(found, list):
        raise Problem(FORM, "; ".join(fault.message for fault in found), faults=[vars(fault) for fault in found])
    return found


def _checked(found: Person | list[Fault]) -> Person:
    if isinstance(found, list):
        raise Problem(FORM, "; ".join(fault.message for fault in found), faults=[vars(fault) for fault in found])
    return found


async def _enter(desk: Desk, newcomer: Newcomer, series: Series, edge: Edge, barred: Problem | None) -> Entered:
    """A repeat is answered also after closing and from a busy address: only new registrations are refused or counted."""
    address = network(edge.client_address)
    refusal = _refusal(desk, newcomer, series, address, edge.now) or barred
    if refusal is not None:
        known = await desk.registrar.known(newcomer)
        if known is None:
            raise refusal
        return known
    try:
        entered = await desk.registrar.enter(newcomer, edge.trace)
    except Problem as problem:
        if problem.kind in (PHONE_LIMIT, ID_NUMBER_TAKEN):
            desk.registrations.add(address, edge.now)
        raise
    if entered.new:
        desk.registrations.add(address, edge.now)
    return entered


def _refusal(desk: Desk, newcomer: Newcomer, series: Series, address: str, now: datetime) -> Problem | None:
    if series.state(now) == "over":
        return Problem(REGISTRATION_CLOSED, f"It ended at {series.closes.isoformat()}.", closes=series.closes)
    rules = series.rules.registration
    if not is_of_age(newcomer.birth_date, rules):
        return Problem(NOT_ELIGIBLE, "See `age` for who may take part.", age=rules.age)
    if desk.registrations.is_full(address, now):
        return Problem(TOO_MANY_REGISTRATIONS, "Come again in some minutes, or use another network.", retry_after=120)
    return None


routes = [register]

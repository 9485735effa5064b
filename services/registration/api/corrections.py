"""Putting right what was entered wrongly: the own phone by the person, name and birth date by an organiser."""

from __future__ import annotations

import contextlib
from datetime import date
from uuid import UUID

from litestar import post, put
from msgspec import Struct

from services.registration.api.own import own
from services.registration.api.reach import impersonal, need, order
from services.registration.api.shape import Reason, SeriesId, Short, refuses
from services.registration.changes import locked, renew
from services.registration.desk import Desk
from services.registration.domain import phone, text
from services.registration.domain.eligibility import local_day
from services.registration.problems import FORM, PHONE_LIMIT, SESSION_OVER, UNKNOWN_CONTESTANT, UNKNOWN_SERIES
from services.registration.registrar import ROUNDS, phone_hmac
from services.registration.repository import corrections, notices
from services.registration.repository.contestants import Contestant
from services.registration.repository.corrections import Phone, SlotLost
from services.runtime.access import Principal, Role, allow
from services.runtime.audit import note
from services.runtime.edge import Edge
from services.runtime.problems import OVERLOADED, Problem


class NewPhone(Struct):
    phone: Short | None
    """None takes it away, where the contest does not require one."""


class Correction(Struct):
    reason: Reason
    name: Short | None = None
    birth_date: date | None = None


class Corrected(Struct):
    changed: list[str]
    """Which of `name`, `birth_date`, `phone` are others now."""


@put("/me/phone", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER, FORM, PHONE_LIMIT))
async def change_phone(data: NewPhone, desk: Desk, principal: Principal, edge: Edge) -> Corrected:
    """The own number. One that others gave is answered like a new one, up to the contest's limit."""
    for _ in range(ROUNDS):
        with contextlib.suppress(SlotLost):
            return await _change_phone(data, desk, principal, edge)
    raise Problem(OVERLOADED, "Very many people take this number at this moment.", retry_after=1)


async def _change_phone(data: NewPhone, desk: Desk, principal: Principal, edge: Edge) -> Corrected:
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await own(connection, principal, lock=True)
        rules = (await desk.book.series(person.series_id)).rules.registration
        use = rules.fields.get("phone", "off")
        number = phone.normalise(data.phone) if data.phone else None
        if use == "off" or (data.phone and number is None) or (number is None and use == "required"):
            message = "phone: not asked for here" if use == "off" else "phone: a Vietnamese mobile number"
            raise Problem(FORM, message, faults=[{"field": "phone", "code": "not-valid", "message": message}])
        wanted = None
        if number is not None:
            hashed = phone_hmac(desk.vault, person.series_id, number)
            wanted = Phone(desk.vault.seal(number, str(person.id)), hashed, rules.phone_shared_by)
        changed = await corrections.set_phone(connection, person.id, wanted)
        if changed is None:
            raise Problem(PHONE_LIMIT, "Use another phone number.")
        if changed:
            await note(connection, order(principal, edge, "").actor, "phone.change", str(person.id))
    return Corrected(["phone"] if changed else [])


@post(
    "/series/{series:str}/contestants/{contestant:uuid}/correction",
    guards=[allow(Role.ORGANISER)],
    responses=refuses(UNKNOWN_SERIES, UNKNOWN_CONTESTANT, FORM),
    status_code=200,
)
async def correct(
    series: SeriesId, contestant: UUID, data: Correction, desk: Desk, principal: Principal, edge: Edge
) -> Corrected:
    """Name and birth date, with a reason; the person is told, and rights follow the new age."""
    role = need(principal, series, "organiser")
    known = await desk.book.series(series)
    name = text.name(data.name) if data.name is not None else None
    if (data.name is not None and name is None) or (
        data.birth_date and data.birth_date > local_day(edge.now, known.rules)
    ):
        field = "name" if data.name is not None and name is None else "birth_date"
        raise Problem(FORM, f"{field}: cannot be", faults=[{"field": field, "code": "not-valid", "message": field}])
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await locked(connection, series, contestant)
        impersonal(data.reason, person)
        changes = _changes(person, name, data.birth_date)
        if changes:
            ordered = order(principal, edge, data.reason)
            sorted_name = (name, text.sort_key(name)) if name else None
            await corrections.correct(connection, contestant, sorted_name, data.birth_date)
            await corrections.keep(connection, contestant, changes, ordered.actor, ordered.now)
            what = {"fields": sorted(changes)}
            await note(connection, ordered.actor, "contestant.correct", str(contestant), data.reason, new=what)
            await notices.leave(connection, contestant, "corrected", role, ordered.now)
            if "birth_date" in changes:
                await renew(connection, person, ordered)
    return Corrected(sorted(changes))


def _changes(person: Contestant, name: str | None, birth_date: date | None) -> dict[str, tuple[str | None, str]]:
    found: dict[str, tuple[str | None, str]] = {}
    if name is not None and name != person.name:
        found["name"] = (person.name, name)
    if birth_date is not None and birth_date != person.birth_date:
        found["birth_date"] = (str(person.birth_date) if person.birth_date else None, str(birth_date))
    return found


routes = [change_phone, correct]

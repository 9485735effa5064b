"""A disputed phone number is a queue for the helpdesk; and the list of persons who may not enter."""

from __future__ import annotations

from uuid import UUID, uuid4

from litestar import Response, get, post, put

from services.registration import disputing
from services.registration.api.own import own
from services.registration.api.reach import actor, need, order
from services.registration.api.shape import NOTHING_INSIDE, SeriesId, refuses
from services.registration.api.shape_disputes import (
    BarredList,
    BarredPerson,
    BarredTaken,
    Decided,
    Decision,
    Disputed,
    DisputeView,
    HolderView,
    Seen,
    Taken,
)
from services.registration.desk import Desk
from services.registration.domain import phone, text
from services.registration.domain.address import network
from services.registration.domain.barred import Identity, traits
from services.registration.problems import FORM, SESSION_OVER, TOO_MANY_REGISTRATIONS, UNKNOWN_DISPUTE, UNKNOWN_SERIES
from services.registration.registrar import phone_hmac
from services.registration.repository import disputes, notices
from services.registration.repository.disputes import Dispute, Holder
from services.runtime.access import Principal, Role, allow
from services.runtime.audit import note
from services.runtime.edge import Edge
from services.runtime.problems import Problem

SHOWN = 100
HELPERS = allow(Role.HELPDESK, Role.ORGANISER)


@post(
    "/series/{series:str}/phone-disputes",
    guards=[allow(Role.ANYONE)],
    responses=refuses(UNKNOWN_SERIES, FORM, TOO_MANY_REGISTRATIONS),
    status_code=202,
)
async def open_dispute(series: SeriesId, data: Disputed, desk: Desk, edge: Edge) -> Taken:
    """Asks the helpdesk to call this number. Answered alike whether anybody registered with it or not."""
    await desk.book.series(series)
    number, name = phone.normalise(data.phone), text.name(data.name)
    if number is None or name is None:
        field = "phone" if number is None else "name"
        raise Problem(
            FORM, f"{field}: cannot be read", faults=[{"field": field, "code": "not-valid", "message": field}]
        )
    address = network(edge.client_address)
    if desk.registrations.is_full(address, edge.now):
        raise Problem(TOO_MANY_REGISTRATIONS, "Come again in some minutes, or use another network.", retry_after=120)
    desk.registrations.add(address, edge.now)
    id_ = uuid4()
    sealed = desk.vault.seal(number, str(id_))
    dispute = Dispute(id_, series, phone_hmac(desk.vault, series, number), sealed, name, edge.now)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        await disputes.open_dispute(connection, dispute)
    return Taken(True)


@get("/series/{series:str}/phone-disputes", guards=[HELPERS], responses=refuses())
async def queue(series: SeriesId, desk: Desk, principal: Principal) -> list[DisputeView]:
    """What waits, the oldest first, with who registered with each number."""
    need(principal, series, "helpdesk", "organiser")
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        waiting = await disputes.waiting(connection, series, SHOWN)
        people = await disputes.holders(connection, series, [each.phone_hmac for each in waiting])
        read = {"disputes": [str(each.id) for each in waiting]}
        await note(connection, actor(principal), "phone-disputes.list", series, new=read)
    return [_view(desk, each, people.get(each.phone_hmac, [])) for each in waiting]


def _view(desk: Desk, dispute: Dispute, people: list[Holder]) -> DisputeView:
    number = desk.vault.open(dispute.phone_enc, str(dispute.id)) if dispute.phone_enc else None
    holders = [
        HolderView(one.id, one.number, one.name, one.unit_id, one.registered_at, one.has_taken_part) for one in people
    ]
    return DisputeView(dispute.id, number, dispute.name, dispute.opened_at, holders)


@post(
    "/series/{series:str}/phone-disputes/{dispute:uuid}/decision",
    guards=[HELPERS],
    responses=refuses(UNKNOWN_DISPUTE),
    status_code=200,
)
async def decide(
    series: SeriesId, dispute: UUID, data: Decision, desk: Desk, principal: Principal, edge: Edge
) -> Decided:
    """Releases the number from whom it does not belong to (nobody: the dispute was wrong). Decided once."""
    role = need(principal, series, "helpdesk", "organiser")
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        found = await disputes.locked(connection, series, dispute)
        if found is None:
            raise Problem(UNKNOWN_DISPUTE, "Look at the queue for the ids of what waits.")
        if found.decided_at is not None:
            return Decided(False)
        await disputing.release(connection, found, data.release, order(principal, edge, data.reason), role)
    return Decided(True)


@put(
    "/series/{series:str}/not-eligible",
    guards=[allow(Role.ORGANISER, Role.OPERATOR)],
    responses=refuses(UNKNOWN_SERIES, FORM),
    request_max_body_size=8_000_000,
)
async def bar(series: SeriesId, data: BarredList, desk: Desk, principal: Principal, edge: Edge) -> BarredTaken:
    """The list of persons who may not enter, whole; kept as keyed hashes only. Repeating it changes nothing."""
    need(principal, series, "organiser", "operator")
    people = [_identity(each) for each in data.people]
    faults = [
        {"field": f"people[{at}]", "code": "not-valid", "message": f"people[{at}]: give a phone, an ID number, or name and birth date"}
        for at, person in enumerate(people)
        if not list(traits(person))
    ]  # fmt: skip
    if faults:
        raise Problem(FORM, f"{len(faults)} of the list cannot be told from others.", faults=faults[:200])
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        ordered = order(principal, edge, "list of who may not enter")
        registered = await disputing.bar(connection, desk.vault, series, people, ordered)
    return BarredTaken(len(people), registered)


def _identity(given: BarredPerson) -> Identity:
    number = phone.normalise(given.phone) if given.phone else None
    id_number = text.id_number(given.id_number) if given.id_number else None
    return Identity(given.name, given.birth_date, number, id_number)


@post(
    "/me/notices/seen",
    guards=[allow(Role.CONTESTANT)],
    responses={**refuses(SESSION_OVER), 204: NOTHING_INSIDE},
    status_code=204,
)
async def see(data: Seen, desk: Desk, principal: Principal, edge: Edge) -> Response[None]:
    """The person has read what was done to the account; `GET /me` stops showing it."""
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await own(connection, principal)
        await notices.see(connection, person.id, data.up_to, edge.now)
    return Response(None, status_code=204)


routes = [open_dispute, queue, decide, bar, see]

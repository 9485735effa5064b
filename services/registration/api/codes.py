"""A new entry code: from a signed-in device, or by a ticket; and a pairing for another device."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, post, put

from services.registration import coding
from services.registration.api.own import own
from services.registration.api.reach import grants_of, impersonal, order, within
from services.registration.api.shape import SeriesId, refuses
from services.registration.api.shape_codes import (
    CodeChanged,
    NewCode,
    PairingName,
    PairingTaken,
    PairingView,
    TicketAsked,
    TicketTaken,
    TicketView,
)
from services.registration.api.shape_people import Registered
from services.registration.changes import Order, locked
from services.registration.coding import Issuing
from services.registration.desk import Desk
from services.registration.domain import number, tickets
from services.registration.domain.eligibility import local_day
from services.registration.domain.staffing import covers
from services.registration.problems import (
    FORM,
    OUTSIDE_SUBTREE,
    SESSION_OVER,
    TICKET_LIMIT,
    TOO_MANY_WRONG_CODES,
    UNKNOWN_CONTESTANT,
    UNKNOWN_SERIES,
    WRONG_TICKET,
)
from services.registration.repository import contestants
from services.registration.repository import tickets as stored
from services.registration.repository.contestants import Contestant, Login
from services.registration.repository.tickets import Ticket
from services.registration.sessions import contestant_cookie, rights
from services.runtime.access import Principal, Role, allow
from services.runtime.edge import Edge
from services.runtime.idempotency import Keyed
from services.runtime.problems import Problem

NO_STORE = {"cache-control": "no-store"}


@put("/me/code", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER, FORM))
async def change(data: NewCode, desk: Desk, principal: Principal, edge: Edge) -> Response[CodeChanged]:
    """A new code; every other device is signed out, this one stays. An open paper goes on wherever it is."""
    code = coding.readable(data.code)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await own(connection, principal, lock=True)
        changed = await coding.change(connection, desk.vault, person, code, order(principal, edge, "own decision"))
        after = await contestants.find(connection, person.id) or person
    held = rights(after, await desk.book.series(person.series_id), edge.now)
    cookies = [contestant_cookie(desk.parts, held, edge.real_now, after.renew_before)] if changed else []
    return Response(CodeChanged(changed, edge.now), cookies=cookies, headers=NO_STORE)


@post(
    "/series/{series:str}/contestants/{contestant:uuid}/code-tickets",
    guards=[allow(Role.HELPDESK, Role.UNIT_OFFICER)],
    responses=refuses(UNKNOWN_SERIES, UNKNOWN_CONTESTANT, OUTSIDE_SUBTREE, TICKET_LIMIT, keyed=True),
)
async def give(
    series: SeriesId, contestant: UUID, data: TicketAsked, desk: Desk, principal: Principal, edge: Edge, keyed: Keyed
) -> Response[TicketView]:
    """A ticket of half an hour for one person. The officer never sees a code, and the person learns who helped."""
    known = await desk.book.series(series)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await locked(connection, series, contestant)
        role = await _helper(desk, principal, person)
        impersonal(data.reason, person)
        ordered = order(principal, edge, data.reason)
        # Of this device's clock, like the ticket: an officer has one limit, whatever the contest's time.
        issuing = Issuing(ordered, role, keyed.key, local_day(edge.real_now, known.rules))
        ticket, digits = await coding.ticket(connection, desk.vault, person, issuing)
    return Response(TicketView(digits, person.number, ticket.expires_at), status_code=201, headers=NO_STORE)


async def _helper(desk: Desk, principal: Principal, person: Contestant) -> str:
    """`helpdesk` everywhere in the series, `unit_officer` in the own subtree. Raises 403."""
    if covers(grants_of(principal), "helpdesk", person.series_id):
        return "helpdesk"
    if person.unit_id not in within(principal, person.series_id, await desk.book.tree(person.series_id), None):
        raise Problem(OUTSIDE_SUBTREE, "Ask whoever looks after that person's unit, or the helpdesk.")
    return "unit_officer"


@post(
    "/sessions/ticket",
    guards=[allow(Role.ANYONE)],
    responses=refuses(UNKNOWN_SERIES, FORM, WRONG_TICKET, TOO_MANY_WRONG_CODES),
)
async def redeem(data: TicketTaken, desk: Desk, edge: Edge) -> Response[Registered]:
    """Sets the new code that the page drew, ends every session, and signs this device in."""
    series = await desk.book.series(data.series_id)
    code = coding.readable(data.code)
    login = number.parse(data.number)
    typed = tickets.read(data.ticket, tickets.TICKET_DIGITS)
    person = await _redeemed(desk, data.series_id, (login, typed, code), edge) if login and typed else None
    if person is None:
        await desk.refuse(edge, "account", series.id, login or data.number, kind=WRONG_TICKET)
    return await _signed_in(desk, person, edge)


async def _redeemed(desk: Desk, series: str, typed: tuple[str, str, str], edge: Edge) -> Contestant | None:
    login, digits, code = typed
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        [accounts] = await contestants.accounts(connection, [Login(series, login)])
        person = await contestants.find(connection, accounts[0].id, lock=True) if accounts else None
        if person is None:
            return None
        given = await stored.find(connection, coding.code_ticket_hash(desk.vault, person, digits))
        if given is None:
            return None
        ordered = Order(f"ticket:{given.id}", "a ticket was used", edge.now, edge.real_time(), edge.trace)
        if not await coding.redeem(connection, desk.vault, given, person, code, ordered):
            return None
        return await contestants.find(connection, person.id)


@post("/me/pairing", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER, keyed=True))
async def pair(desk: Desk, principal: Principal, edge: Edge, keyed: Keyed) -> Response[PairingView]:
    """A code of five minutes with which another device signs in, once. A newer one ends the older."""
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        person = await own(connection, principal, lock=True)
        ticket, digits = await coding.pairing(connection, desk.vault, person, keyed.key, edge.real_now)
    link = f"{desk.parts.settings.origin}/dang-nhap#{person.series_id}.{digits}"
    return Response(PairingView(digits, link, ticket.expires_at), status_code=201, headers=NO_STORE)


@post(
    "/pairings/opening",
    guards=[allow(Role.ANYONE)],
    responses=refuses(UNKNOWN_SERIES, WRONG_TICKET, TOO_MANY_WRONG_CODES),
    status_code=200,
)
async def open_pairing(data: PairingTaken, desk: Desk, edge: Edge) -> Response[PairingName]:
    """Whose it is, so that the page can ask; it stays good."""
    person = await _paired(desk, data, edge, spend=False)
    return Response(PairingName(person.name, person.number), headers=NO_STORE)


@post(
    "/sessions/pairing",
    guards=[allow(Role.ANYONE)],
    responses=refuses(UNKNOWN_SERIES, WRONG_TICKET, TOO_MANY_WRONG_CODES),
)
async def sign_in_paired(data: PairingTaken, desk: Desk, edge: Edge) -> Response[Registered]:
    """Signs this device in; the pairing is spent, the other device stays signed in."""
    person = await _paired(desk, data, edge, spend=True)
    return await _signed_in(desk, person, edge)


async def _paired(desk: Desk, data: PairingTaken, edge: Edge, *, spend: bool) -> Contestant:
    series = await desk.book.series(data.series_id)
    digits = tickets.read(data.pairing, tickets.PAIRING_DIGITS)
    person = await _owner(desk, coding.pairing_hash(desk.vault, series.id, digits), edge, spend) if digits else None
    if person is None:
        await desk.refuse(edge, "pairing-account", series.id, digits or data.pairing, kind=WRONG_TICKET)
    return person


async def _owner(desk: Desk, hashed: bytes, edge: Edge, spend: bool) -> Contestant | None:
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        given = await stored.find(connection, hashed)
        if given is None:
            return None
        await contestants.settle(connection, given.contestant_id)
        person = await contestants.find(connection, given.contestant_id)
        if person is None or not _is_good(given, person, edge):
            return None
        if spend and not await stored.spend(connection, given.id, edge.real_now):
            return None
        return person


def _is_good(given: Ticket, person: Contestant, edge: Edge) -> bool:
    """Not spent, not over, and not from a session that was ended since."""
    ended = person.end_before is not None and given.issued_at < person.end_before
    return given.spent_at is None and edge.real_now < given.expires_at and not ended


async def _signed_in(desk: Desk, person: Contestant, edge: Edge) -> Response[Registered]:
    held = rights(person, await desk.book.series(person.series_id), edge.now)
    answer = Registered(
        person.id, person.number, person.series_id, person.category, person.group_id, held.may_start, edge.now
    )
    cookie = contestant_cookie(desk.parts, held, edge.real_now, person.renew_before)
    return Response(answer, status_code=201, cookies=[cookie], headers=NO_STORE)


routes = [change, give, redeem, pair, open_pairing, sign_in_paired]

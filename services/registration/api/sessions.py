"""Signing in with phone or contestant number and the entry code; signing out; who am I."""

from __future__ import annotations

import hmac
import re

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import Cookie

from services.registration.api.consents import guardian_state
from services.registration.api.own import is_stale, own, renewed
from services.registration.api.shape import NOTHING_INSIDE, refuses
from services.registration.api.shape_disputes import NoticeView
from services.registration.api.shape_people import Me, Registered, SignIn
from services.registration.desk import Desk, desk_of
from services.registration.domain import number, phone, text
from services.registration.problems import SESSION_OVER, TOO_MANY_WRONG_CODES, UNKNOWN_SERIES, WRONG_CODE
from services.registration.registrar import code_hmac, phone_hmac
from services.registration.repository import contestants, notices
from services.registration.repository.contestants import Account, Contestant, Login
from services.registration.sessions import contestant_cookie, ended, rights
from services.runtime import Parts
from services.runtime.access import SESSION_COOKIE, Principal, Role, allow
from services.runtime.database import Connection
from services.runtime.edge import Edge
from services.runtime.fast import FastRoute, Headed

_read = msgspec.json.Decoder(SignIn).decode
_encode = msgspec.json.Encoder().encode


@post("/sessions", guards=[allow(Role.ANYONE)], responses=refuses(UNKNOWN_SERIES, WRONG_CODE, TOO_MANY_WRONG_CODES))
async def sign_in(data: SignIn, desk: Desk, edge: Edge) -> Response[Registered]:
    """The code is always compared; wrong ones are told so later and later (rule 9)."""
    answer, cookie = await _enter(desk, edge, data)
    return Response(answer, status_code=201, cookies=[cookie])


async def _quick_sign_in(parts: Parts, edge: Edge, _: str, body: bytes) -> Headed:
    answer, cookie = await _enter(desk_of(parts), edge, _read(body))
    return Headed(_encode(answer), (cookie.to_encoded_header(),))


async def _enter(desk: Desk, edge: Edge, data: SignIn) -> tuple[Registered, Cookie]:
    series = await desk.book.series(data.series_id)
    person = await _person_with(desk, data)
    if person is None:
        login = number.parse(data.login) or phone.normalise(data.login) or data.login
        await desk.refuse(edge, "account", series.id, login)
    held = rights(person, series, edge.now)
    answer = Registered(
        person.id, person.number, person.series_id, person.category, person.group_id, held.may_start, edge.now
    )
    return answer, contestant_cookie(desk.parts, held, edge.real_now, person.renew_before)


async def _person_with(desk: Desk, given: SignIn) -> Contestant | None:
    """The code picks the person among those who share a phone."""
    code = text.code(given.code)
    login: str | bytes | None = number.parse(given.login)
    if login is None and (mobile := phone.normalise(given.login)):
        login = phone_hmac(desk.vault, given.series_id, mobile)
    if code is None or login is None:
        return None
    for account in await desk.accounts.submit(Login(given.series_id, login)):
        if hmac.compare_digest(account.code_hmac, code_hmac(desk.vault, str(account.id), code)):
            async with desk.parts.pool.acquire() as connection:
                return await _still(connection, account)
    return None


async def _still(connection: Connection, account: Account) -> Contestant | None:
    """None where the code that was compared is another one by now, or the person erased."""
    await contestants.settle(connection, account.id)
    person = await contestants.find(connection, account.id)
    return person if await contestants.code_of(connection, account.id) == account.code_hmac else None


@delete("/sessions", guards=[allow(Role.ANYONE)], responses={**refuses(), 204: NOTHING_INSIDE}, status_code=204)
async def sign_out(desk: Desk) -> Response[None]:
    """Takes the cookie off this device; other devices stay signed in."""
    return Response(None, status_code=204, cookies=[ended(desk.parts, SESSION_COOKIE)])


@get("/me", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER))
async def me(desk: Desk, principal: Principal, edge: Edge) -> Response[Me]:
    """Who is signed in. A session whose rights have changed, or that is a day old, is exchanged for a new one."""
    series = await desk.book.series(str(principal.claims["series"]))
    async with desk.parts.pool.acquire() as connection:
        person = await own(connection, principal)
        if is_stale(person, rights(person, series, edge.now), principal, edge):
            await contestants.settle(connection, person.id)
            person = await own(connection, principal)
        took_part = await contestants.took_part(connection, person.id)
        unseen = await notices.unseen(connection, person.id)
    held = rights(person, series, edge.now)
    answer = Me(
        person.id, person.number, person.series_id, person.name, person.birth_date, person.unit_id, person.category,
        person.group_id, held.may_start, person.excluded, guardian_state(person, series, edge), list(took_part),
        [NoticeView(each.id, each.what, each.by_role, each.at) for each in unseen], edge.now,
    )  # fmt: skip
    cookies = renewed(desk, person, held, principal, edge)
    return Response(answer, cookies=cookies, headers={"cache-control": "no-store"})


routes = [sign_in, sign_out, me]
_SIGN_IN = "/api/registration/v1/sessions"
fast = (FastRoute("POST", _SIGN_IN, re.compile(_SIGN_IN), frozenset({Role.ANYONE}), 201, _quick_sign_in),)
"""Whoever guesses comes as fast as he is answered: what a wrong code costs is what everybody else is short of."""

"""A new entry code: nobody but the person sees it, every session ends, and who helped is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.contracts.events import SessionsRevoked
from services.registration.domain.tickets import PAIRING_LIVES, TICKET_LIVES, TICKETS_PER_DAY
from tests.support.registration import SERIES, Front, claims_of, code, form, hasty_front, held_up, key
from tests.support.staffing import member, officer
from tests.support.stores import Stores

PATH = f"/series/{SERIES}/contestants"


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with hasty_front(stores) as made:
        yield made


class Someone:
    """A registered person with the device they registered on."""

    def __init__(self, client: httpx.AsyncClient, body: dict[str, Any], answer: httpx.Response) -> None:
        told = answer.json()
        self.client, self.body, self.id, self.number = client, body, told["contestant_id"], told["number"]
        self.code, self.key = body["code"], {"idempotency-key": answer.request.headers["idempotency-key"]}


async def entered(service: Front, **changes: Any) -> Someone:
    client, body = service.client(), form(**changes)
    answer = await client.post(PATH, json=body, headers=key())
    assert answer.status_code == 201, answer.text
    return Someone(client, body, answer)


async def sign_in(service: Front, who: Someone, secret: str) -> tuple[httpx.AsyncClient, int]:
    client = service.client()
    answer = await client.post("/sessions", json={"series_id": SERIES, "login": who.number, "code": secret})
    return client, answer.status_code


async def ticket_for(by: httpx.AsyncClient, who: Someone, keyed: dict[str, str] | None = None) -> httpx.Response:
    body = {"reason": "quên mã, đã xác minh tại trường"}
    return await by.post(f"{PATH}/{who.id}/code-tickets", json=body, headers=keyed or key())


async def redeemed(service: Front, who: Someone, ticket: str, new: str) -> tuple[httpx.AsyncClient, httpx.Response]:
    client = service.client()
    body = {"series_id": SERIES, "number": who.number, "ticket": ticket, "code": new}
    return client, await client.post("/sessions/ticket", json=body)


# ---- from a signed-in device


async def test_a_new_code_ends_every_other_session_and_keeps_this_one(service: Front) -> None:
    who, new = await entered(service), code()
    other, _ = await sign_in(service, who, who.code)
    answer = await who.client.put("/me/code", json={"code": new})
    assert (answer.json()["changed"], (await who.client.get("/me")).status_code) == (True, 200)
    assert (await other.get("/me")).json()["type"] == "/problems/session-over"
    assert ((await sign_in(service, who, who.code))[1], (await sign_in(service, who, new))[1]) == (401, 201)
    revoked = (await service.facts())[-1]
    assert isinstance(revoked, SessionsRevoked)
    assert revoked.ended
    assert claims_of(answer)["iat"] == revoked.not_before.timestamp()


@pytest.mark.parametrize("how", ["sign in", "register again", "pair"])
async def test_a_session_that_is_asked_for_while_the_code_changes_is_refused_or_over(service: Front, how: str) -> None:
    """Two seconds pass between the order and its commit: by its date alone such a session would come after the change."""
    who, device = await entered(service), service.client()
    paired = (await who.client.post("/me/pairing", headers=key())).json()["pairing"]
    asks = {
        "sign in": lambda: device.post("/sessions", json={"series_id": SERIES, "login": who.number, "code": who.code}),
        "register again": lambda: device.post(PATH, json=who.body, headers=who.key),
        "pair": lambda: device.post("/sessions/pairing", json={"series_id": SERIES, "pairing": paired}),
    }
    async with held_up(service, "contestant_facts", who.client.put("/me/code", json={"code": code()})) as changing:
        service.clock.pass_by(timedelta(seconds=2))
        asking = asyncio.create_task(asks[how]())
        await asyncio.wait([asking], timeout=0.5)
    assert (await changing).json()["changed"] is True
    assert (await asking).status_code == 401
    assert (await device.get("/me")).status_code == 401
    assert (await who.client.get("/me")).status_code == 200


async def test_the_same_code_again_changes_nothing_and_ends_nothing(service: Front) -> None:
    who = await entered(service)
    other, _ = await sign_in(service, who, who.code)
    assert (await who.client.put("/me/code", json={"code": who.code})).json()["changed"] is False
    assert (await other.get("/me")).status_code == 200


async def test_a_code_that_can_be_guessed_is_not_taken(service: Front) -> None:
    who = await entered(service)
    answer = await who.client.put("/me/code", json={"code": "121212121212"})
    assert answer.json()["faults"][0]["code"] == "guessable"


async def test_a_registration_sent_again_signs_nobody_in_with_the_code_of_before(service: Front) -> None:
    client, body, keyed = service.client(), form(), key()
    await client.post(PATH, json=body, headers=keyed)
    await client.put("/me/code", json={"code": code()})
    again = await service.client().post(PATH, json=body, headers=keyed)
    assert (again.json()["type"], "set-cookie" in again.headers) == ("/problems/session-over", False)
    assert await service.count("contestants") == 1


# ---- by a ticket


async def test_an_officer_gives_a_ticket_and_the_person_sets_a_code_that_the_officer_never_sees(service: Front) -> None:
    who, new = await entered(service, unit_id="T-THADS-CQ"), code()
    by = await officer(service, "T-THADS")
    given = (await ticket_for(by, who)).json()
    assert (len(given["ticket"]), given["number"]) == (10, who.number)
    client, answer = await redeemed(service, who, f"{given['ticket'][:5]} {given['ticket'][5:]}", new)
    assert (answer.status_code, answer.json()["contestant_id"]) == (201, who.id)
    assert (await client.get("/me")).status_code == 200
    assert (await who.client.get("/me")).json()["type"] == "/problems/session-over"
    assert ((await sign_in(service, who, who.code))[1], (await sign_in(service, who, new))[1]) == (401, 201)


async def test_the_person_is_told_at_the_next_sign_in_until_it_was_seen(service: Front) -> None:
    who, new = await entered(service), code()
    by = await member(service, "helpdesk")
    await redeemed(service, who, (await ticket_for(by, who)).json()["ticket"], new)
    client, _ = await sign_in(service, who, new)
    [notice] = (await client.get("/me")).json()["notices"]
    assert (notice["what"], notice["by"]) == ("new-code", "helpdesk")
    await client.post("/me/notices/seen", json={"up_to": notice["id"]})
    assert (await client.get("/me")).json()["notices"] == []


async def test_a_ticket_works_once_however_many_try_at_once(service: Front) -> None:
    who = await entered(service)
    by = await member(service, "helpdesk")
    ticket = (await ticket_for(by, who)).json()["ticket"]
    answers = await asyncio.gather(*(redeemed(service, who, ticket, code()) for _ in range(20)))
    assert Counter(answer.status_code for _, answer in answers) == {201: 1, 401: 19}


async def test_a_ticket_is_over_after_half_an_hour(service: Front) -> None:
    who = await entered(service)
    by = await member(service, "helpdesk")
    ticket = (await ticket_for(by, who)).json()["ticket"]
    service.clock.pass_by(TICKET_LIVES)
    assert (await redeemed(service, who, ticket, code()))[1].json()["type"] == "/problems/wrong-ticket"
    assert (await sign_in(service, who, who.code))[1] == 201


async def test_a_newer_ticket_ends_the_older_and_a_repeat_tells_the_same(service: Front) -> None:
    who, keyed = await entered(service), key()
    by = await member(service, "helpdesk")
    first, again = [(await ticket_for(by, who, keyed)).json()["ticket"] for _ in range(2)]
    newer = (await ticket_for(by, who)).json()["ticket"]
    assert first == again != newer
    assert (await redeemed(service, who, first, code()))[1].status_code == 401
    assert (await redeemed(service, who, newer, code()))[1].status_code == 201


async def test_a_ticket_is_good_for_its_own_person_only(service: Front) -> None:
    who, other = await entered(service), await entered(service)
    by = await member(service, "helpdesk")
    ticket = (await ticket_for(by, who)).json()["ticket"]
    assert (await redeemed(service, other, ticket, code()))[1].status_code == 401
    assert (await redeemed(service, who, ticket, code()))[1].status_code == 201


async def test_rule_7_an_officer_gives_no_more_tickets_a_day_than_allowed_however_many_at_once(service: Front) -> None:
    people = [await entered(service) for _ in range(TICKETS_PER_DAY + 8)]
    by = await member(service, "helpdesk")
    answers = await asyncio.gather(*(ticket_for(by, who) for who in people))
    assert Counter(answer.status_code for answer in answers) == {201: TICKETS_PER_DAY, 429: 8}
    assert {a.json()["type"] for a in answers if a.status_code == 429} == {"/problems/ticket-limit"}
    another = await member(service, "helpdesk")
    assert (await ticket_for(another, people[0])).status_code == 201


async def test_rule_7_replacing_a_persons_ticket_gives_the_officer_none_back(service: Front) -> None:
    who = await entered(service)
    by = await member(service, "helpdesk")
    answers = [await ticket_for(by, who) for _ in range(TICKETS_PER_DAY + 2)]
    assert Counter(answer.status_code for answer in answers) == {201: TICKETS_PER_DAY, 429: 2}


async def test_an_officer_helps_nobody_outside_the_own_subtree(service: Front) -> None:
    who = await entered(service, unit_id="H-VY")
    answer = await ticket_for(await officer(service, "T-THADS"), who)
    assert answer.json()["type"] == "/problems/outside-your-unit"


async def test_no_ticket_and_no_code_stands_in_the_database_or_in_the_log(service: Front) -> None:
    who, new = await entered(service), code()
    by = await member(service, "helpdesk")
    ticket = (await ticket_for(by, who)).json()["ticket"]
    await redeemed(service, who, ticket, new)
    tables = await service.parts.pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in tables:
        rows = await service.parts.pool.fetch(f'select to_jsonb(t)::text from "{table}" t')
        assert not any(word in str(rows) for word in (ticket, new, who.code)), table
    [row] = await service.log("ticket.give")
    assert (row["subject"], row["reason"]) == (who.id, "quên mã, đã xác minh tại trường")
    assert len(await service.log("code.change")) == 1


# ---- another device


async def paired(service: Front, who: Someone, pairing: str) -> httpx.Response:
    return await service.client().post("/sessions/pairing", json={"series_id": SERIES, "pairing": pairing})


async def test_another_device_signs_in_once_with_a_pairing_and_both_stay_signed_in(service: Front) -> None:
    who = await entered(service)
    given = (await who.client.post("/me/pairing", headers=key())).json()
    assert given["link"].endswith(f"#{SERIES}.{given['pairing']}")
    body = {"series_id": SERIES, "pairing": given["pairing"]}
    for _ in range(2):
        opened = await service.client().post("/pairings/opening", json=body)
        assert opened.json() == {"name": who.body["name"], "number": who.number}
    answers = await asyncio.gather(*(paired(service, who, given["pairing"]) for _ in range(10)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 401: 9}
    assert (await who.client.get("/me")).status_code == 200


async def test_a_pairing_is_over_after_five_minutes_or_when_a_newer_one_is_asked_for(service: Front) -> None:
    who = await entered(service)
    first, second = [(await who.client.post("/me/pairing", headers=key())).json()["pairing"] for _ in range(2)]
    assert (await paired(service, who, first)).json()["type"] == "/problems/wrong-ticket"
    service.clock.pass_by(PAIRING_LIVES)
    assert (await paired(service, who, second)).status_code == 401


async def test_a_pairing_within_the_second_of_a_new_code_is_good_until_the_next_new_code(service: Front) -> None:
    who = await entered(service)
    taken = []
    for _ in range(3):
        assert (await who.client.put("/me/code", json={"code": code()})).status_code == 200
        given = (await who.client.post("/me/pairing", headers=key())).json()["pairing"]
        taken.append((await paired(service, who, given)).status_code)
    unused = (await who.client.post("/me/pairing", headers=key())).json()["pairing"]
    assert (await who.client.put("/me/code", json={"code": code()})).status_code == 200
    assert taken == [201, 201, 201]
    assert (await paired(service, who, unused)).status_code == 401


async def test_a_pairing_from_a_session_that_was_ended_since_opens_nothing(service: Front) -> None:
    who = await entered(service)
    pairing = (await who.client.post("/me/pairing", headers=key())).json()["pairing"]
    service.clock.pass_by(timedelta(seconds=2))
    await who.client.put("/me/code", json={"code": code()})
    assert (await paired(service, who, pairing)).status_code == 401

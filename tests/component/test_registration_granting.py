"""Giving roles: down the tree, for units that exist, and never by one person alone (rule 11)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.runtime.second import LIVES
from tests.support.registration import CLOSES, SERIES, Front, front, key
from tests.support.staffing import accept, confirmed, entered, invited, joined, officer, organiser, second, sign_in
from tests.support.stores import Stores


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def ask(by: httpx.AsyncClient, **asked: Any) -> httpx.Response:
    body = {"series_id": SERIES, "role": "unit_officer", **asked}
    return await by.post("/staff/invitations", json=body, headers=key())


def token_of(answer: httpx.Response) -> str:
    return str(answer.json()["link"]).partition("#")[2]


async def take(service: Front, token: str, login: str = "ai.do") -> httpx.Response:
    return await accept(service, service.client(), token, login)


async def test_organisers_invite_officers_of_their_series_and_give_no_other_role(service: Front) -> None:
    client = await organiser(service)
    assert (await ask(client, unit_id="H-VY")).status_code == 201
    for asked in ({"role": "organiser"}, {"role": "auditor", "series_id": None}, {"role": "helpdesk"}):
        assert (await ask(client, **asked)).status_code == 403, asked
    elsewhere = await ask(client, unit_id="H-VY", series_id="other")
    assert elsewhere.status_code == 403


async def test_officers_invite_officers_of_units_below_their_own_and_so_down_the_tree(service: Front) -> None:
    above = await officer(service, "BG")
    below = await joined(service, await invited(service, above, role="unit_officer", unit_id="T-THADS"), "thads")
    lowest = await joined(service, await invited(service, below, role="unit_officer", unit_id="T-THADS-CQ"), "coquan")
    for unit in ("T-THADS", "BG", "H-VY"):
        answer = await ask(below, unit_id=unit)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/outside-your-unit"), unit
    assert (await ask(lowest, unit_id="T-THADS-CQ")).status_code == 403
    assert (await ask(below, role="helpdesk")).json()["type"] == "/problems/forbidden"


@pytest.mark.parametrize("by", ["machine", "organiser"])
async def test_an_invitation_for_a_unit_that_is_none_is_refused_and_names_it(service: Front, by: str) -> None:
    client = service.machine("organiser") if by == "machine" else await organiser(service)
    answer = await ask(client, unit_id="nowhere")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invitation-faults")
    assert "'nowhere'" in answer.json()["detail"]
    assert SERIES in answer.json()["detail"]


async def test_an_invitation_for_a_series_that_is_none_is_refused_and_names_it(service: Front) -> None:
    answer = await ask(service.machine("organiser"), role="organiser", series_id="nothing")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-series")
    assert "'nothing'" in answer.json()["detail"]


async def test_rule_11_the_first_organiser_comes_from_the_command_line_alone_and_nobody_after(service: Front) -> None:
    cli = service.machine("organiser")
    first = await ask(cli, role="organiser")
    assert first.json()["confirmation"] is None
    assert (await take(service, token_of(first), "first")).status_code == 201
    for role in ("organiser", "helpdesk", "auditor", "operator"):
        assert (await ask(cli, role=role)).json()["confirmation"]["action"] == "role.grant", role


async def test_rule_11_nobody_takes_an_invitation_before_a_second_person_confirmed_it(service: Front) -> None:
    asking = await organiser(service)
    answer = await ask(asking, unit_id="H-VY")
    early = await take(service, token_of(answer))
    assert (early.status_code, early.json()["type"]) == (403, "/problems/invitation-waits")
    done = await confirmed(second(service), answer.json()["confirmation"])
    assert (done.status_code, done.json()["state"]) == (200, "confirmed")
    assert (await take(service, token_of(answer))).status_code == 201
    [granted] = await service.log("role.grant.confirmed")
    [asked] = await service.log("role.grant.asked")
    assert granted["subject"] == asked["subject"] == answer.json()["invitation_id"]
    assert granted["actor"] != asked["actor"]
    assert granted["new"]["digest"] == asked["new"]["digest"] == answer.json()["confirmation"]["digest"]


async def test_rule_11_whoever_asked_cannot_confirm_and_the_servers_key_is_one_person(service: Front) -> None:
    asking = await organiser(service)
    request = (await ask(asking, unit_id="H-VY")).json()["confirmation"]
    assert (await confirmed(asking, request)).json()["type"] == "/problems/own-request"
    by_machine = (await ask(service.machine("organiser"), unit_id="H-VY")).json()["confirmation"]
    assert (await confirmed(service.machine("organiser"), by_machine)).json()["type"] == "/problems/own-request"
    assert (await confirmed(service.machine("organiser"), request)).status_code == 200
    assert (await confirmed(asking, by_machine)).status_code == 200


async def test_a_second_person_needs_the_right_themselves(service: Front) -> None:
    asking = await organiser(service)
    request = (await ask(asking, unit_id="T-THADS-CQ")).json()["confirmation"]
    below, beside, above = [await officer(service, unit) for unit in ("T-THADS-CQ", "H-VY", "T-THADS")]
    elsewhere = second(service, "other")
    for client in (beside, elsewhere):
        assert (await confirmed(client, request)).status_code == 403
        assert (await client.get(f"/confirmations/{request['id']}")).status_code == 403
        assert (await client.get("/confirmations")).json()["requests"] == []
    assert (await below.get(f"/confirmations/{request['id']}")).json()["content"]["unit_id"] == "T-THADS-CQ"
    assert request in (await above.get("/confirmations")).json()["requests"]
    assert (await confirmed(above, request)).status_code == 200
    organisers = (await ask(service.machine("organiser"), role="helpdesk")).json()["confirmation"]
    assert (await confirmed(above, organisers)).status_code == 403


async def test_what_is_confirmed_is_what_was_read_and_a_changed_row_does_not_pass(service: Front) -> None:
    request = (await ask(await organiser(service), unit_id="H-VY")).json()["confirmation"]
    by = second(service)
    other = await by.post(f"/confirmations/{request['id']}/yes", json={"digest": "0" * 64})
    assert (other.status_code, other.json()["type"]) == (409, "/problems/request-differs")
    await service.parts.pool.execute(
        "update second_person set content = content || '{\"unit_id\": \"BG\"}'::jsonb where id = $1::text::uuid",
        request["id"],
    )  # fmt: skip
    assert (await confirmed(by, request)).json()["type"] == "/problems/request-differs"


async def test_a_request_is_decided_once_however_many_confirm_at_the_same_time(service: Front) -> None:
    request = (await ask(await organiser(service), unit_id="H-VY")).json()["confirmation"]
    answers = await asyncio.gather(*(confirmed(second(service), request) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 5
    assert len(await service.log("role.grant.confirmed")) == 1


async def test_the_same_person_confirming_again_gets_the_same_answer(service: Front) -> None:
    request = (await ask(await organiser(service), unit_id="H-VY")).json()["confirmation"]
    by = second(service)
    assert (await confirmed(by, request)).json() == (await confirmed(by, request)).json()


async def test_a_request_that_nobody_confirms_in_time_is_over_and_can_be_asked_anew(service: Front) -> None:
    asking, keyed = await organiser(service), key()
    body = {"series_id": SERIES, "role": "unit_officer", "unit_id": "H-VY"}
    first = (await asking.post("/staff/invitations", json=body, headers=keyed)).json()["confirmation"]
    service.clock.pass_by(LIVES - timedelta(minutes=1))
    asking = await sign_in(service, "organiser")
    again = await asking.post("/staff/invitations", json=body, headers=keyed)
    assert again.json()["confirmation"] == first
    service.clock.pass_by(timedelta(seconds=30))
    assert (await confirmed(second(service), first)).json()["type"] == "/problems/request-over"
    anew = await asking.post("/staff/invitations", json=body, headers=keyed)
    assert anew.json()["confirmation"]["id"] != first["id"]
    assert (await confirmed(second(service), anew.json()["confirmation"])).status_code == 200


async def test_a_colleague_may_refuse_and_the_asker_may_take_it_back(service: Front) -> None:
    asking = await organiser(service)
    for by in (second(service), asking):
        answer = await ask(asking, unit_id="H-VY")
        request = answer.json()["confirmation"]
        refused = await by.post(f"/confirmations/{request['id']}/no")
        assert refused.json()["state"] == "refused"
        assert (await confirmed(second(service), request)).json()["state"] == "refused"
        assert (await take(service, token_of(answer))).json()["type"] == "/problems/invitation-waits"
    stranger = second(service, "other")
    open_ = (await ask(asking, unit_id="H-VY")).json()["confirmation"]
    assert (await stranger.post(f"/confirmations/{open_['id']}/no")).status_code == 403


@pytest.mark.parametrize("took_part", [True, False])
async def test_rule_11_after_the_end_two_people_exclude_whoever_took_part(service: Front, took_part: bool) -> None:
    person = await entered(service, "H-VY", "Lê An")
    if took_part:
        await service.parts.pool.execute("insert into took_part values ($1::text::uuid, $2)", person, SERIES)
    path, body = f"/series/{SERIES}/contestants/{person}/exclusion", {"excluded": True, "reason": "thi hộ"}
    asking = await organiser(service)
    alone = (await asking.post(path, json={**body, "excluded": False})).json()
    assert (alone["changed"], alone["confirmation"]) == (False, None)
    service.clock.pass_by(CLOSES - service.clock.at + timedelta(hours=1))
    asking = await sign_in(service, "organiser")
    answer = (await asking.post(path, json=body)).json()
    if not took_part:
        assert (answer["changed"], answer["confirmation"]) == (True, None)
        return
    assert await excluded(service, person) is False
    assert (await confirmed(asking, answer["confirmation"])).json()["type"] == "/problems/own-request"
    misread = {**answer["confirmation"], "digest": "0" * 64}
    assert (await confirmed(second(service), misread)).json()["type"] == "/problems/request-differs"
    assert await excluded(service, person) is False
    assert (await confirmed(second(service, "other"), answer["confirmation"])).status_code == 403
    assert (await confirmed(second(service), answer["confirmation"])).status_code == 200
    assert await excluded(service, person) is True
    [noted] = await service.log("contestant.exclude")
    assert (noted["subject"], noted["reason"]) == (person, "thi hộ")
    assert [fact.type for fact in await service.facts()][-2:] == ["contestant.excluded.v1", "sessions.revoked.v1"]


async def excluded(service: Front, person: str) -> bool:
    return bool(await service.parts.pool.fetchval("select excluded from contestants where id = $1::text::uuid", person))


async def test_rule_11_an_exclusion_that_was_changed_after_it_was_asked_for_is_not_done(service: Front) -> None:
    people = [await entered(service, "H-VY", name) for name in ("Lê An", "Vi Bình")]
    for person in people:
        await service.parts.pool.execute("insert into took_part values ($1::text::uuid, $2)", person, SERIES)
    service.clock.pass_by(CLOSES - service.clock.at + timedelta(hours=1))
    path = f"/series/{SERIES}/contestants/{people[0]}/exclusion"
    asked = await second(service).post(path, json={"excluded": True, "reason": "thi hộ"})
    await service.parts.pool.execute("update second_person set subject = $1", people[1])
    answer = await confirmed(second(service), asked.json()["confirmation"])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/request-differs")
    assert [await excluded(service, person) for person in people] == [False, False]


async def test_rule_11_the_command_line_asks_for_an_exclusion_and_cannot_confirm_it(service: Front) -> None:
    person = await entered(service, "H-VY", "Lê An")
    await service.parts.pool.execute("insert into took_part values ($1::text::uuid, $2)", person, SERIES)
    service.clock.pass_by(CLOSES - service.clock.at + timedelta(hours=1))
    machine, path = service.machine("organiser"), f"/series/{SERIES}/contestants/{person}/exclusion"
    asked = (await machine.post(path, json={"excluded": True, "reason": "thi hộ"})).json()["confirmation"]
    assert (await confirmed(machine, asked)).json()["type"] == "/problems/own-request"
    assert (await confirmed(second(service), asked)).status_code == 200
    # Taking it back is as grave.
    again = (await machine.post(path, json={"excluded": False, "reason": "nhầm người"})).json()
    assert (again["changed"], again["confirmation"]["content"]["excluded"]) == (False, False)
    assert await excluded(service, person) is True

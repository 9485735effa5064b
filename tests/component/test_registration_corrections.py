"""Putting right what was entered wrongly, within the limits and with a trace that goes with the person."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.contracts.events import SessionsRevoked
from tests.support.registration import SERIES, Front, claims_of, form, front, key
from tests.support.stores import Stores

PATH = f"/series/{SERIES}/contestants"
PHONE = "0912345678"


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def entered(service: Front, **changes: Any) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    client, body = service.client(), form(**changes)
    answer = await client.post(PATH, json=body, headers=key())
    return client, {**body, **answer.json()}


async def corrected(service: Front, who: dict[str, Any], **changes: Any) -> httpx.Response:
    body = {"reason": "nhập sai, đã đối chiếu", **changes}
    return await service.machine("organiser").post(f"{PATH}/{who['contestant_id']}/correction", json=body)


async def test_who_changes_the_own_phone_signs_in_with_the_new_one(service: Front) -> None:
    client, who = await entered(service, phone="0987654321")
    assert (await client.put("/me/phone", json={"phone": "0912 345 678"})).json() == {"changed": ["phone"]}
    assert (await client.put("/me/phone", json={"phone": PHONE})).json() == {"changed": []}
    login = {"series_id": SERIES, "code": who["code"]}
    answers = [await service.client().post("/sessions", json={**login, "login": n}) for n in (PHONE, who["number"])]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (await client.put("/me/phone", json={"phone": None})).json() == {"changed": ["phone"]}
    assert await service.parts.pool.fetchval("select count(phone_enc) from contestants") == 0


async def test_who_looks_at_the_own_file_sees_the_unit_and_the_ends_of_the_numbers_and_no_more(service: Front) -> None:
    client, _ = await entered(service, phone="0987654321", id_number="001090123456")
    held = (await client.get("/me/details")).json()
    unit = await service.parts.pool.fetchval(
        "select name_vi from units u join contestants c using (series_id, unit_id) where phone_enc is not null"
    )
    assert held["unit"]["vi"] == unit
    assert (held["phone_end"], held["id_number_end"]) == ("321", "456")
    await client.put("/me/phone", json={"phone": None})
    assert (await client.get("/me/details")).json()["phone_end"] is None
    assert (await service.client().get("/me/details")).status_code == 401


async def test_rule_7_changing_to_a_number_keeps_its_limit_however_many_come_at_once(service: Front) -> None:
    people = [await entered(service) for _ in range(9)]
    answers = await asyncio.gather(*(client.put("/me/phone", json={"phone": PHONE}) for client, _ in people))
    assert Counter(answer.status_code for answer in answers) == {200: 5, 409: 4}
    slots = await service.parts.pool.fetch("select phone_slot from contestants where phone_slot is not null order by 1")
    assert [row[0] for row in slots] == [1, 2, 3, 4, 5]


async def test_what_is_no_phone_is_not_taken(service: Front) -> None:
    client, _ = await entered(service)
    assert (await client.put("/me/phone", json={"phone": "12"})).json()["faults"][0]["field"] == "phone"


async def test_a_name_is_corrected_with_a_reason_and_the_log_holds_neither_name(service: Front) -> None:
    client, who = await entered(service)
    assert (await corrected(service, who, name="Đỗ  Thị Ưng")).json() == {"changed": ["name"]}
    assert (await corrected(service, who, name="Đỗ Thị Ưng")).json() == {"changed": []}
    me = (await client.get("/me")).json()
    assert (me["name"], [notice["what"] for notice in me["notices"]]) == ("Đỗ Thị Ưng", ["corrected"])
    [row] = await service.log("contestant.correct")
    assert (row["reason"], row["new"]) == ("nhập sai, đã đối chiếu", {"fields": ["name"]})
    assert "Ứng" not in str(dict(row))
    kept = await service.parts.pool.fetchrow("select field, was, becomes from corrections")
    assert tuple(kept) == ("name", "Đỗ Thị Ứng", "Đỗ Thị Ưng")


async def test_rule_10_rights_follow_a_corrected_birth_date(service: Front) -> None:
    client, who = await entered(service)
    await corrected(service, who, birth_date="2008-12-01")
    assert isinstance((await service.facts())[-1], SessionsRevoked)
    me = await client.get("/me")
    assert (me.json()["guardian"], claims_of(me)["go"]) == ("missing", False)


async def test_a_correction_to_what_cannot_be_is_refused(service: Front) -> None:
    _, who = await entered(service)
    for field, value in (("name", "1"), ("birth_date", "2030-01-01")):
        assert (await corrected(service, who, **{field: value})).json()["faults"][0]["field"] == field

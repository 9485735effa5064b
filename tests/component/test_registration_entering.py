"""Entering a series on a real PostgreSQL: once, within the limits, without a trace of personal data outside."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.contracts.events import ContestantRegistered
from services.registration import registrar
from services.registration.domain import number
from services.registration.domain.limits import CLASSROOMS, WINDOW, Meter
from tests.support.registration import CLOSES, SERIES, Front, claims_of, code, form, front, key
from tests.support.stores import Stores

PATH = f"/series/{SERIES}/contestants"


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def register(service: Front, body: dict[str, Any], keyed: dict[str, str] | None = None) -> httpx.Response:
    return await service.client().post(PATH, json=body, headers=keyed or key())


async def test_who_registers_gets_a_number_a_session_and_stands_in_the_facts(service: Front) -> None:
    answer = await register(service, form())
    person = answer.json()
    assert answer.status_code == 201
    assert number.parse(person["number"]) == person["number"]
    assert (person["category"], person["group"], person["may_start"]) == ("can-bo", "can-bo", True)
    claims = claims_of(answer)
    assert (claims["sub"], claims["series"], claims["group"], claims["go"]) == (
        person["contestant_id"], SERIES, "can-bo", True,
    )  # fmt: skip
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=2592000"))
    [fact] = await service.facts()
    assert isinstance(fact, ContestantRegistered)
    assert (fact.contestant_id, fact.unit_id, fact.version) == (person["contestant_id"], "T-THADS", 1)


async def test_the_cookie_is_secure_where_the_origin_is(stores: Stores) -> None:
    async with front(stores, origin="https://thi.example.vn") as service:
        answer = await service.client(origin="https://thi.example.vn").post(PATH, json=form(), headers=key())
        assert "Secure" in answer.headers["set-cookie"]


async def test_a_repeat_gives_the_same_person_with_a_fresh_session(service: Front) -> None:
    body, keyed = form(phone="0912345678"), key()
    first = await register(service, body, keyed)
    service.clock.pass_by(timedelta(hours=1))
    again = await register(service, body, keyed)
    assert again.status_code == 201
    assert {**again.json(), "now": ""} == {**first.json(), "now": ""}
    assert claims_of(again)["iat"] > claims_of(first)["iat"]
    assert (await service.count("contestants"), await service.count("outbox"), await service.count("consents")) == (
        1,
        1,
        2,
    )


async def test_the_same_key_with_another_body_is_refused(service: Front) -> None:
    body, keyed = form(), key()
    await register(service, body, keyed)
    assert (await register(service, {**body, "name": "Lê Ân"}, keyed)).json()[
        "type"
    ] == "/problems/idempotency-key-reused"


async def test_a_key_that_somebody_else_used_says_nothing_about_them(service: Front) -> None:
    keyed = key()
    first = await register(service, form(), keyed)
    other = await register(service, form(), keyed)
    assert other.status_code == 201
    assert other.json()["contestant_id"] != first.json()["contestant_id"]


async def test_forty_repeats_at_once_enter_one_person(service: Front) -> None:
    body, keyed = form(phone="0912345678", id_number="024093001234"), key()
    answers = await asyncio.gather(*(register(service, body, keyed) for _ in range(40)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["contestant_id"] for answer in answers}) == 1
    assert (await service.count("contestants"), await service.count("outbox")) == (1, 1)


async def test_rule_7_a_phone_stands_for_as_many_as_the_contest_allows_however_many_come_at_once(
    service: Front,
) -> None:
    answers = await asyncio.gather(*(register(service, form(phone="0912 345 678")) for _ in range(60)))
    assert Counter(answer.status_code for answer in answers) == {201: 5, 409: 55}
    assert await service.count("contestants") == 5
    slots = await service.parts.pool.fetch("select phone_slot from contestants order by 1")
    assert [row[0] for row in slots] == [1, 2, 3, 4, 5]


async def test_rule_7_two_replicas_keep_the_limit_together(stores: Stores, service: Front) -> None:
    async with front(stores, beside=service) as other:
        calls = [register((service, other)[turn % 2], form(phone="0912345678")) for turn in range(30)]
        answers = await asyncio.gather(*calls)
    assert Counter(answer.status_code for answer in answers) == {201: 5, 409: 25}


async def test_a_repeat_at_another_replica_enters_nobody_new(stores: Stores, service: Front) -> None:
    body, keyed = form(phone="0912345678"), key()
    async with front(stores, beside=service) as other:
        answers = await asyncio.gather(*(register((service, other)[turn % 2], body, keyed) for turn in range(20)))
    assert len({answer.json()["contestant_id"] for answer in answers}) == 1
    assert await service.count("contestants") == 1


async def test_a_known_phone_is_answered_like_a_new_one_up_to_the_limit(service: Front) -> None:
    new = await register(service, form(phone="0912345678"))
    known = await register(service, form(phone="0912345678"))
    assert (known.status_code, known.json().keys()) == (new.status_code, new.json().keys())
    assert known.headers.keys() == new.headers.keys()


async def test_an_id_number_stands_for_one_person(service: Front) -> None:
    answers = await asyncio.gather(*(register(service, form(id_number="024 093 001 234")) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}


async def test_a_number_that_somebody_has_is_drawn_again(service: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([number.make(1_000_000), number.make(1_000_000), number.make(1_000_001), *["x"] * 9])
    monkeypatch.setattr(registrar, "_draw_number", lambda: next(draws))
    first, second = await register(service, form()), await register(service, form())
    assert [first.json()["number"], second.json()["number"]] == [number.make(1_000_000), number.make(1_000_001)]


async def test_every_fault_of_a_form_is_told_at_once_and_nothing_is_stored(service: Front) -> None:
    answer = await register(service, form(name="1", birth_date="x", unit_id="nowhere", code="12", phone="7"))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [fault["field"] for fault in answer.json()["faults"]] == ["name", "birth_date", "unit", "phone", "code"]
    assert await service.count("contestants") == 0


async def test_who_is_under_the_guardians_age_is_registered_but_may_not_start(service: Front) -> None:
    answer = await register(service, form(birth_date="2008-09-21", category="hoc-sinh"))
    assert (answer.status_code, answer.json()["may_start"], claims_of(answer)["go"]) == (201, False, False)


async def test_who_is_too_young_at_the_contests_date_is_not_entered(service: Front) -> None:
    assert (await register(service, form(birth_date="2009-09-01"))).json()["type"] == "/problems/not-eligible"


async def test_after_closing_nobody_new_enters_and_a_repeat_is_still_answered(service: Front) -> None:
    body, keyed = form(), key()
    first = await register(service, body, keyed)
    service.clock.pass_by(CLOSES - service.clock.at)
    again = await register(service, body, keyed)
    assert (again.status_code, again.json()["contestant_id"]) == (201, first.json()["contestant_id"])
    assert (await register(service, form())).json()["type"] == "/problems/registration-closed"


async def test_rule_9_twenty_classes_register_behind_one_router_within_ten_minutes(service: Front) -> None:
    client = service.client("203.0.113.7", cookie="")
    for _ in range(CLASSROOMS // 100):
        pupils = [client.post(PATH, json=form(category="hoc-sinh"), headers=key()) for _ in range(100)]
        assert {answer.status_code for answer in await asyncio.gather(*pupils)} == {201}
        client.cookies.clear()
        service.clock.pass_by(WINDOW * 100 / CLASSROOMS)


async def test_rule_9_only_new_registrations_of_an_address_are_limited(service: Front) -> None:
    object.__setattr__(service.desk, "registrations", Meter(3))
    body, keyed = form(), key()
    assert (await register(service, body, keyed)).status_code == 201
    assert {(await register(service, body, keyed)).status_code for _ in range(5)} == {201}
    assert [(await register(service, form())).status_code for _ in range(3)] == [201, 201, 429]
    assert (await register(service, body, keyed)).status_code == 201
    elsewhere = await service.client("198.51.100.9").post(PATH, json=form(), headers=key())
    assert elsewhere.status_code == 201
    # What a client writes into the header itself is not what the gateway wrote behind it.
    assert (await register(service, form())).headers["retry-after"] == "120"


async def test_no_phone_id_number_or_code_stands_readable_in_the_database_or_in_a_fact(service: Front) -> None:
    secret = code()
    answer = await register(service, form(phone="0912345678", id_number="024093001234", code=secret))
    assert answer.status_code == 201
    tables = await service.parts.pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    for table in (row[0] for row in tables):
        rows = await service.parts.pool.fetch(f'select to_jsonb(t)::text from "{table}" t')
        text = json.dumps([row[0] for row in rows])
        for word in ("912345678", "024093001234", secret):
            assert word not in text, table
            assert word.encode().hex() not in text, table
    payload = await service.parts.pool.fetchval("select payload from outbox")
    assert "Đỗ Thị Ứng" not in payload.decode()
    row = await service.parts.pool.fetchrow("select id, phone_enc from contestants")
    assert service.desk.vault.open(row["phone_enc"], str(row["id"])) == "+84912345678"


async def test_each_consent_is_kept_with_its_time_and_the_version_of_its_text(service: Front) -> None:
    await register(service, form())
    rows = await service.parts.pool.fetch(
        "select purpose, text_version, given_at, withdrawn_at from consents order by 1"
    )
    assert [tuple(row) for row in rows] == [
        ("prevent_fraud", "2023-1", service.clock.at, None), ("run_contest", "2023-1", service.clock.at, None),
    ]  # fmt: skip


async def test_an_unknown_series_is_unknown(service: Front) -> None:
    answer = await service.client().post("/series/nowhere/contestants", json=form(), headers=key())
    assert answer.json()["type"] == "/problems/unknown-series"


async def test_a_registration_without_a_key_is_refused(service: Front) -> None:
    assert (await service.client().post(PATH, json=form())).json()["type"] == "/problems/idempotency-key-missing"

"""Consents and guardians: nothing starts without them, and what is taken back ends what it allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from services.contracts.events import SessionsRevoked
from services.contracts.rules import ConsentRules
from tests.support.registration import RULES, SERIES, Front, claims_of, form, front, held_up, key
from tests.support.staffing import officer
from tests.support.stores import Stores

PATH = f"/series/{SERIES}/contestants"
CHILD = {"birth_date": "2008-09-21", "category": "hoc-sinh", "unit_id": "T-THADS-CQ"}
GUARDIAN = {"name": "Nguyễn Văn Bố", "phone": "0987 654 321"}
GIVEN = {"consents": True, **GUARDIAN, "version": "2023-1"}


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def entered(service: Front, **changes: Any) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    client = service.client()
    answer = await client.post(PATH, json=form(**changes), headers=key())
    assert answer.status_code == 201, answer.text
    return client, answer.json()


async def marked(by: httpx.AsyncClient, *people: str, **changes: Any) -> httpx.Response:
    body = {"contestants": people, "consents": True, "on": "2023-09-05", "reason": "giấy của phụ huynh", **changes}
    return await by.post(f"/series/{SERIES}/guardian-marks", json=body)


# ---- guardians


async def test_a_child_registers_with_the_guardians_consent_and_may_start_at_once(service: Front) -> None:
    client, child = await entered(service, **CHILD, guardian=GUARDIAN)
    assert child["may_start"] is True
    shown = (await client.get("/me/guardian")).json()
    assert (shown["state"], shown["by"], shown["name"], shown["phone_end"]) == (
        "stands", "guardian", "Nguyễn Văn Bố", "321",
    )  # fmt: skip
    [row] = await service.parts.pool.fetch("select text_version, consented_at from guardians")
    assert tuple(row) == ("2023-1", service.clock.at)


async def test_a_repeat_of_a_registration_keeps_one_guardian(service: Front) -> None:
    body, keyed = form(**CHILD, guardian=GUARDIAN), key()
    answers = [await service.client().post(PATH, json=body, headers=keyed) for _ in range(3)]
    assert [answer.json()["may_start"] for answer in answers] == [True, True, True]
    assert await service.count("guardians") == 1


@pytest.mark.parametrize("renewing", [False, True])
async def test_a_session_that_is_asked_for_while_the_guardian_withdraws_starts_nothing(
    service: Front, renewing: bool
) -> None:
    """Signing in, or exchanging a session that is a day old, two seconds after the order and before its commit."""
    body = form(**CHILD, guardian=GUARDIAN)
    client = service.client()
    child = (await client.post(PATH, json=body, headers=key())).json()
    if renewing:
        service.clock.pass_by(timedelta(days=1, seconds=1))
    by = service.machine("organiser")
    async with held_up(service, "contestant_facts", marked(by, child["contestant_id"], consents=False)) as withdrawing:
        service.clock.pass_by(timedelta(seconds=2))
        login = {"series_id": SERIES, "login": child["number"], "code": body["code"]}
        asking = asyncio.create_task(client.get("/me") if renewing else client.post("/sessions", json=login))
        await asyncio.wait([asking], timeout=0.5)
    assert (await withdrawing).json()["changed"] == 1
    session = claims_of(await asking)
    [revoked] = [fact for fact in await service.facts() if isinstance(fact, SessionsRevoked)]
    assert not (session["go"] and session["iat"] >= revoked.not_before.timestamp())


async def test_every_fault_of_a_guardian_is_told_and_nobody_is_entered(service: Front) -> None:
    answer = await service.client().post(PATH, json=form(**CHILD, guardian={"name": "1", "phone": "2"}), headers=key())
    assert [fault["field"] for fault in answer.json()["faults"]] == ["guardian.name", "guardian.phone"]
    assert await service.count("contestants") == 0


async def test_no_guardian_is_kept_of_who_is_old_enough(service: Front) -> None:
    client, grown = await entered(service, guardian=GUARDIAN)
    assert grown["may_start"] is True
    assert (await client.put("/me/guardian", json=GIVEN)).json()["state"] == "not-needed"
    assert await service.count("guardians") == 0


async def test_rule_10_a_consent_that_comes_later_gives_a_token_with_which_a_paper_starts(service: Front) -> None:
    client, child = await entered(service, **CHILD)
    assert (child["may_start"], (await client.get("/me")).json()["guardian"]) == (False, "missing")
    answer = await client.put("/me/guardian", json=GIVEN)
    assert (answer.json()["may_start"], claims_of(answer)["go"]) == (True, True)
    assert len(await service.facts()) == 1, "a right that is given needs no fact: quiz reads the token"


async def test_rule_10_a_consent_taken_back_takes_the_token_back_at_quiz_too(service: Front) -> None:
    client, _ = await entered(service, **CHILD, guardian=GUARDIAN)
    answer = await client.put("/me/guardian", json={"consents": False})
    assert (answer.json()["state"], claims_of(answer)["go"]) == ("missing", False)
    revoked = (await service.facts())[-1]
    assert isinstance(revoked, SessionsRevoked)
    assert revoked.not_before.timestamp() == claims_of(answer)["iat"]
    assert len(await service.log("guardian.withdraw")) == 1


async def test_rule_10_taken_back_twice_within_a_second_both_times_ends_what_was_handed_out(service: Front) -> None:
    client, _ = await entered(service, **CHILD, guardian=GUARDIAN)
    await client.put("/me/guardian", json={"consents": False})
    given = await client.put("/me/guardian", json=GIVEN)
    assert claims_of(given)["go"] is True
    await client.put("/me/guardian", json={"consents": False})
    revoked = [fact for fact in await service.facts() if isinstance(fact, SessionsRevoked)]
    assert revoked[-1].not_before.timestamp() > claims_of(given)["iat"]
    rows = await service.parts.pool.fetch("select withdrawn_at from guardians order by id")
    assert [row[0] for row in rows] == [service.clock.at, service.clock.at], "every consent stays provable"


async def test_a_child_grows_out_of_the_need_for_a_guardian(service: Front) -> None:
    client, child = await entered(service, **{**CHILD, "birth_date": "2007-09-21"})
    assert child["may_start"] is False
    service.clock.pass_by(timedelta(days=1))
    assert (await client.get("/me")).json()["may_start"] is True


async def test_a_school_marks_a_class_and_day_and_officer_are_kept(service: Front) -> None:
    people = [(await entered(service, **CHILD))[1]["contestant_id"] for _ in range(3)]
    client, grown = await entered(service, unit_id="T-THADS-CQ")
    by = await officer(service, "T-THADS")
    answer = await marked(by, *people, grown["contestant_id"])
    assert answer.json() == {"changed": 3, "unchanged": 0, "not_needed": 1}
    assert (await marked(by, *people)).json() == {"changed": 0, "unchanged": 3, "not_needed": 0}
    rows = await service.parts.pool.fetch("select marked_by, marked_on, name, phone_enc from guardians")
    assert {(row["marked_by"][:6], str(row["marked_on"]), row["name"], row["phone_enc"]) for row in rows} == {
        ("staff:", "2023-09-05", None, None)
    }
    assert (await client.get("/me/guardian")).json()["by"] is None
    again = await marked(by, *people, consents=False)
    assert again.json()["changed"] == 3
    assert len([fact for fact in await service.facts() if isinstance(fact, SessionsRevoked)]) == 3


async def test_an_officer_marks_nobody_outside_the_own_subtree_and_then_nobody_at_all(service: Front) -> None:
    own, other = [
        (await entered(service, **{**CHILD, "unit_id": unit}))[1]["contestant_id"] for unit in ("T-THADS-CQ", "H-VY")
    ]
    answer = await marked(await officer(service, "T-THADS"), own, other)
    assert answer.json()["type"] == "/problems/outside-your-unit"
    assert await service.count("guardians") == 0


@pytest.mark.parametrize("on", ["2023-09-21", "2022-09-01"])
async def test_a_paper_of_tomorrow_or_of_another_year_is_no_paper(service: Front, on: str) -> None:
    child = (await entered(service, **CHILD))[1]["contestant_id"]
    answer = await marked(service.machine("organiser"), child, on=on)
    assert answer.json()["faults"][0]["field"] == "on"


async def test_two_officers_with_crossing_lists_do_not_lock_each_other_up(service: Front) -> None:
    people = [(await entered(service, **CHILD))[1]["contestant_id"] for _ in range(8)]
    by = service.machine("organiser")
    orders = [marked(by, *people[:: 1 if turn % 2 else -1], consents=turn % 3 > 0) for turn in range(12)]
    assert {answer.status_code for answer in await asyncio.gather(*orders)} == {200}
    standing = await service.parts.pool.fetch(
        "select contestant_id from guardians where withdrawn_at is null group by 1 having count(*) > 1"
    )
    assert standing == []


# ---- consents


async def test_each_purpose_is_agreed_to_apart_and_none_is_assumed(service: Front) -> None:
    client, _ = await entered(service)
    shown = (await client.get("/me/consents")).json()
    assert shown["version"] == "2023-1"
    assert [(line["purpose"], line["needed"], line["stands"]) for line in shown["consents"]] == [
        ("run_contest", True, True), ("prevent_fraud", True, True), ("remind", False, False),
    ]  # fmt: skip
    given = await client.put("/me/consents/remind", json={"given": True, "version": "2023-1"})
    assert given.json()["consents"][2]["given_at"] == "2023-09-20T05:00:00Z"


async def test_a_consent_that_is_not_needed_is_withdrawn_without_losing_a_right(service: Front) -> None:
    client, _ = await entered(service)
    await client.put("/me/consents/remind", json={"given": True, "version": "2023-1"})
    service.clock.pass_by(timedelta(hours=1))
    answer = await client.put("/me/consents/remind", json={"given": False})
    line = answer.json()["consents"][2]
    assert (line["stands"], line["withdrawn_at"], answer.json()["may_start"]) == (False, "2023-09-20T06:00:00Z", True)
    assert len(await service.facts()) == 1


async def test_without_a_needed_consent_no_paper_starts_until_it_is_given_again(service: Front) -> None:
    client, _ = await entered(service)
    answer = await client.put("/me/consents/run_contest", json={"given": False})
    assert (answer.json()["may_start"], claims_of(answer)["go"]) == (False, False)
    assert isinstance((await service.facts())[-1], SessionsRevoked)
    again = await client.put("/me/consents/run_contest", json={"given": True, "version": "2023-1"})
    assert (again.json()["may_start"], claims_of(again)["go"]) == (True, True)
    rows = await service.parts.pool.fetch("select withdrawn_at is null from consents where purpose = 'run_contest'")
    assert sorted(row[0] for row in rows) == [False, True]


async def test_who_signs_in_or_registers_again_without_a_needed_consent_may_not_start(service: Front) -> None:
    body, keyed = form(), key()
    client = service.client()
    person = (await client.post(PATH, json=body, headers=keyed)).json()
    await client.put("/me/consents/prevent_fraud", json={"given": False})
    login = {"series_id": SERIES, "login": person["number"], "code": body["code"]}
    assert (await service.client().post("/sessions", json=login)).json()["may_start"] is False
    assert (await service.client().post(PATH, json=body, headers=keyed)).json()["may_start"] is False


async def test_a_new_text_is_agreed_to_anew_and_the_old_consent_stands_until_then(service: Front) -> None:
    client, _ = await entered(service)
    assert RULES.consent is not None
    newer = ConsentRules("2023-2", RULES.consent.purposes, RULES.consent.needed)
    await service.define(replace(RULES, consent=newer), 2)
    service.clock.pass_by(timedelta(seconds=2))
    shown = (await client.get("/me/consents")).json()
    assert [line["outdated"] for line in shown["consents"]] == [True, True, False]
    assert shown["may_start"] is True
    old = await client.put("/me/consents/run_contest", json={"given": True, "version": "2023-1"})
    assert old.json()["faults"][0]["code"] == "outdated"
    new = await client.put("/me/consents/run_contest", json={"given": True, "version": "2023-2"})
    assert new.json()["consents"][0]["outdated"] is False


async def test_a_purpose_that_is_not_asked_for_cannot_be_agreed_to(service: Front) -> None:
    client, _ = await entered(service)
    answer = await client.put("/me/consents/sell", json={"given": True, "version": "2023-1"})
    assert answer.json()["faults"][0]["field"] == "purpose"

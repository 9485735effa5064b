"""Erasing an identity: once, with the code, not while the file is held, and without giving new tries."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.contracts.events import AttemptSubmitted, AwardAnnounced, ContestantErased, Event, RankingSealed
from services.registration import erasing, handlers
from services.registration.changes import Order, locked
from services.runtime.consumer import Received
from tests.support.registration import NOON, SERIES, Front, code, form, hasty_front, key
from tests.support.stores import Stores

PATH = f"/series/{SERIES}/contestants"


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with hasty_front(stores) as made:
        yield made


async def entered(service: Front, **changes: Any) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    client, body = service.client(), form(**changes)
    answer = await client.post(PATH, json=body, headers=key())
    return client, {**body, **answer.json()}


async def handle(service: Front, handler: Any, *events: Event) -> None:
    async with service.parts.pool.acquire() as connection, connection.transaction():
        await handler(connection, [Received(event, event.topic, 0, at, 0, None) for at, event in enumerate(events)])


def about(kind: Any, **more: Any) -> Any:
    return kind(version=1, time=NOON, recorded_at=NOON, contest_id=SERIES, series_id=SERIES, **more)


def handed_in(who: dict[str, Any]) -> Any:
    return about(
        AttemptSubmitted, contestant_id=who["contestant_id"], attempt_id=who["contestant_id"], ordinal=1, how="by_hand",
        started_at=NOON, ends_at=NOON, received_at=NOON, duration_ms=1, bank_version=1, questions=("c1",), answers={},
    )  # fmt: skip


async def erased(service: Front, person: str) -> httpx.Response:
    return await service.machine("organiser").post(f"{PATH}/{person}/erasure", json={"reason": "đơn yêu cầu"})


@contextlib.asynccontextmanager
async def under_erasure(service: Front, person: str) -> AsyncIterator[None]:
    """All of an erasure but its commit is done before the block."""
    order = Order("machine:cli", "đơn yêu cầu", NOON, NOON, f"00-{'1' * 32}-{'2' * 16}-01")
    async with service.parts.pool.acquire() as connection, connection.transaction():
        await erasing.erase(connection, await locked(connection, SERIES, uuid.UUID(person)), order)
        yield


async def test_a_device_that_was_left_signed_in_erases_nobody(service: Front) -> None:
    client, who = await entered(service)
    assert (await client.post("/me/erasure", json={"code": code()})).json()["type"] == "/problems/wrong-code"
    assert (await client.get("/me")).status_code == 200
    answer = await client.post("/me/erasure", json={"code": who["code"]})
    assert (answer.status_code, answer.json()["contestant_id"]) == (200, who["contestant_id"])


async def test_twenty_requests_at_once_erase_once_and_are_answered_alike(service: Front) -> None:
    _, who = await entered(service)
    answers = await asyncio.gather(*(erased(service, who["contestant_id"]) for _ in range(20)))
    assert len({answer.text for answer in answers}) == 1
    facts = [fact for fact in await service.facts() if isinstance(fact, ContestantErased)]
    assert [(fact.contestant_id, fact.version) for fact in facts] == [(who["contestant_id"], 2)]
    assert len(await service.log("contestant.erase")) == 1


async def test_an_erased_person_is_a_registrant_no_more_and_every_fact_can_still_be_published_again(
    service: Front,
) -> None:
    _, who = await entered(service)
    await erased(service, who["contestant_id"])
    counts = (await service.machine("auditor").get("/audit")).json()
    assert counts["contests"][SERIES]["registrants"] == 0
    before = await service.facts()
    await service.parts.pool.execute("delete from outbox")
    await service.machine("operator").post("/republish")
    assert [fact for fact in await service.facts() if hasattr(fact, "contestant_id")] == before


async def test_a_paper_handed_in_afterwards_makes_nobody_a_participant_again(service: Front) -> None:
    _, who = await entered(service)
    await erased(service, who["contestant_id"])
    await handle(service, handlers.mark_took_part, handed_in(who))
    assert await service.count("took_part") == 0


@pytest.mark.parametrize("before", [0, 1], ids=["the first paper", "the second paper"])
async def test_a_paper_that_is_heard_of_during_an_erasure_makes_nobody_a_participant_again(
    service: Front, before: int
) -> None:
    _, who = await entered(service)
    for _ in range(before):
        await handle(service, handlers.mark_took_part, handed_in(who))
    async with under_erasure(service, who["contestant_id"]):
        heard = asyncio.create_task(handle(service, handlers.mark_took_part, handed_in(who)))
        await asyncio.wait([heard], timeout=0.5)
    await heard
    assert await service.count("took_part") == 0


async def test_who_is_being_erased_when_prizes_are_announced_leaves_no_file(service: Front) -> None:
    _, who = await entered(service)
    won = about(AwardAnnounced, award_id="nhat", contestant_id=who["contestant_id"])
    async with under_erasure(service, who["contestant_id"]):
        heard = asyncio.create_task(handle(service, handlers.take_published, won))
        await asyncio.wait([heard], timeout=0.5)
    await heard
    assert await service.count("holds") == 0


async def test_erasing_gives_no_new_tries_until_the_ranking_is_sealed(service: Front) -> None:
    """phone_shared_by is 5: the erased person's place stays taken, told by a digest that names nobody."""
    people = [(await entered(service, phone="0912345678"))[1] for _ in range(5)]
    card = (await entered(service, id_number="024093001234"))[1]
    for who in (*people[:2], card):
        assert (await erased(service, who["contestant_id"])).status_code == 200
    again = await service.client().post(PATH, json=form(phone="0912345678"), headers=key())
    same_card = await service.client().post(PATH, json=form(id_number="024093001234"), headers=key())
    assert (again.json()["type"], same_card.json()["type"]) == ("/problems/phone-limit", "/problems/id-number-taken")
    columns = await service.parts.pool.fetch(
        "select column_name from information_schema.columns where table_name = 'held_digests' order by 1"
    )
    assert [row[0] for row in columns] == ["digest", "kind", "series_id", "slot"]
    await handle(service, handlers.take_published, about(RankingSealed, root="x", attempts=0, digest=""))
    assert await service.count("held_digests") == 0
    statuses = [
        (await service.client().post(PATH, json=form(phone="0912345678"), headers=key())).status_code for _ in range(3)
    ]
    assert statuses == [201, 201, 409]


@pytest.mark.parametrize("kind", ["complaint", "flag"])
async def test_a_file_that_is_held_is_not_erased_and_the_person_is_told_why(service: Front, kind: str) -> None:
    client, who = await entered(service)
    path, organiser = f"{PATH}/{who['contestant_id']}/holds/{kind}", service.machine("organiser")
    held = await organiser.put(path, json={"held": True, "reason": "đang xem xét"})
    assert held.json() == {"changed": True, "held": [kind]}
    refused = await client.post("/me/erasure", json={"code": who["code"]})
    assert (refused.json()["type"], refused.json()["held"]) == ("/problems/erasure-held", [kind])
    await organiser.put(path, json={"held": False, "reason": "đã giải quyết"})
    assert (await client.post("/me/erasure", json={"code": who["code"]})).status_code == 200


async def test_a_winners_file_is_kept(service: Front) -> None:
    _, who = await entered(service)
    await handle(
        service, handlers.take_published, about(AwardAnnounced, award_id="nhat", contestant_id=who["contestant_id"])
    )
    assert (await erased(service, who["contestant_id"])).json()["held"] == ["winner"]
    assert await service.parts.pool.fetchval("select name from contestants") == who["name"]


async def test_a_reason_that_names_the_person_is_refused_because_the_log_keeps_it_for_ever(service: Front) -> None:
    _, who = await entered(service)
    by, reason = service.machine("organiser"), f"theo đơn của {who['name'].upper()}"
    for path, body in (
        ("erasure", {}),
        ("exclusion", {"excluded": True}),
        ("move", {"unit_id": None, "category": None}),
    ):
        answer = await by.post(f"{PATH}/{who['contestant_id']}/{path}", json={**body, "reason": reason})
        assert answer.json()["faults"][0]["code"] == "personal", path


async def test_nobody_is_exported_or_erased_through_another_series(service: Front) -> None:
    _, who = await entered(service)
    by = service.machine("organiser")
    path = f"/series/other/contestants/{who['contestant_id']}"
    assert (await by.get(f"{path}/export")).json()["type"] == "/problems/unknown-contestant"
    assert (await by.post(f"{path}/erasure", json={"reason": "thử xem"})).status_code == 404


async def test_who_never_registered_is_unknown_and_who_was_erased_is_not(service: Front) -> None:
    client, who = await entered(service)
    by, never = service.machine("organiser"), f"{PATH}/{uuid.uuid4()}"
    for answer in (await by.get(f"{never}/export"), await by.post(f"{never}/erasure", json={"reason": "thử xem"})):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-contestant")
    assert (await client.post("/me/erasure", json={"code": who["code"]})).status_code == 200
    gone = await by.get(f"{PATH}/{who['contestant_id']}/export")
    assert (gone.status_code, gone.json()["erased"]) == (200, True)


async def test_reading_an_export_is_logged_and_an_ended_session_reads_none(service: Front) -> None:
    client, who = await entered(service)
    token = client.cookies["hoithi_session"]
    assert (await client.get("/me/export")).json()["records"]["person"][0]["name"] == who["name"]
    await service.machine("organiser").get(f"{PATH}/{who['contestant_id']}/export")
    assert [row["actor"] for row in await service.log("person.export")] == [
        f"session:{who['contestant_id']}", "machine:cli",
    ]  # fmt: skip
    service.clock.pass_by(timedelta(seconds=2))
    await client.put("/me/code", json={"code": code()})
    old = service.client(authorization=f"Bearer {token}")
    assert (await old.get("/me/export")).json()["type"] == "/problems/session-over"

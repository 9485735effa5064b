"""Units and rules in and out, and every fact again as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.contracts.digest import digest
from services.contracts.events import AttemptSubmitted, ContestClosed, Event, UnitDefined
from services.registration import handlers
from services.registration.domain.units import subtree
from services.runtime.consumer import Received
from tests.support.registration import (
    CLOSES,
    NOON,
    OPENS,
    RULES,
    SERIES,
    UNITS,
    Front,
    contest_defined,
    form,
    front,
    key,
)
from tests.support.stores import Stores


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def handle(service: Front, handler: Any, *events: Event) -> None:
    async with service.parts.pool.acquire() as connection, connection.transaction():
        await handler(connection, [Received(event, event.topic, 0, at, 0, None) for at, event in enumerate(events)])


async def imported(service: Front, units: list[dict[str, Any]]) -> dict[str, Any]:
    answer = await service.machine("operator").put(f"/series/{SERIES}/units", json={"units": units})
    found: dict[str, Any] = answer.json()
    return found


async def entered(service: Front) -> str:
    answer = await service.client().post(f"/series/{SERIES}/contestants", json=form(), headers=key())
    return str(answer.json()["contestant_id"])


def submitted(person: str, contest: str = SERIES, ordinal: int = 1) -> AttemptSubmitted:
    return AttemptSubmitted(
        version=1, time=NOON, recorded_at=NOON, contest_id=contest, series_id=SERIES, contestant_id=person,
        attempt_id=person, ordinal=ordinal, how="by_hand", started_at=NOON, ends_at=NOON, received_at=NOON,
        duration_ms=1, bank_version=1, questions=("c1",), answers={},
    )  # fmt: skip


# ---- units


async def test_the_same_units_again_change_nothing(service: Front) -> None:
    assert await imported(service, UNITS) == {"created": 0, "changed": 0, "unchanged": 4, "revision": 1}
    assert await service.facts() == []


async def test_only_what_changed_is_told_with_the_next_version(service: Front) -> None:
    changed = [
        *UNITS[:3],
        {**UNITS[3], "headcount": 900},
        {"unit_id": "X-1", "name": {"vi": "Xã Một"}, "parent": "H-VY"},
    ]
    assert await imported(service, changed) == {"created": 1, "changed": 1, "unchanged": 3, "revision": 2}
    facts = [fact for fact in await service.facts() if isinstance(fact, UnitDefined)]
    assert [(fact.unit_id, fact.version, fact.headcount) for fact in facts] == [("X-1", 1, None), ("H-VY", 2, 900)]


async def test_units_are_taken_all_or_none_and_every_fault_is_told(service: Front) -> None:
    answer = await imported(
        service,
        [
            {"unit_id": "good", "name": {"vi": "Đơn vị"}}, {"unit_id": "a", "name": {"vi": "A"}, "parent": "nowhere"},
            {"unit_id": "b", "name": {"vi": "B"}, "headcount": -1}, {"unit_id": "BG", "name": {"vi": "BG"}, "parent": "H-VY"},
            {"unit_id": "good", "name": {"vi": "Hai"}},
        ],
    )  # fmt: skip
    assert answer["type"] == "/problems/units-faults"
    assert {(fault["unit_id"], fault["key"]) for fault in answer["faults"]} == {
        ("a", "parent"), ("b", "headcount"), ("BG", "parent"), ("good", "id"),
    }  # fmt: skip
    assert (await service.count("units"), await service.facts()) == (4, [])


async def test_two_imports_at_once_are_as_one_after_the_other(service: Front) -> None:
    one = [{**UNITS[3], "headcount": 900}]
    two = [{**UNITS[3], "headcount": 901}]
    await asyncio.gather(*(imported(service, each) for each in (one, two, one, two)))
    facts = [fact for fact in await service.facts() if isinstance(fact, UnitDefined)]
    assert [fact.version for fact in facts] == list(range(2, 2 + len(facts)))
    stored = await service.parts.pool.fetchrow("select version, headcount from units where unit_id = 'H-VY'")
    assert (stored["version"], stored["headcount"]) == (facts[-1].version, facts[-1].headcount)


async def test_pages_load_the_tree_once_per_revision(service: Front) -> None:
    client = service.client()
    first = await client.get(f"/series/{SERIES}/units")
    assert [unit["id"] for unit in first.json()["units"]] == ["BG", "T-THADS", "T-THADS-CQ", "H-VY"]
    same = await client.get(f"/series/{SERIES}/units", headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    await imported(service, [{**UNITS[0], "name": {"vi": "Tỉnh Bắc Giang mới"}}])
    newer = await client.get(f"/series/{SERIES}/units", headers={"if-none-match": first.headers["etag"]})
    assert newer.json()["units"][0]["name"] == "Tỉnh Bắc Giang mới"


async def test_a_name_is_kept_in_nfc(service: Front) -> None:
    await imported(service, [{"unit_id": "n", "name": {"vi": "Xa\u0303  Mo\u0302\u0323t"}}])
    [fact] = await service.facts()
    assert isinstance(fact, UnitDefined)
    assert fact.name.vi == "Xã Một"


def test_a_subtree_is_what_an_officer_reaches() -> None:
    parents = {unit["unit_id"]: unit.get("parent") for unit in UNITS}
    assert subtree(parents, "T-THADS") == {"T-THADS", "T-THADS-CQ"}  # type: ignore[arg-type]


# ---- what registration reads


async def test_the_newest_definition_stands_in_whatever_order_they_come(service: Front) -> None:
    later = replace(RULES, closes=CLOSES + timedelta(days=5))
    await handle(service, handlers.keep_rules, contest_defined(later, 3), contest_defined(RULES, 2))
    await handle(service, handlers.keep_rules, contest_defined(RULES, 1))
    service.clock.pass_by(CLOSES - service.clock.at)
    shown = (await service.client().get(f"/series/{SERIES}")).json()
    assert (shown["state"], shown["closes"]) == ("open", "2023-10-05T17:00:00Z")


async def test_a_closed_contest_takes_nobody_new_until_a_newer_definition_opens_it(service: Front) -> None:
    closed = ContestClosed(
        version=2, time=NOON, recorded_at=NOON, contest_id=SERIES, series_id=SERIES, definition_version=1, attempts=0,
        digest="",
    )  # fmt: skip
    await handle(service, handlers.keep_rules, closed)
    assert (await service.client().get(f"/series/{SERIES}")).json()["state"] == "over"
    await handle(service, handlers.keep_rules, contest_defined(RULES, 3))
    service.clock.pass_by(timedelta(seconds=2))
    assert (await service.client().get(f"/series/{SERIES}")).json()["state"] == "open"


async def test_a_series_is_open_while_one_of_its_rounds_is(service: Front) -> None:
    rounds = [
        replace(RULES, id=f"{SERIES}/tuan-{n}", opens=OPENS + timedelta(days=7 * n), closes=OPENS + timedelta(days=7 * n + 7))
        for n in range(5)
    ]  # fmt: skip
    await handle(service, handlers.keep_rules, *(contest_defined(each) for each in rounds))
    shown = (await service.client().get(f"/series/{SERIES}")).json()
    assert (shown["opens"], shown["closes"]) == ("2023-08-31T17:00:00Z", "2023-10-05T17:00:00Z")


async def test_who_handed_in_a_paper_has_taken_part_once_and_for_all(service: Front) -> None:
    person, other = await entered(service), await entered(service)
    for _ in range(2):
        await handle(
            service, handlers.mark_took_part, submitted(person), submitted(person, ordinal=2), submitted(person, "r2")
        )
    organiser = service.machine("organiser")
    assert (await organiser.get(f"/contestants/{person}")).json()["took_part"] == [SERIES, "r2"]
    assert (await organiser.get(f"/contestants/{other}")).json()["has_taken_part"] is False
    page = (await organiser.get(f"/series/{SERIES}/contestants", params={"unit": "BG"})).json()
    assert {each["contestant_id"]: each["has_taken_part"] for each in page["contestants"]} == {
        person: True,
        other: False,
    }


# ---- out again


async def test_every_fact_can_be_published_again_exactly_as_it_was(service: Front) -> None:
    people = [await entered(service) for _ in range(3)]
    organiser = service.machine("organiser")
    path = f"/series/{SERIES}/contestants/{people[0]}"
    for unit in ("H-VY", "BG"):
        await organiser.post(f"{path}/move", json={"unit_id": unit, "category": "hoc-sinh", "reason": "nhầm"})
    await organiser.post(f"{path}/exclusion", json={"excluded": True, "reason": "hai tài khoản"})
    published = await service.parts.pool.fetch("select topic, key, payload from outbox")
    await service.parts.pool.execute("delete from outbox")
    answer = await service.machine("operator").post("/republish")
    assert answer.json() == {"units": 4, "contestants": 9}
    again = await service.parts.pool.fetch("select topic, key, payload from outbox where topic <> 'units'")
    assert sorted(map(tuple, again)) == sorted(map(tuple, published))
    ordered = [fact.version for fact in await service.facts() if getattr(fact, "contestant_id", "") == people[0]]
    assert ordered == [1, 2, 3, 4, 5, 6, 7]


async def test_the_auditor_counts_what_is_here(service: Front) -> None:
    people = [await entered(service) for _ in range(3)]
    await handle(service, handlers.mark_took_part, submitted(people[0]))
    found = (await service.machine("auditor").get("/audit")).json()
    assert found["outbox"] == 3
    assert found["facts"]["registrants"] == {"count": 3, "digest": digest(people)}
    assert found["facts"]["contestants"] == {"count": 3, "digest": digest(f"{person}|1" for person in people)}
    assert found["contests"][SERIES]["registrants"] == 3
    assert found["contests"][SERIES]["took_part"] == 1

"""Rosters: names become slips, a slip lets one person register, and who is missing then has a name."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.contracts.events import AttemptSubmitted, AwardAnnounced
from services.registration import handlers
from services.registration.repository import slips
from services.registration.rostering import KEPT_AFTER_RESULTS
from services.runtime.consumer import Received
from tests.support.registration import CLOSES, NOON, SERIES, Front, form, hasty_front, held_up, key
from tests.support.staffing import officer
from tests.support.stores import Stores

PATH = f"/series/{SERIES}/contestants"
ROSTER = f"/series/{SERIES}/roster"
CLASS = [
    {"name": "Nguyễn Văn An", "birth_date": "2005-05-06"}, {"name": "Trần Thị Bình", "phone": "0912 345 678"},
    {"name": "Lê Cường", "category": "hoc-sinh"},
]  # fmt: skip


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with hasty_front(stores) as made:
        yield made


async def invited(by: httpx.AsyncClient, people: Any = CLASS, keyed: Any = None, unit: str = "T-THADS-CQ") -> Any:
    return await by.post(ROSTER, json={"unit_id": unit, "people": people}, headers=keyed or key())


async def opened(service: Front, number: str) -> httpx.Response:
    return await service.client().post("/slips/opening", json={"series_id": SERIES, "slip": number})


async def register(service: Front, number: str, **changes: Any) -> httpx.Response:
    return await service.client().post(PATH, json=form(slip=number, **changes), headers=key())


async def states(by: httpx.AsyncClient, **query: Any) -> dict[str, str]:
    page = (await by.get(ROSTER, params=query)).json()
    return {line["name"]: line["state"] for line in page["people"]}


async def test_a_person_opens_a_slip_checks_consents_and_gets_in_under_the_slips_unit(service: Front) -> None:
    by = await officer(service, "T-THADS")
    [an, binh, _] = (await invited(by)).json()["slips"]
    assert (len(an["number"]), an["link"].partition("#")[2]) == (16, f"{SERIES}.{an['number']}")
    shown = (await opened(service, f"{an['number'][:4]} {an['number'][4:]}")).json()
    assert shown == {
        "name": "Nguyễn Văn An", "birth_date": "2005-05-06", "unit_id": "T-THADS-CQ", "category": None, "taken": False,
    }  # fmt: skip
    assert await service.count("contestants") == 0, "an invitation is no registration"
    refused = await register(service, an["number"], consent=None)
    assert {fault["field"] for fault in refused.json()["faults"]} >= {"consent.version"}
    answer = await register(service, an["number"], unit_id="H-VY", name="Nguyễn Văn An")
    assert answer.status_code == 201
    row = await service.parts.pool.fetchrow("select unit_id, name from contestants")
    assert tuple(row) == ("T-THADS-CQ", "Nguyễn Văn An")
    await register(service, binh["number"])
    assert await service.parts.pool.fetchval("select count(phone_hmac) from contestants") == 1, "the officer gave it"


async def test_rule_7_a_slip_lets_one_person_register_however_many_try_at_once(service: Front) -> None:
    [slip, *_] = (await invited(service.machine("organiser"))).json()["slips"]
    answers = await asyncio.gather(*(register(service, slip["number"]) for _ in range(12)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 410: 11}
    assert {a.json()["type"] for a in answers if a.status_code == 410} == {"/problems/slip-taken"}
    assert (await opened(service, slip["number"])).json()["taken"] is True


async def test_a_repeat_of_a_registration_with_a_slip_gives_the_same_person(service: Front) -> None:
    [slip, *_] = (await invited(service.machine("organiser"))).json()["slips"]
    body, keyed = form(slip=slip["number"]), key()
    answers = [await service.client().post(PATH, json=body, headers=keyed) for _ in range(3)]
    assert len({answer.json()["contestant_id"] for answer in answers}) == 1


async def test_a_number_that_is_no_slip_is_told_like_a_wrong_code_and_enters_nobody(service: Front) -> None:
    await invited(service.machine("organiser"))
    for number in ("0" * 16, "12"):
        assert (await opened(service, number)).json()["type"] == "/problems/wrong-ticket"
        assert (await register(service, number)).json()["type"] == "/problems/wrong-ticket"
    assert await service.count("contestants") == 0


async def test_who_is_missing_has_a_name_and_officers_see_their_own_subtree_only(service: Front) -> None:
    by = await officer(service, "T-THADS")
    [an, binh, _] = (await invited(by)).json()["slips"]
    await invited(service.machine("organiser"), [{"name": "Phạm Dung"}], unit="H-VY")
    person = (await register(service, an["number"])).json()["contestant_id"]
    await opened(service, binh["number"])
    assert await states(by) == {"Nguyễn Văn An": "registered", "Trần Thị Bình": "opened", "Lê Cường": "waiting"}
    submitted = AttemptSubmitted(
        version=1, time=NOON, recorded_at=NOON, contest_id=SERIES, series_id=SERIES, contestant_id=person,
        attempt_id=person, ordinal=1, how="by_hand", started_at=NOON, ends_at=NOON, received_at=NOON, duration_ms=1,
        bank_version=1, questions=("c1",), answers={},
    )  # fmt: skip
    async with service.parts.pool.acquire() as connection, connection.transaction():
        await handlers.mark_took_part(connection, [Received(submitted, "attempts", 0, 0, 0, None)])
    assert (await states(by))["Nguyễn Văn An"] == "took-part"
    assert (await by.get(ROSTER, params={"unit": "H-VY"})).json()["type"] == "/problems/outside-your-unit"
    assert (await invited(by, unit="H-VY")).json()["type"] == "/problems/outside-your-unit"
    assert len(await service.log("roster.list")) == 2


async def test_a_roster_is_read_in_pages_by_given_name(service: Front) -> None:
    by = service.machine("organiser")
    await invited(by)
    first = (await by.get(ROSTER, params={"limit": 2})).json()
    rest = (await by.get(ROSTER, params={"limit": 2, "after": first["next"]})).json()
    names = [line["name"] for page in (first, rest) for line in page["people"]]
    assert (names, rest["next"]) == (["Nguyễn Văn An", "Trần Thị Bình", "Lê Cường"], None)


async def test_the_same_list_again_tells_the_same_numbers_and_another_one_needs_another_key(service: Front) -> None:
    by, keyed = service.machine("organiser"), key()
    first, again = [(await invited(by, keyed=keyed)).json() for _ in range(2)]
    assert first == again
    assert await service.count("slips") == 3
    other = await invited(by, [{"name": "Phạm Dung"}], keyed)
    assert other.json()["type"] == "/problems/idempotency-key-reused"
    stored = await service.parts.pool.fetch("select to_jsonb(s)::text from slips s")
    assert not any(slip["number"] in str(stored) for slip in first["slips"])
    assert "912345678" not in str(stored)


async def test_every_fault_of_a_list_is_told_by_line_and_nothing_is_stored(service: Front) -> None:
    people = [
        {"name": "1"},
        {"name": "Lê Cường", "phone": "7", "category": "x"},
        {"name": "An Bình", "birth_date": "2030-01-01"},
    ]
    answer = await invited(service.machine("organiser"), people)
    assert [fault["field"] for fault in answer.json()["faults"]] == [
        "people[0].name", "people[1].phone", "people[1].category", "people[2].birth_date",
    ]  # fmt: skip
    assert await service.count("slips") == 0


async def test_an_invitation_is_taken_back_until_somebody_has_registered_with_it(service: Front) -> None:
    by = await officer(service, "T-THADS")
    [an, binh, _] = (await invited(by)).json()["slips"]
    await register(service, an["number"])
    assert (await by.delete(f"{ROSTER}/{binh['slip_id']}")).status_code == 204
    assert (await opened(service, binh["number"])).status_code == 401
    for slip in (an, binh):
        assert (await by.delete(f"{ROSTER}/{slip['slip_id']}")).json()["type"] == "/problems/unknown-slip"


async def test_an_officer_takes_back_no_slip_of_a_unit_beside_or_above_and_it_stays_good(service: Front) -> None:
    above, beside, below = [await officer(service, unit) for unit in ("T-THADS", "H-VY", "T-THADS-CQ")]
    [slip] = (await invited(above, CLASS[:1], unit="T-THADS")).json()["slips"]
    for by in (beside, below):
        refused = await by.delete(f"{ROSTER}/{slip['slip_id']}")
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/unknown-slip")
    assert await service.log("roster.withdraw") == []
    assert (await register(service, slip["number"])).status_code == 201


@pytest.mark.parametrize(("first", "held"), [("officer", "contestants"), ("person", "outbox")])
async def test_a_slip_taken_back_while_somebody_registers_is_gone_or_stays_with_its_person(
    service: Front, first: str, held: str
) -> None:
    """`held`: the table at which the registration waits, before it entered anybody or before it commits."""
    by = await officer(service, "T-THADS")
    [slip, *_] = (await invited(by)).json()["slips"]
    async with held_up(service, held, register(service, slip["number"])) as entering:
        taking = asyncio.create_task(by.delete(f"{ROSTER}/{slip['slip_id']}"))
        await asyncio.wait([taking], timeout=1 if first == "person" else 10)
    entered, taken = await entering, await taking
    left = (await service.count("contestants"), await service.count("slips"))
    if first == "officer":
        assert (entered.json()["type"], taken.status_code, left) == ("/problems/wrong-ticket", 204, (0, 2))
    else:
        assert (entered.status_code, taken.json()["type"], left) == (201, "/problems/unknown-slip", (1, 3))


async def test_names_are_purged_thirty_days_after_the_results_and_not_before(service: Front) -> None:
    [an, *_] = (await invited(service.machine("organiser"))).json()["slips"]
    await register(service, an["number"])
    results = CLOSES + timedelta(days=3)
    award = AwardAnnounced(
        version=1, time=results, recorded_at=results, contest_id=SERIES, series_id=SERIES, award_id="nhat", unit_id="BG"
    )
    async with service.parts.pool.acquire() as connection, connection.transaction():
        assert await slips.purge(connection, results + timedelta(days=400)) == 0, "no results yet"
        await handlers.take_published(connection, [Received(award, "published", 0, 0, 0, None)])
        before = results + KEPT_AFTER_RESULTS - timedelta(seconds=1)
        assert await slips.purge(connection, before - KEPT_AFTER_RESULTS) == 0
        assert await slips.purge(connection, before + timedelta(seconds=2) - KEPT_AFTER_RESULTS) == 3
    assert (await service.count("slips"), await service.count("contestants")) == (0, 1)


async def test_erasing_a_person_takes_the_name_on_the_slip_along(service: Front) -> None:
    by = service.machine("organiser")
    [an, *_] = (await invited(by)).json()["slips"]
    person = (await register(service, an["number"])).json()["contestant_id"]
    told = (await by.get(f"{PATH}/{person}/export")).json()["records"]["slips"]
    assert [line["name"] for line in told] == ["Nguyễn Văn An"]
    await by.post(f"{PATH}/{person}/erasure", json={"reason": "đơn yêu cầu"})
    assert "Nguyễn Văn An" not in await states(by)

"""Units change while people are under them: renamed, merged, and every fact of it again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.contracts.events import UnitDefined, UnitMerged
from services.contracts.rules import Text
from tests.support.registration import SERIES, UNITS, Front, form, front, key
from tests.support.staffing import officer
from tests.support.stores import Stores

WHY = "sáp nhập đơn vị"


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def merge(service: Front, unit: str, into: str) -> httpx.Response:
    body = {"into": into, "reason": WHY}
    return await service.machine("organiser").post(f"/series/{SERIES}/units/{unit}/merge", json=body)


async def rename(service: Front, unit: str, name: str) -> httpx.Response:
    body = {"name": {"vi": name}, "reason": WHY}
    return await service.machine("organiser").put(f"/series/{SERIES}/units/{unit}/name", json=body)


async def tree(service: Front) -> dict[str, dict[str, Any]]:
    answer = await service.client().get(f"/series/{SERIES}/units")
    return {unit["id"]: unit for unit in answer.json()["units"]}


async def test_a_merge_is_told_once_logged_with_its_reason_and_nobody_new_enters_the_merged_unit(
    service: Front,
) -> None:
    first, again = await merge(service, "T-THADS-CQ", "H-VY"), await merge(service, "T-THADS-CQ", "H-VY")
    assert (first.json()["changed"], again.json()["changed"]) == (True, False)
    (fact,) = await service.facts()
    assert isinstance(fact, UnitMerged)
    assert (fact.unit_id, fact.into, fact.version) == ("T-THADS-CQ", "H-VY", 1)
    (logged,) = await service.log("unit.merge")
    assert (logged["subject"], logged["reason"]) == (f"{SERIES}|T-THADS-CQ", WHY)
    assert (await tree(service))["T-THADS-CQ"]["merged_into"] == "H-VY"
    refused = await service.client().post(
        f"/series/{SERIES}/contestants", json=form(unit_id="T-THADS-CQ"), headers=key()
    )
    assert refused.json()["type"] == "/problems/registration-faults"


@pytest.mark.parametrize(
    ("unit", "into", "status"),
    [("T-THADS", "ghost", 422), ("T-THADS", "T-THADS", 422), ("T-THADS", "T-THADS-CQ", 422), ("ghost", "BG", 404)],
)
async def test_a_unit_goes_only_into_another_one_that_stands_outside_it(
    service: Front, unit: str, into: str, status: int
) -> None:
    answer = await merge(service, unit, into)
    assert (answer.status_code, await service.facts()) == (status, [])


async def test_a_repeat_of_a_registration_in_a_unit_that_was_merged_since_gives_the_same_person(service: Front) -> None:
    """Refused, the page would ask for another unit, and under a new key the person would be there twice."""
    body, keyed = form(unit_id="T-THADS-CQ"), key()
    path = f"/series/{SERIES}/contestants"
    first = await service.client().post(path, json=body, headers=keyed)
    await merge(service, "T-THADS-CQ", "H-VY")
    again = await service.client().post(path, json=body, headers=keyed)
    assert (again.status_code, again.json()["contestant_id"]) == (201, first.json()["contestant_id"])
    new = await service.client().post(path, json=body, headers=key())
    assert new.json()["type"] == "/problems/registration-faults"
    other = await service.client().post(path, json={**body, "name": "Vũ Thị Ước"}, headers=keyed)
    assert other.json()["type"] == "/problems/registration-faults"


async def test_a_merged_unit_goes_nowhere_else_and_nothing_goes_into_it(service: Front) -> None:
    await merge(service, "T-THADS-CQ", "T-THADS")
    elsewhere, into = await merge(service, "T-THADS-CQ", "H-VY"), await merge(service, "H-VY", "T-THADS-CQ")
    assert [answer.json()["field"] for answer in (elsewhere, into)] == ["into", "into"]
    assert "T-THADS" in into.json()["detail"]
    assert len(await service.facts()) == 1


async def test_an_officer_looks_after_the_people_of_a_unit_that_went_into_the_own_one(service: Front) -> None:
    entered = await service.client().post(f"/series/{SERIES}/contestants", json=form(unit_id="T-THADS"), headers=key())
    person = entered.json()["contestant_id"]
    looking = await officer(service, "H-VY")
    assert (await looking.get(f"/contestants/{person}")).status_code == 403
    await merge(service, "T-THADS", "H-VY")
    assert (await looking.get(f"/contestants/{person}")).status_code == 200
    assert (await looking.get(f"/contestants/{person}")).json()["unit_id"] == "T-THADS", "where they entered is kept"


async def test_a_renamed_unit_keeps_its_place_people_and_headcount_and_the_log_keeps_the_old_name(
    service: Front,
) -> None:
    before = list(await tree(service))
    first, again = (
        await rename(service, "T-THADS", "Thi hành án tỉnh"),
        await rename(service, "T-THADS", "Thi hành án tỉnh"),
    )
    assert (first.json()["changed"], again.json()["changed"]) == (True, False)
    (fact,) = await service.facts()
    assert isinstance(fact, UnitDefined)
    assert (fact.name, fact.parent, fact.headcount, fact.version) == (Text("Thi hành án tỉnh"), "BG", 158, 2)
    assert list(await tree(service)) == before
    (logged,) = await service.log("unit.rename")
    assert logged["old"] == {"vi": "Cục Thi hành án dân sự", "en": None}
    assert (await rename(service, "ghost", "Ma")).json()["type"] == "/problems/unknown-unit"


async def test_republishing_tells_every_unit_as_it_is_called_and_where_it_went(service: Front) -> None:
    await rename(service, "H-VY", "Thị xã Việt Yên")
    await merge(service, "T-THADS", "H-VY")
    told = {fact.subject: fact for fact in await service.facts()}
    await service.parts.pool.execute("delete from outbox")
    assert (await service.machine("operator").post("/republish")).json()["units"] == len(UNITS) + 1
    again = await service.facts()
    assert [fact for fact in again if isinstance(fact, UnitMerged)] == [told[f"{SERIES}|T-THADS"]]
    names = {fact.unit_id: fact.name.vi for fact in again if isinstance(fact, UnitDefined)}
    assert names["H-VY"] == "Thị xã Việt Yên"


async def test_an_import_that_puts_a_unit_under_the_one_that_went_into_it_leaves_nobody_out(service: Front) -> None:
    """Rules read from the tree as it is now: a circle through a merge must not hang the service."""
    await merge(service, "T-THADS", "H-VY")
    circle = [{"unit_id": "H-VY", "name": {"vi": "Huyện Việt Yên"}, "parent": "T-THADS"}]
    assert (await service.machine("operator").put(f"/series/{SERIES}/units", json={"units": circle})).status_code == 200
    looking = await officer(service, "H-VY")
    assert (await looking.get(f"/series/{SERIES}/contestants?unit=T-THADS-CQ")).status_code == 200

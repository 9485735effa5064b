"""Who is on the staff, and taking roles and invitations back (rule 11)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.registration import SERIES, Front, front, key
from tests.support.staffing import accept, invited, joined, officer, organiser, sign_in
from tests.support.stores import Stores


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def whoami(client: httpx.AsyncClient) -> str:
    return str((await client.get("/staff/me")).json()["staff_id"])


async def revoke(by: httpx.AsyncClient, member: str, role: str = "organiser", **more: Any) -> httpx.Response:
    body = {"role": role, "series_id": SERIES, "reason": "nghỉ việc", **more}
    return await by.post(f"/staff/{member}/revocation", json=body)


async def listed(by: httpx.AsyncClient) -> set[tuple[str, str | None]]:
    return {(each["login"], each["unit_id"]) for each in (await by.get("/staff")).json()["roles"]}


async def test_rule_11_the_last_organiser_cannot_be_removed_not_even_from_the_command_line(service: Front) -> None:
    first, second = await organiser(service, "first"), await organiser(service, "second")
    assert (await revoke(first, await whoami(second))).status_code == 200
    for by in (first, service.machine("operator")):
        refused = await revoke(by, await whoami(first))
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/last-organiser")
        assert refused.json()["series"] == [SERIES]
    assert await listed(first) == {("first", None)}


async def test_two_organisers_who_remove_each_other_at_one_time_leave_one(service: Front) -> None:
    pair = [await organiser(service, f"organiser{n}") for n in range(2)]
    ids = [await whoami(client) for client in pair]
    answers = await asyncio.gather(revoke(pair[0], ids[1]), revoke(pair[1], ids[0]))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await service.count("roles") == 1


async def test_a_role_that_was_taken_is_gone_at_the_next_renewal_and_logged_with_its_reason(service: Front) -> None:
    boss = await organiser(service)
    client = await officer(service, "H-VY", "tay.yen")
    member = await whoami(client)
    assert (await revoke(boss, member, "unit_officer", unit_id="H-VY")).status_code == 200
    assert (await client.get("/staff/me")).json()["grants"] == []
    assert (await (await sign_in(service, "tay.yen")).get("/staff/me")).status_code == 403
    [noted] = await service.log("staff.revoke")
    assert (noted["subject"], noted["reason"], noted["old"]["unit"]) == (member, "nghỉ việc", "H-VY")
    again = await revoke(boss, member, "unit_officer", unit_id="H-VY")
    assert (again.status_code, again.json()["type"]) == (404, "/problems/unknown-staff")


async def test_an_officer_sees_and_removes_officers_below_and_nobody_else(service: Front) -> None:
    boss, above = await organiser(service), await officer(service, "T-THADS", "above")
    others = {unit: await officer(service, unit, f"o.{unit}") for unit in ("T-THADS-CQ", "H-VY", "T-THADS")}
    assert await listed(above) == {("o.t-thads-cq", "T-THADS-CQ")}
    for unit in ("H-VY", "T-THADS"):
        answer = await revoke(above, await whoami(others[unit]), "unit_officer", unit_id=unit)
        assert answer.status_code == 403, unit
    assert (await revoke(above, await whoami(boss))).status_code == 403
    below = await whoami(others["T-THADS-CQ"])
    assert (await revoke(above, below, "unit_officer", unit_id="T-THADS-CQ")).status_code == 200
    assert len(await listed(boss)) == 4


async def test_the_list_of_staff_is_one_series_and_its_reading_is_logged(service: Front) -> None:
    boss = await organiser(service)
    token = await invited(service, service.machine("organiser"), role="operator", series_id=None)
    await joined(service, token, "operator")
    assert await listed(boss) == {("organiser", None)}
    assert await listed(service.machine("operator")) == {("organiser", None), ("operator", None)}
    refused = await revoke(boss, await whoami(boss), "operator", series_id=None)
    assert refused.status_code == 403
    assert [row["new"]["count"] for row in await service.log("staff.list")] == [1, 2]


async def test_an_invitation_that_was_taken_back_opens_nothing(service: Front) -> None:
    boss = await organiser(service)
    asked = {"series_id": SERIES, "role": "unit_officer", "unit_id": "H-VY"}
    token = await invited(service, boss, **asked)
    [line] = (await boss.get("/staff")).json()["invitations"]
    assert line["waits"] is False
    stranger = await officer(service, "T-THADS")
    path = f"/staff/invitations/{line['invitation_id']}"
    assert (await stranger.delete(path)).status_code == 403
    assert (await boss.delete(path)).status_code == 204
    assert (await boss.delete(path)).status_code == 404
    answer = await accept(service, service.client(), token, "late")
    assert answer.json()["type"] == "/problems/invitation-spent"
    waiting = (await boss.post("/staff/invitations", json=asked, headers=key())).json()
    assert [each["waits"] for each in (await boss.get("/staff")).json()["invitations"]] == [True]
    assert (await boss.delete(f"/staff/invitations/{waiting['invitation_id']}")).status_code == 204

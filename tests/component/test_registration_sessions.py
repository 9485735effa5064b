"""Signing in, and what becomes of a session when rights change."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.contracts.events import ContestantExcluded, ContestantMoved, SessionsRevoked
from services.registration.domain.limits import BUDGET, LONGEST_PAUSE
from services.registration.doorkeeper import MOST_HELD, Doorkeeper
from tests.support.consuming import until
from tests.support.registration import SERIES, Front, claims_of, code, form, front, key
from tests.support.stores import Stores


class Naps:
    """Stands in for sleeping: remembers how long, and returns at once or, `for_ever`, not before it is let go."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await self.gate.wait()


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


@pytest.fixture
def naps(service: Front) -> Naps:
    taken = Naps()
    object.__setattr__(service.desk, "doorkeeper", Doorkeeper(service.parts, taken))
    return taken


async def entered(service: Front, **changes: Any) -> tuple[dict[str, Any], str]:
    body = form(**changes)
    answer = await service.client().post(f"/series/{SERIES}/contestants", json=body, headers=key())
    assert answer.status_code == 201, answer.text
    return answer.json(), body["code"]


async def sign_in(service: Front, login: str, secret: str, address: str = "10.0.0.1") -> httpx.Response:
    body = {"series_id": SERIES, "login": login, "code": secret}
    return await service.client(address).post("/sessions", json=body)


async def test_one_signs_in_with_number_or_phone_and_the_code_however_grouped(service: Front) -> None:
    person, secret = await entered(service, phone="0912345678")
    for login in (person["number"], f"{person['number'][:4]} {person['number'][4:]}", "+84 912 345 678"):
        answer = await sign_in(service, login, f"{secret[:4]} {secret[4:8]}-{secret[8:]}")
        assert (answer.status_code, answer.json()["contestant_id"]) == (201, person["contestant_id"])


async def test_the_declared_route_answers_like_the_quick_one(service: Front, naps: Naps) -> None:
    person, secret = await entered(service)
    right = {"series_id": SERIES, "login": person["number"], "code": secret}
    bodies: list[Any] = [right, {**right, "code": code()}, {**right, "series_id": "none"}]
    told = []
    # Only the path as it is declared is quick.
    for path in ("/sessions", "/sessions/"):
        answers = [await service.client().post(path, json=body) for body in bodies]
        told.append([(answer.status_code, answer.headers["content-type"]) for answer in answers])
        told[-1] += [(answer.status_code, answer.json()["type"]) for answer in answers[1:]]
        assert answers[0].json() == person
        told[-1].append((201, answers[0].headers["set-cookie"].partition("=")[2].partition(";")[2]))
        assert claims_of(answers[0])["sub"] == person["contestant_id"]
    assert told[0] == told[1]
    assert [status for status, _ in told[0][:3]] == [201, 401, 404]
    assert len(naps.taken) == 2


@pytest.mark.parametrize("body", [b"", b"[]", b'{"series_id":1}', b'{"login":"\\u0000"}', b"x" * 70_000])
async def test_what_is_no_sign_in_is_told_so(service: Front, body: bytes) -> None:
    answer = await service.client().post("/sessions", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_code_picks_the_person_among_those_who_share_a_phone(service: Front) -> None:
    family = [await entered(service, phone="0912345678") for _ in range(5)]
    for person, secret in family:
        assert (await sign_in(service, "0912345678", secret)).json()["contestant_id"] == person["contestant_id"]


async def test_a_wrong_code_and_an_unknown_number_are_told_alike(service: Front, naps: Naps) -> None:
    person, _ = await entered(service)
    wrong = await sign_in(service, person["number"], code())
    unknown = await sign_in(service, "0987654321", code())
    nonsense = await sign_in(service, "nobody", "12")
    assert {answer.status_code for answer in (wrong, unknown, nonsense)} == {401}
    assert len({answer.json()["type"] + answer.json()["detail"] for answer in (wrong, unknown, nonsense)}) == 1
    assert len(set(naps.taken)) == 1


async def test_rule_9_wrong_codes_of_one_account_are_answered_later_and_later_from_any_address(
    service: Front, naps: Naps
) -> None:
    person, secret = await entered(service)
    for address in range(12):
        await sign_in(service, person["number"], code(), f"10.1.0.{address}")
    assert naps.taken == sorted(naps.taken)
    assert (naps.taken[0], naps.taken[-1]) == (0.25, LONGEST_PAUSE)
    assert (await sign_in(service, person["number"], secret)).status_code == 201
    assert len(naps.taken) == 12


async def test_rule_9_a_right_code_is_let_in_while_wrong_ones_are_held(service: Front, naps: Naps) -> None:
    person, secret = await entered(service)
    naps.gate.clear()
    guesses = [asyncio.create_task(sign_in(service, person["number"], code())) for _ in range(200)]

    async def all_others_are_told() -> bool:
        return sum(guess.done() for guess in guesses) == 200 - MOST_HELD

    await until(all_others_are_told)
    assert (await asyncio.wait_for(sign_in(service, person["number"], secret), 10)).status_code == 201
    naps.gate.set()
    told = Counter(answer.status_code for answer in await asyncio.gather(*guesses))
    assert told == {401: MOST_HELD, 429: 200 - MOST_HELD}


async def test_rule_9_beyond_everybodys_budget_wrong_codes_are_refused_unwritten_and_a_right_one_is_let_in(
    service: Front, naps: Naps
) -> None:
    person, secret = await entered(service)
    await service.parts.pool.execute(
        "insert into sign_in_failures select int8send(n), int8send(-n), $1 from generate_series(1, $2::bigint) n",
        service.clock.at, BUDGET,
    )  # fmt: skip
    for _ in range(5):
        answer = await sign_in(service, person["number"], code())
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "8")
    assert await service.count("sign_in_failures") == BUDGET
    assert (await sign_in(service, person["number"], secret)).status_code == 201
    service.clock.pass_by(timedelta(minutes=11))
    assert (await sign_in(service, person["number"], code())).status_code == 401


async def test_signing_out_takes_the_cookie_off_and_needs_the_right_origin(service: Front) -> None:
    client = service.client()
    await client.post(f"/series/{SERIES}/contestants", json=form(), headers=key())
    assert (await client.delete("/sessions", headers={"origin": "https://evil.example"})).status_code == 403
    assert (await client.get("/me")).status_code == 200
    assert (await client.delete("/sessions")).status_code == 204
    assert (await client.get("/me")).status_code == 401


async def test_a_day_old_session_is_renewed_and_a_month_old_one_is_over(service: Front) -> None:
    client = service.client()
    await client.post(f"/series/{SERIES}/contestants", json=form(), headers=key())
    assert "set-cookie" not in (await client.get("/me")).headers
    token = client.cookies["hoithi_session"]
    service.clock.pass_by(timedelta(days=2))
    assert "set-cookie" in (await client.get("/me")).headers
    service.clock.pass_by(timedelta(days=29))
    assert (await service.client(authorization=f"Bearer {token}").get("/me")).status_code == 401
    assert (await client.get("/me")).status_code == 200


async def test_rule_10_a_moved_person_gets_a_token_with_the_new_rights_and_the_old_one_is_revoked(
    service: Front,
) -> None:
    client = service.client()
    registered = await client.post(f"/series/{SERIES}/contestants", json=form(), headers=key())
    person = registered.json()["contestant_id"]
    move = {"unit_id": "H-VY", "category": "hoc-sinh", "reason": "chọn nhầm đơn vị"}
    organiser = service.machine("organiser")
    answer = await organiser.post(f"/series/{SERIES}/contestants/{person}/move", json=move)
    assert answer.json() == {"contestant_id": person, "changed": True, "version": 3, "confirmation": None}
    _, moved, revoked = await service.facts()
    assert isinstance(moved, ContestantMoved)
    assert isinstance(revoked, SessionsRevoked)
    assert (moved.unit_id, moved.category, moved.group, moved.version, revoked.version) == (
        "H-VY",
        "hoc-sinh",
        "khac",
        2,
        3,
    )
    me = await client.get("/me")
    assert (me.json()["unit_id"], me.json()["group"]) == ("H-VY", "khac")
    renewed = claims_of(me)
    assert (renewed["category"], renewed["group"]) == ("hoc-sinh", "khac")
    assert claims_of(registered)["iat"] < revoked.not_before.timestamp() <= renewed["iat"]
    again = await organiser.post(f"/series/{SERIES}/contestants/{person}/move", json=move)
    assert again.json()["changed"] is False
    assert len(await service.facts()) == 3


async def test_an_excluded_person_may_not_start_until_it_is_taken_back(service: Front) -> None:
    client = service.client()
    person = (await client.post(f"/series/{SERIES}/contestants", json=form(), headers=key())).json()["contestant_id"]
    path, organiser = f"/series/{SERIES}/contestants/{person}/exclusion", service.machine("organiser")
    for excluded in (True, True, False):
        await organiser.post(path, json={"excluded": excluded, "reason": "hai tài khoản"})
        assert (await client.get("/me")).json()["may_start"] is not excluded
    facts = [fact for fact in await service.facts() if isinstance(fact, ContestantExcluded)]
    assert [(fact.excluded, fact.version) for fact in facts] == [(True, 2), (False, 4)]
    assert [row["reason"] for row in await service.log("contestant.exclude")] == ["hai tài khoản"]


async def test_nobody_is_changed_through_another_series(service: Front) -> None:
    person, _ = await entered(service)
    answer = await service.machine("organiser").post(
        f"/series/other/contestants/{person['contestant_id']}/exclusion", json={"excluded": True, "reason": "thử"}
    )
    assert answer.status_code == 404


async def test_twenty_exclusions_at_once_are_one(service: Front) -> None:
    person, _ = await entered(service)
    path = f"/series/{SERIES}/contestants/{person['contestant_id']}/exclusion"
    organiser = service.machine("organiser")
    orders = [organiser.post(path, json={"excluded": True, "reason": "hai tài khoản"}) for _ in range(20)]
    assert sum(answer.json()["changed"] for answer in await asyncio.gather(*orders)) == 1
    assert len(await service.facts()) == 3

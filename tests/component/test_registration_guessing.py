"""Guessing at the real door, on a real database: the owner with the right code gets in all the while (rule 9)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from statistics import median
from typing import Any

import httpx
import pytest

from services.registration.domain.limits import BUDGET
from tests.support.registration import SERIES, Front, code, form, front, key
from tests.support.stores import Stores

GUESSERS = 40
SECONDS = 3.0
PATIENCE, LONGEST = 2.0, 6.0
"""Seconds in which owners are let in, while everybody guesses: half of them, and each. Less than the 8 s of who waits for
too many wrong codes."""


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def entered(service: Front, address: str = "10.0.0.1", **changes: Any) -> tuple[dict[str, Any], str]:
    body = form(**changes)
    answer = await service.client(address).post(f"/series/{SERIES}/contestants", json=body, headers=key())
    assert answer.status_code == 201, answer.text
    return answer.json(), body["code"]


async def sign_in(client: httpx.AsyncClient, login: str, secret: str) -> httpx.Response:
    return await client.post("/sessions", json={"series_id": SERIES, "login": login, "code": secret})


@pytest.mark.parametrize("spent", [False, True], ids=["within the budget", "when the budget is spent"])
@pytest.mark.parametrize("addresses", [1, 200], ids=["from one address", "from many"])
@pytest.mark.parametrize("accounts", [1, 30], ids=["one account", "all accounts"])
async def test_rule_9_owners_get_in_while_everybody_guesses(
    service: Front, accounts: int, addresses: int, spent: bool
) -> None:
    owners = [await entered(service) for _ in range(accounts)]
    if spent:
        await service.parts.pool.execute(
            "insert into sign_in_failures select int8send(n), int8send(-n), $1 from generate_series(1, $2::bigint) n",
            service.clock.at, BUDGET,
        )  # fmt: skip
    doors = [service.client(f"10.7.{n // 200}.{n % 200}") for n in range(addresses)]
    told: Counter[int] = Counter()
    turn = count()

    async def guess() -> None:
        while True:
            n = next(turn)
            answer = await sign_in(doors[n % addresses], owners[n % accounts][0]["number"], code())
            told[answer.status_code] += 1

    guessing = [asyncio.create_task(guess()) for _ in range(GUESSERS)]
    took: list[float] = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for person, secret in owners:
            began = time.monotonic()
            # Also from the very address that everybody guesses from.
            assert (await sign_in(doors[0], person["number"], secret)).status_code == 201
            took.append(time.monotonic() - began)
    for task in guessing:
        task.cancel()
    await asyncio.gather(*guessing, return_exceptions=True)
    assert len(took) >= accounts
    assert median(took) < PATIENCE
    assert max(took) < LONGEST
    assert set(told) <= ({429} if spent else {401, 429})
    assert told, "somebody was told that a code is wrong"
    assert await service.count("sign_in_failures") <= BUDGET


async def test_rule_9_three_hundred_pupils_register_behind_one_address_within_ten_minutes(service: Front) -> None:
    """With what pupils do besides: some press twice, sign in again at once, or mistype their code."""
    router = "203.0.113.7"
    statuses: Counter[int] = Counter()
    devices = [service.client(router) for _ in range(30)]

    async def pupil(n: int) -> None:
        client, body, keyed = devices[n % 30], form(category="hoc-sinh"), key()
        for _ in range(2 if n % 9 == 0 else 1):
            answer = await client.post(f"/series/{SERIES}/contestants", json=body, headers=keyed)
            statuses[answer.status_code] += 1
        number = answer.json()["number"]
        if n % 10 == 0:
            await service.desk.doorkeeper._count(b"account %d" % n, service.desk.vault.mac("address", router))
        if n % 5 == 0:
            assert (await sign_in(client, number, body["code"])).status_code == 201

    for class_of in range(10):
        await asyncio.gather(*(pupil(30 * class_of + n) for n in range(30)))
        service.clock.pass_by(timedelta(seconds=59))
    assert statuses == Counter({201: 300 + 34})
    assert await service.count("contestants") == 300


async def test_rule_9_three_hundred_who_press_at_the_same_moment_behind_one_address_are_all_let_in(
    service: Front,
) -> None:
    began = time.monotonic()
    devices = [service.client("203.0.113.7") for _ in range(30)]
    answers = await asyncio.gather(
        *(devices[n % 30].post(f"/series/{SERIES}/contestants", json=form(), headers=key()) for n in range(300))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 300
    assert time.monotonic() - began < 60

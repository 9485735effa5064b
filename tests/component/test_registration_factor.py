"""Password and second factor of staff: what opens the door, and what guessing meets (rule 11)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.registration.domain.limits import FACTOR_TRIES
from services.registration.doorkeeper import Doorkeeper
from services.registration.passwords import MOST_WAITING, Passwords
from services.runtime.problems import Problem
from tests.support.registration import Front, front
from tests.support.staffing import PASSWORD, accept, apps, invited, joined, member, officer, organiser, sign_in, totp
from tests.support.stores import Stores


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        object.__setattr__(made.desk, "doorkeeper", Doorkeeper(made.parts, no_sleep))
        yield made


async def no_sleep(_: float) -> None:
    return None


async def attempt(service: Front, **changes: Any) -> httpx.Response:
    body = {"login": "organiser", "password": PASSWORD, **changes}
    return await service.client().post("/staff/sessions", json=body)


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("/problems/")


def app_shows(service: Front, login: str = "organiser") -> str:
    return totp(apps(service)[login], service.clock.at)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("role", ["organiser", "operator", "auditor", "helpdesk"])
async def test_rule_11_organiser_operator_auditor_and_helpdesk_need_an_authenticator_app(
    service: Front, role: str
) -> None:
    token = await invited(service, service.machine("organiser"), role=role)
    client = service.client()
    opened = (await client.post("/staff/invitations/open", json={"token": token})).json()
    assert opened["second_factor"]["uri"].startswith("otpauth://totp/")
    body = {"token": token, "login": "somebody", "password": PASSWORD}
    assert kind(await client.post("/staff/invitations/accept", json=body)) == "second-factor-needed"
    code = totp(opened["second_factor"]["secret"], service.clock.at)
    refused = await client.post("/staff/invitations/accept", json={**body, "totp": wrong(code)})
    assert kind(refused) == "wrong-second-factor"
    assert await service.count("staff") == 0
    taken = await client.post("/staff/invitations/accept", json={**body, "totp": f" {code[:3]} {code[3:]} "})
    assert (taken.status_code, taken.json()["second_factor"]) == (201, True)


async def test_an_officer_of_a_unit_signs_in_with_the_password_alone(service: Front) -> None:
    await officer(service, "H-VY", "tay.yen")
    answer = await attempt(service, login="tay.yen")
    assert (answer.status_code, answer.json()["second_factor"]) == (201, False)


async def test_an_officer_who_becomes_more_gets_the_app_with_the_invitation(service: Front) -> None:
    await officer(service, "H-VY", "tay.yen")
    await joined(service, await invited(service, service.machine("organiser"), role="helpdesk"), "tay.yen")
    assert kind(await attempt(service, login="tay.yen")) == "second-factor-needed"
    await sign_in(service, "tay.yen")


async def test_the_secret_of_an_app_stands_nowhere_in_the_clear(service: Front) -> None:
    await organiser(service)
    for table in ("staff", "invitations", "audit"):
        rows = await service.parts.pool.fetch(f"select to_jsonb(t)::text from {table} t")
        assert rows
        assert not any(apps(service)["organiser"] in row[0] for row in rows)


async def test_the_right_password_without_the_right_code_opens_nothing(service: Front) -> None:
    await organiser(service)
    service.clock.pass_by(timedelta(seconds=30))
    assert kind(await attempt(service)) == "second-factor-needed"
    assert kind(await attempt(service, totp=wrong(app_shows(service)))) == "wrong-second-factor"
    assert kind(await attempt(service, totp="x", password="wrong password")) == "wrong-password"
    assert (await attempt(service, totp=app_shows(service))).status_code == 201
    assert len(await service.log("staff.wrong-factor")) == 1


async def test_a_code_works_once_also_when_two_use_it_at_the_same_time(service: Front) -> None:
    await organiser(service)
    assert kind(await attempt(service, totp=app_shows(service))) == "wrong-second-factor"
    service.clock.pass_by(timedelta(seconds=30))
    both = await asyncio.gather(*(attempt(service, totp=app_shows(service)) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 401]


@pytest.mark.parametrize(("off", "status"), [(-30, 201), (30, 201), (-60, 401), (60, 401)])
async def test_a_phones_clock_may_be_half_a_minute_off(service: Front, off: int, status: int) -> None:
    await organiser(service)
    service.clock.pass_by(timedelta(minutes=5))
    code = totp(apps(service)["organiser"], service.clock.at + timedelta(seconds=off))
    assert (await attempt(service, totp=code)).status_code == status


async def test_codes_of_an_app_are_not_to_be_guessed_however_many_guess_at_once(service: Front) -> None:
    await organiser(service)
    service.clock.pass_by(timedelta(seconds=30))
    right = app_shows(service)
    guesses = [attempt(service, totp=wrong(right)) for _ in range(MOST_WAITING)]
    kinds = [kind(answer) for answer in await asyncio.gather(*guesses)]
    assert kinds.count("wrong-second-factor") == FACTOR_TRIES
    assert kinds.count("too-many-wrong-codes") == MOST_WAITING - FACTOR_TRIES
    assert kind(await attempt(service, totp=right)) == "too-many-wrong-codes"
    service.clock.pass_by(timedelta(minutes=11))
    assert (await attempt(service, totp=app_shows(service))).status_code == 201


async def test_an_invitation_is_no_way_to_guess_a_colleagues_password_faster(service: Front) -> None:
    await organiser(service)
    token = await invited(service, service.machine("organiser"), role="unit_officer", unit_id="H-VY")
    before = await service.count("sign_in_failures")
    for n in range(3):
        assert kind(await accept(service, service.client(), token, "organiser", f"guess {n} of many")) == "login-taken"
    assert await service.count("sign_in_failures") == before + 3


async def test_passwords_are_hashed_off_the_event_loop_and_no_more_than_a_bound_wait() -> None:
    passwords, threads = Passwords(), set()
    stored = await passwords.hash(PASSWORD)
    match = passwords._matches

    def watched(hashed: str, password: str) -> bool:
        threads.add(threading.current_thread())
        return match(hashed, password)

    passwords._matches = watched  # type: ignore[method-assign]
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    heart = asyncio.create_task(beat())
    answers = await asyncio.gather(*(passwords.verify(stored, PASSWORD) for _ in range(40)), return_exceptions=True)
    heart.cancel()
    told = [answer for answer in answers if isinstance(answer, Problem)]
    assert answers.count(True) == MOST_WAITING
    assert {(problem.kind.slug, problem.retry_after) for problem in told} == {("overloaded", 2)}
    assert threading.main_thread() not in threads
    assert beats > 100, "the loop went on while passwords were hashed"


async def test_a_role_that_needs_the_app_is_not_held_by_an_account_without_one(service: Front) -> None:
    client = await member(service, "auditor")
    login = (await client.get("/staff/me")).json()["login"]
    await service.parts.pool.execute("update staff set totp_enc = null")
    answer = await attempt(service, login=login)
    assert (answer.status_code, answer.json()["grants"]) == (201, [])

"""The window of an open contest moves when two people want it, and then exactly as it was read (rule 11)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from services.contracts.rules import Rules
from services.runtime.tokens import Tokens
from tests.support.papers import OPENS, bank
from tests.support.quizdoor import Door, door, slug
from tests.support.stores import Stores

HOUR = timedelta(hours=1)


@pytest.fixture
async def front(stores: Stores) -> AsyncIterator[Door]:
    async with door(stores) as made:
        yield made


def staff(front: Door, role: str = "organiser", series: str = "") -> str:
    """Somebody with one role in the contest's series, or in another."""
    tokens = Tokens.load(front.stores.folder / "secrets", "registration")
    grants = [[role, series or front.quiz.rules.series_id, None]]
    claims = {"sub": str(uuid4()), "roles": [role], "grants": grants}
    return tokens.sign("staff", claims, timedelta(hours=1), datetime.now(UTC))


async def define(front: Door, by: str, reason: str | None = "mất điện", **changes: Any) -> httpx.Response:
    rules = msgspec.structs.replace(front.quiz.rules, **changes)
    body = {"rules": msgspec.to_builtins(rules), "bank": msgspec.to_builtins(bank()), "reason": reason}
    return await front.call("PUT", f"/contests/{rules.id}", by, json=body)


async def confirm(front: Door, by: str, request: dict[str, Any]) -> httpx.Response:
    return await front.call("POST", f"/confirmations/{request['id']}/yes", by, json={"digest": request["digest"]})


async def standing(front: Door) -> Rules:
    shown = (await front.call("GET", f"/contests/{front.contest}")).json()
    return msgspec.convert(shown["rules"], Rules)


async def test_rule_11_the_end_of_an_open_contest_moves_when_a_second_person_confirms(front: Door) -> None:
    later = front.quiz.rules.closes + HOUR
    asked = await define(front, staff(front), closes=later)
    assert (asked.status_code, asked.json()["changed"]) == (200, False)
    assert (await standing(front)).closes == front.quiz.rules.closes
    confirmed = await confirm(front, staff(front), asked.json()["confirmation"])
    assert confirmed.json()["state"] == "confirmed"
    pool = front.quiz.parts.pool
    row = await pool.fetchrow("select version, reason, closes from contests where contest_id = $1", front.contest)
    assert tuple(row.values()) == (2, "mất điện", later)
    [noted] = await pool.fetch("select * from audit where action = 'contest.window'")
    assert noted["new"]["asked_by"] != noted["actor"]
    assert datetime.fromisoformat(noted["new"]["closes"]) == later
    assert await pool.fetchval("select count(*) from outbox where topic = 'contests'") == 2


async def test_rule_11_whoever_asked_cannot_confirm_and_the_command_line_is_one_person(front: Door) -> None:
    organiser = staff(front)
    own = (await define(front, organiser, closes=front.quiz.rules.closes + HOUR)).json()["confirmation"]
    assert slug(await confirm(front, organiser, own)) == "own-request"
    machine = front.machine("organiser", "operator")
    by_cli = (await define(front, machine, closes=front.quiz.rules.closes + 2 * HOUR)).json()["confirmation"]
    assert slug(await confirm(front, machine, by_cli)) == "own-request"
    for elsewhere in (staff(front, series="other"), staff(front, "operator")):
        assert (await confirm(front, elsewhere, own)).status_code == 403
    assert (await standing(front)).closes == front.quiz.rules.closes
    assert (await confirm(front, machine, own)).status_code == 200


async def test_rule_11_a_deadline_moves_only_as_the_second_person_read_it(front: Door) -> None:
    asked = (await define(front, staff(front), closes=front.quiz.rules.closes + HOUR)).json()["confirmation"]
    assert slug(await confirm(front, staff(front), {**asked, "digest": "0" * 64})) == "request-differs"
    await front.quiz.parts.pool.execute(
        """update second_person set content = jsonb_set(content, '{to,closes}', '"2099-01-01T00:00:00Z"')"""
    )
    answer = await confirm(front, staff(front), asked)
    assert (answer.status_code, slug(answer)) == (409, "request-differs")
    assert (await standing(front)).closes == front.quiz.rules.closes


async def test_an_organiser_of_another_series_defines_nothing_here(front: Door) -> None:
    stranger = staff(front, series="other")
    assert slug(await define(front, stranger, grace_ms=1)) == "forbidden"
    assert slug(await define(front, stranger, series_id="other")) == "forbidden"
    assert (await define(front, staff(front), grace_ms=1)).json()["changed"] is True


async def test_a_window_moves_by_itself_and_with_a_reason(front: Door) -> None:
    later = front.quiz.rules.closes + HOUR
    assert slug(await define(front, staff(front), None, closes=later)) == "reason-needed"
    assert slug(await define(front, staff(front), closes=later, grace_ms=1)) == "window-apart"
    assert await front.quiz.parts.pool.fetchval("select count(*) from second_person") == 0


async def test_a_window_that_was_asked_for_an_older_version_is_not_moved(front: Door) -> None:
    asked = (await define(front, staff(front), closes=front.quiz.rules.closes + HOUR)).json()["confirmation"]
    assert (await define(front, staff(front), grace_ms=1)).json()["changed"] is True
    answer = await confirm(front, staff(front), asked)
    assert (answer.status_code, slug(answer)) == (409, "contest-changed")
    shown = await front.call("GET", f"/confirmations/{asked['id']}", staff(front))
    assert shown.json()["state"] == "waiting"


async def test_before_it_opens_an_organiser_moves_the_window_alone(front: Door) -> None:
    front.at = OPENS - HOUR
    answer = await define(front, staff(front), None, closes=front.quiz.rules.closes + HOUR)
    assert (answer.json()["changed"], answer.json()["confirmation"]) == (True, None)

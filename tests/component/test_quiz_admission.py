"""Starts in an overload (rule 8): refused with a signed place in the line, while open papers are served."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time

import httpx
import pytest

from services.quiz.admission import Admission
from services.quiz.domain.admission import TOP, Turnstile
from services.runtime.clock import Clock
from services.runtime.edge import Edge, TimeSource
from services.runtime.problems import Problem
from tests.support.quizdoor import Door, door, slug
from tests.support.stores import Stores


def turnstile(at: Door) -> Turnstile:
    admission: Admission = at.quiz.parts.state["admission"]
    return admission.turnstile


def close(at: Door) -> None:
    """Nobody new for now, as after a long time of being late."""
    turnstile(at).rate, turnstile(at)._tokens = 0.001, 0.0


async def start(at: Door, session: str, place: str = "", key: str = "") -> httpx.Response:
    headers = {"idempotency-key": key or secrets.token_hex(8), **({"first-refused": place} if place else {})}
    return await at.call("POST", f"/contests/{at.contest}/attempts", session, headers=headers)


async def test_a_start_too_many_is_told_when_to_come_again_and_gets_its_place(stores: Stores) -> None:
    async with door(stores) as at:
        close(at)
        answer = await start(at, at.session())
        assert (answer.status_code, slug(answer)) == (503, "overloaded")
        assert 1 <= int(answer.headers["retry-after"]) <= 30
        milliseconds, _, signature = answer.json()["first_refused"].partition(".")
        assert milliseconds.isdigit()
        assert len(signature) == 32


async def test_with_its_place_a_start_is_admitted_before_newcomers(stores: Stores) -> None:
    async with door(stores) as at:
        close(at)
        early, late = at.session(), at.session()
        place = (await start(at, early)).json()["first_refused"]
        turnstile(at)._tokens = 1.0
        assert (await start(at, late)).status_code == 503, "the one place is kept for who was refused first"
        assert (await start(at, early, place)).status_code == 201


async def test_a_place_that_was_not_signed_for_this_person_and_contest_is_none(stores: Stores) -> None:
    async with door(stores) as at:
        close(at)
        somebody, other = at.session(), at.session()
        place = (await start(at, somebody)).json()["first_refused"]
        turnstile(at)._tokens = 1.0
        await start(at, other)
        for forged in (place, "1." + "0" * 32, place.replace(".", ".f"), "x", "9" * 400, "-5.a"):
            answer = await start(at, other, forged)
            assert answer.status_code == 503, forged
        assert (await start(at, somebody, place)).status_code == 201


async def test_the_place_stays_the_same_however_often_it_is_refused(stores: Stores) -> None:
    async with door(stores) as at:
        close(at)
        session = at.session()
        place = (await start(at, session)).json()["first_refused"]
        for _ in range(3):
            assert (await start(at, session, place)).json()["first_refused"] == place
        assert turnstile(at).waiting == 1


async def test_a_rehearsal_is_refused_no_start(stores: Stores) -> None:
    async with door(stores) as at:
        close(at)
        admission: Admission = at.quiz.parts.state["admission"]
        edge = Edge({"headers": [], "method": "POST"}, TimeSource(Clock(), None), "http://quiz")
        with pytest.raises(Problem, match="overloaded"):
            admission.admit("somebody", at.contest, edge)
        edge.rehearsed = True
        admission.admit("somebody", at.contest, edge)


async def test_while_starts_are_refused_an_open_paper_is_saved_and_handed_in(stores: Stores) -> None:
    async with door(stores) as at:
        paper = await at.paper()
        close(at)
        assert (await start(at, at.session())).status_code == 503
        assert (await at.save(paper)).status_code == 200
        assert (await at.submit(paper)).status_code == 200


async def test_no_more_papers_are_open_than_submissions_can_wait(stores: Stores) -> None:
    async with door(stores) as at:
        admission: Admission = at.quiz.parts.state["admission"]
        admission._places = 3
        await admission._look()
        people = [at.session() for _ in range(5)]
        answers = [await start(at, person) for person in people]
        assert [answer.status_code for answer in answers] == [201, 201, 201, 503, 503]
        await at.submit(answers[0].json())
        await admission._look()
        assert (await start(at, at.session())).status_code == 503, (
            "the place that came free is for who was refused first"
        )
        again = await start(at, people[3], answers[3].json()["first_refused"])
        assert again.status_code == 201


async def test_a_process_that_is_late_admits_fewer_starts_and_then_more_again(stores: Stores) -> None:
    async with door(stores) as at:
        admission: Admission = at.quiz.parts.state["admission"]
        steering = asyncio.create_task(admission.run())
        try:
            await asyncio.sleep(0.3)
            assert turnstile(at).rate == TOP
            for _ in range(3):
                time.sleep(0.5)  # noqa: ASYNC251 (the loop is late: that is the point)
                await asyncio.sleep(0.3)
            lowest = turnstile(at).rate
            assert lowest < 0.8 * TOP
            await asyncio.sleep(2.5)
            assert turnstile(at).rate > lowest
        finally:
            steering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await steering

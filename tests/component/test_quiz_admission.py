"""Starts in an overload (rule 8): refused with a signed place in the line, while open papers are served."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time

import httpx
import pytest

from services.quiz.admission import GATEWAY, MOMENT_KEPT_MS, Admission
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
    turnstile(at).rate, turnstile(at)._tokens, turnstile(at)._spare = 0.001, -1.0, 0.0


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


async def test_a_place_from_the_gateway_becomes_the_persons_own_and_counts_for_a_while_only(stores: Stores) -> None:
    async with door(stores) as at:
        close(at)
        admission: Admission = at.quiz.parts.state["admission"]
        admission.tell_gateway()
        given = (at.quiz.parts.settings.public_dir / "first-refused").read_text()
        somebody = at.session()
        own = (await start(at, somebody, given)).json()["first_refused"]
        assert own.partition(".")[0] == given.partition(".")[0]
        assert own != given
        old = int(time.time() * 1000) - MOMENT_KEPT_MS - 1000
        for stale in (admission._signed(old, GATEWAY), admission._signed(old + 10**6, GATEWAY)):
            told = (await start(at, at.session(), stale)).json()["first_refused"]
            assert told.partition(".")[0] != stale.partition(".")[0]
        assert (await start(at, at.session(), own)).json()["first_refused"] != own, "it is nobody else's"
        turnstile(at)._tokens = 1.0
        assert (await start(at, somebody, own)).status_code == 201


async def test_the_gateway_is_told_which_part_of_the_newcomers_is_too_much(stores: Stores) -> None:
    async with door(stores) as at:
        admission: Admission = at.quiz.parts.state["admission"]
        admission._places = 0
        await admission._look()
        session = at.session()
        place = (await start(at, session)).json()["first_refused"]
        assert (await start(at, session, place)).status_code == 503
        assert admission._gate._came == 1, "who comes back with a place passes the gateway in any case"
        steering = asyncio.create_task(admission.run())
        try:
            file = at.quiz.parts.settings.public_dir / "refused-starts"
            async with asyncio.timeout(20):
                while not file.exists() or int(file.read_text(), 16) / 65536 < 0.9:  # noqa: ASYNC110 (the admission writes it)
                    await asyncio.sleep(0.05)
            admission._places = 1000
            async with asyncio.timeout(20):
                while int(file.read_text(), 16):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        finally:
            steering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await steering


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
        assert turnstile(at).rate == TOP
        steering = asyncio.create_task(admission.run())
        try:
            await asyncio.sleep(0.3)
            for _ in range(3):
                time.sleep(0.5)  # noqa: ASYNC251 (the loop is late: that is the point)
                await asyncio.sleep(0.3)
            lowest = turnstile(at).rate
            assert lowest < 0.8 * TOP
            async with asyncio.timeout(60):
                while turnstile(at).rate <= lowest:  # noqa: ASYNC110 (the machine may be late by itself)
                    await asyncio.sleep(0.1)
        finally:
            steering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await steering

"""Load by an open model, and the crowd that takes papers at a steady rate."""

from __future__ import annotations

import asyncio
from time import perf_counter, sleep

from bench.crowd import PEOPLE, Crowd
from bench.lane import Lane
from bench.load import open_load
from bench.target import Target
from tests.unit.bench import fake
from tests.unit.bench.test_replay import PLAN, contest, folder


def lanes(count: int) -> list[Lane]:
    return [Lane("127.0.0.1", 1) for _ in range(count)]


async def test_arrivals_come_at_their_rate_however_slow_the_answers_are() -> None:
    sent: list[float] = []

    async def slow(_: Lane, __: int) -> None:
        sent.append(perf_counter())
        await asyncio.sleep(0.2)

    result = await open_load(lanes(100), rate=100, seconds=0.5, act=slow)
    assert len(result.seconds) == 50
    assert 0.4 < sent[-1] - sent[0] < 1.5


async def test_a_stall_is_charged_to_everybody_who_was_due_in_it() -> None:
    async def stalls_once(_: Lane, number: int) -> None:
        if number == 5:
            sleep(0.3)  # noqa: ASYNC251 - the whole process stalls: that is the point

    result = await open_load(lanes(100), rate=100, seconds=0.3, act=stalls_once)
    assert sum(seconds > 0.1 for seconds in result.seconds) > 10


async def test_an_arrival_that_finds_no_lane_is_dropped_and_counted() -> None:
    async def slow(_: Lane, __: int) -> None:
        await asyncio.sleep(1)

    result = await open_load(lanes(2), rate=100, seconds=0.1, act=slow)
    assert (len(result.seconds), result.dropped) == (2, 8)


async def test_the_crowd_registers_saves_choice_by_choice_and_hands_in() -> None:
    served = contest()
    server, origin = await fake.serve(served)
    crowd = Crowd(Target(origin, fake.KEY), folder(PLAN), lanes=32, seed=1)
    await crowd.all(crowd.register)
    await crowd.all(crowd.start)
    for round_ in range(3):
        await crowd.save(crowd.lanes[0], 7 + round_ * PEOPLE)
    assert len(served.people) == len(served.open) == PEOPLE
    assert sorted(len(paper["answers"]) for paper in served.open)[-2:] == [0, 3]
    await crowd.all(crowd.submit)
    await crowd.attempt(crowd.lanes[0], 7)
    server.close()
    assert len(served.attempts) == PEOPLE + 1
    assert not served.open

"""Waiting until everything has been counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bench import settle as module
from bench.scrape import Readings
from bench.settle import NotSettled, settle
from bench.target import Target

ROUND = "bg-thads-2023"


def readings(*, outbox: float = 0, lag: float = 0, phases: tuple[float, ...] = (3,)) -> Readings:
    found: Readings = {("hoithi_outbox_rows", (("address", "quiz"),)): outbox, ("hoithi_consumer_lag", ()): lag}
    for number, phase in enumerate(phases):
        found["hoithi_contest_phase", (("address", str(number)), ("contest", ROUND))] = phase
    return found


def see(monkeypatch: pytest.MonkeyPatch, *answers: Readings) -> Iterator[Readings]:
    """`scrape` answers these one after another, the last one for ever."""
    left = iter(answers)

    async def scrape(_: object) -> Readings:
        return next(left, answers[-1])

    async def no_sleep(_: float) -> None:
        await asyncio.tasks.sleep(0)

    monkeypatch.setattr(module, "scrape", scrape)
    monkeypatch.setattr(module.asyncio, "sleep", no_sleep)
    return left


async def waiting(patience: float = 0.05) -> None:
    await settle(Target("http://x", b""), ROUND, closing=True, patience=patience)


async def test_it_waits_for_outboxes_lag_and_the_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    left = see(monkeypatch, readings(outbox=1), readings(lag=2), readings(phases=(2,)), readings())
    await waiting(5)
    assert next(left, None) is None


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (readings(outbox=2), "2 facts in outboxes"),
        (readings(lag=5), "5 records not consumed"),
        (readings(phases=(3, 2)), "is not closed"),
        (readings(phases=()), "is not closed"),
    ],
)
async def test_what_is_still_on_its_way_is_named(monkeypatch: pytest.MonkeyPatch, found: Readings, words: str) -> None:
    see(monkeypatch, found)
    with pytest.raises(NotSettled, match=words):
        await waiting()


async def test_a_contest_that_two_services_call_closed_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    see(monkeypatch, readings(phases=(3, 3)))
    await waiting(5)


async def test_one_calm_moment_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    left = see(monkeypatch, readings(), readings(), readings(lag=1), readings(), readings(), readings())
    await waiting(5)
    assert next(left, None) is None

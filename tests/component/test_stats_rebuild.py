"""Rebuilding stats from offset 0 beside the live service, and writing the board, on real Kafka."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.contracts.events import ContestantMoved, Event
from services.runtime.database import open_pool
from services.runtime.publisher import Outgoing, Publisher
from services.runtime.settings import Settings
from services.stats.board import follow
from services.stats.health import Health
from services.stats.publisher import Publishing
from services.stats.rebuild import rebuild
from services.stats.view import View
from tests.support.counting import OPENS, Heard, Stats, Story
from tests.support.stores import Stores


@dataclass
class Live:
    """A stats database that has counted what stands in Kafka."""

    settings: Settings
    pool: Any
    publisher: Publisher
    stats: Stats

    async def happen(self, *events: Event) -> None:
        """To Kafka and to the live tables; one topic a call."""
        await self.publisher.publish([Outgoing(event) for event in events])
        await self.stats.take(*events)

    async def rollups(self) -> list[tuple[Any, ...]]:
        rows = await self.pool.fetch(
            """select scope, kind, unit, slot, registrants, participants, attempts, valid, perfect from rollups
            where scope = $1 order by 1, 2, 3, 4""",
            STORY.contest,
        )  # fmt: skip
        return [tuple(row) for row in rows]


STORY = Story()


@pytest.fixture
async def live(stores: Stores, tmp_path: Path) -> AsyncIterator[Live]:
    name = await asyncio.to_thread(stores.new_database, "stats")
    settings = stores.settings("stats", name, public_dir=tmp_path)
    pool, publisher = await open_pool(settings), Publisher(stores.kafka.address, "stats")
    try:
        yield Live(settings, pool, publisher, Stats(pool))
    finally:
        await publisher.stop()
        await pool.close()


async def a_month(live: Live) -> None:
    await live.happen(STORY.unit("r"), STORY.unit("a", "r", headcount=20), STORY.unit("b", "r"))
    await live.happen(STORY.defined())
    await live.happen(*(STORY.registered(n, "a" if n % 2 else "b") for n in range(40)))
    await live.happen(*(STORY.scored(n, ordinal) for n in range(30) for ordinal in (1, 2)))
    await live.happen(*(STORY.about(ContestantMoved, n, 2, unit_id="b", category="y") for n in range(7)))
    await live.happen(*(STORY.scored(n, 1, 2, valid=False) for n in range(4)))


async def test_rule_4_a_rebuild_from_the_first_offset_gives_every_rollup_the_same_and_is_swapped_in(live):
    await a_month(live)
    before, rev = await live.rollups(), await live.pool.fetchval("select rev from revs where scope = $1", STORY.contest)
    report = await rebuild(live.settings)
    assert (report.missing, report.miscounted, report.swapped) == (0, 0, True)
    assert report.facts >= 60
    assert await live.rollups() == before
    assert await live.pool.fetchval("select rev from revs where scope = $1", STORY.contest) > rev
    assert not await live.pool.fetchval("select to_regnamespace('stats_rebuild') is not null")
    # Counting goes on where it stood: what comes again is known, what is new is counted.
    await live.stats.take(STORY.scored(0, 1, 2, valid=False), STORY.scored(0, 3))
    assert len(await live.pool.fetch("select from facts where contest_id = $1", STORY.contest)) == 61
    assert await live.stats.differences() == []


async def test_a_rebuild_repairs_rollups_that_went_wrong_and_says_how_many_differed(live):
    await a_month(live)
    before = await live.rollups()
    await live.pool.execute("update rollups set attempts = attempts + 1 where scope = $1 and unit = 'a'", STORY.contest)
    report = await rebuild(live.settings)
    assert report.different > 0
    assert report.swapped
    assert await live.rollups() == before


async def test_a_rebuild_that_would_lose_a_fact_leaves_the_live_tables_as_they_are(live):
    await a_month(live)
    await live.stats.take(STORY.scored(35, 1))  # counted here, and not in Kafka
    before = await live.rollups()
    report = await rebuild(live.settings)
    assert (report.missing, report.swapped) == (1, False)
    assert await live.rollups() == before


async def test_a_process_that_was_running_shows_the_rebuilt_numbers_without_a_restart(live):
    await a_month(live)
    view = View(live.pool)
    await view.refresh(OPENS)
    await live.pool.execute("update rollups set attempts = attempts + 1000 where scope = $1", STORY.contest)
    await rebuild(live.settings)
    await view.refresh(OPENS)
    assert view.shown[STORY.contest].snapshot.contest.counts.attempts == 60


async def test_the_board_is_written_from_kafka_alone_and_follows_what_is_published(live, tmp_path):
    await a_month(live)
    leading = Publishing(_Parts(live, heard := Heard()))  # type: ignore[arg-type]
    async with live.pool.acquire() as connection:
        for _ in range(3):
            await leading.once(connection)
    await live.publisher.publish([Outgoing(event) for event in heard.taken()])
    health = Health()
    following = asyncio.create_task(follow(live.settings, health))
    try:
        board = tmp_path / "contests" / STORY.contest / "board.json"
        await _until(lambda: health.ready and board.exists())
        assert json.loads(board.read_text())["contest"]["counts"]["attempts"] == 60
        assert (board.parent / "window.json").exists()
        await live.happen(STORY.scored(20, 3))
        async with live.pool.acquire() as connection:
            await leading.once(connection)
        await live.publisher.publish([Outgoing(event) for event in heard.taken()])
        await _until(lambda: json.loads(board.read_text())["contest"]["counts"]["attempts"] == 61)
    finally:
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


class _Parts:
    def __init__(self, live: Live, heard: Heard) -> None:
        self.state, self.publish, self.clock = {"view": View(live.pool)}, heard.publish, _Clock()


class _Clock:
    def now(self) -> Any:
        return OPENS

    def monotonic(self) -> float:
        return 0.0


async def _until(holds: Any) -> None:
    for _ in range(1200):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError

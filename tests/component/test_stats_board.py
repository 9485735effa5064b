"""The board's writer behind a real Kafka: what stats tells, as it stands in the files."""

from __future__ import annotations

import asyncio
import json
import secrets as randomness
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.contracts.events import Counts, StatsContest, StatsUnit
from services.contracts.rules import Text
from services.runtime.publisher import Outgoing, Publisher
from services.stats import board, files
from services.stats.health import Health
from tests.support.stores import Stores

T = datetime(2023, 8, 31, 17, tzinfo=UTC)


def contest(contest_id: str, attempts: int) -> StatsContest:
    return StatsContest(
        version=attempts, time=T, recorded_at=T, contest_id=contest_id, series_id=contest_id, title=Text("Thi"), phase="open",
        time_zone="Asia/Ho_Chi_Minh", opens=T, closes=T, counts=Counts(1, 1, attempts, 1, 1),
    )  # fmt: skip


def unit(contest_id: str, attempts: int) -> StatsUnit:
    return StatsUnit(
        version=attempts, time=T, recorded_at=T, contest_id=contest_id, unit_id="a", name=Text("Đơn vị"),
        counts=Counts(1, 1, attempts, 1, 1),
    )  # fmt: skip


class Told:
    """What is told, and the files as they are seen meanwhile."""

    def __init__(self, publisher: Publisher, folder: Path) -> None:
        self._publisher, self._folder = publisher, folder
        self._contest = f"board-{randomness.token_hex(4)}"
        self.boards: dict[tuple[int, int], float] = {}
        """(attempts of the contest, of its unit) as they stood in one board, and when that was first seen."""
        self.totals: dict[int, float] = {}

    async def tell(self, make: Callable[[str, int], StatsContest | StatsUnit], attempts: int) -> None:
        await self._publisher.publish([Outgoing(make(self._contest, attempts))])

    def look(self) -> None:
        if told := self._read("totals"):
            self.totals.setdefault(told["contest"]["counts"]["attempts"], time.monotonic())
        if shown := self._read("board"):
            units = [each["n"][2] for each in shown["units"]] or [0]
            self.boards.setdefault((shown["contest"]["counts"]["attempts"], units[0]), time.monotonic())

    def _read(self, name: str) -> Any:
        path = self._folder / "contests" / self._contest / f"{name}.json"
        return json.loads(path.read_text()) if path.exists() else None

    async def until(self, attempts: int) -> None:
        """Both files show so many, the board in its unit too."""
        async with asyncio.timeout(60):
            while attempts not in self.totals or attempts not in {of_unit for _, of_unit in self.boards}:
                self.look()
                await asyncio.sleep(0.005)


@pytest_asyncio.fixture
async def told(stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Told]:
    monkeypatch.setattr(board, "PIECE_MS", 600)
    publisher = Publisher(stores.kafka.address, "stats")
    following = asyncio.create_task(board.follow(stores.settings("board", public_dir=tmp_path), Health()))
    made = Told(publisher, tmp_path)
    await made.tell(contest, 1)
    await made.tell(unit, 1)
    await made.until(1)
    yield made
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await publisher.stop()


async def test_what_is_told_in_pieces_is_one_board_and_its_totals_do_not_wait_for_it(told: Told) -> None:
    for attempts in (2, 3):
        # Longer than the writer pauses between two boards: nothing but the pieces keeps it from writing.
        await asyncio.sleep(board.PAUSE + 0.2)
        await told.tell(contest, attempts)
        await asyncio.sleep(0.05)
        await told.tell(unit, attempts)
        await told.until(attempts)
        assert told.totals[attempts] < told.boards[attempts, attempts]
    assert {(of_contest, of_unit) for of_contest, of_unit in told.boards if of_contest > 1} == {(2, 2), (3, 3)}


async def test_units_that_come_late_are_waited_for(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full machine they come long after the pieces seem to have ended, and no page would read the board again."""
    monkeypatch.setattr(board, "PIECE_MS", 60)
    monkeypatch.setattr(files, "WAIT", 60.0)
    await asyncio.sleep(board.PAUSE + 0.2)
    await told.tell(contest, 2)
    await asyncio.sleep(1)
    await told.tell(unit, 2)
    await told.until(2)
    assert (2, 1) not in told.boards


async def test_pieces_that_never_end_keep_no_board_from_being_written(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "PIECES", 3)
    began, attempts = time.monotonic(), 1
    while time.monotonic() - began < 6:
        attempts += 1
        await told.tell(contest, attempts)
        told.look()
        await asyncio.sleep(0.05)
    assert len({of_contest for of_contest, _ in told.boards}) > 1

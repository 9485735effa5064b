"""The board's writer: `python -m services.stats.board`. Follows `contests` and `stats`, and writes the public files.

It needs Kafka and a folder, nothing else, so that the public board lives where every service is down. It reads both
topics from their beginning at every start and keeps no state of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.contracts import envelope
from services.contracts.events import ContestDefined, Event, StatsContest, StatsUnit
from services.contracts.ids import contest_to_path
from services.runtime.logs import configure, logger
from services.runtime.metrics import METRICS
from services.runtime.settings import Settings
from services.stats.documents import board, window
from services.stats.health import Health, serve_health

TOPICS = ("contests", "stats")
PAUSE = 1.0
"""Least seconds between two writes of the same file."""

_log = logger("board")
_encode = msgspec.json.Encoder().encode


class Board:
    """What was read, and which contests' files are older than that."""

    def __init__(self, public_dir: Path) -> None:
        self._folder = public_dir / "contests"
        self._defined: dict[str, ContestDefined] = {}
        self._contests: dict[str, StatsContest] = {}
        self._units: dict[str, dict[str, StatsUnit]] = {}
        self._dirty: set[tuple[str, str]] = set()

    def take(self, event: Event) -> None:
        """The newest of each key stands. Equal versions too: a new leader says the same again, or says it better."""
        if isinstance(event, ContestDefined) and _newer(event, self._defined.get(event.contest_id)):
            self._defined[event.contest_id] = event
            self._dirty.add((event.contest_id, "window"))
        elif isinstance(event, StatsContest) and _newer(event, self._contests.get(event.contest_id)):
            self._contests[event.contest_id] = event
            self._dirty.add((event.contest_id, "board"))
        elif isinstance(event, StatsUnit):
            units = self._units.setdefault(event.contest_id, {})
            if _newer(event, units.get(event.unit_id)):
                # A unit that was merged away stays known, so that an older word about it does not bring it back.
                units[event.unit_id] = event
                self._dirty.add((event.contest_id, "board"))

    def write(self) -> int:
        """Replaces what is older than what was read; a reader sees the old file or the new one. How many files."""
        dirty, self._dirty = self._dirty, set()
        written = 0
        for contest_id, name in sorted(dirty):
            document = self._document(contest_id, name)
            if document is not None:
                replace(self._folder / contest_to_path(contest_id) / f"{name}.json", _encode(document))
                written += 1
        return written

    def _document(self, contest_id: str, name: str) -> dict[str, Any] | None:
        if name == "window":
            return window(self._defined[contest_id])
        contest = self._contests.get(contest_id)
        return board(contest, list(self._units.get(contest_id, {}).values())) if contest else None


def _newer(event: Event, held: Event | None) -> bool:
    return held is None or event.version >= held.version


def replace(path: Path, content: bytes) -> None:
    """Writes beside and renames. A file that already reads so is left alone: its ETag stays."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.new")
    beside.write_bytes(content)
    beside.replace(path)


async def follow(settings: Settings, health: Health) -> None:
    """Reads for ever; when Kafka is away the files stay as they are and reading starts again."""
    while True:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka, auto_offset_reset="earliest", enable_auto_commit=False,
            client_id=f"board-{settings.instance}", fetch_max_wait_ms=200,
        )  # fmt: skip
        try:
            await consumer.start()
            await _follow(consumer, Board(settings.public_dir), health)
        except (KafkaError, OSError, AssertionError) as error:
            health.ready = False
            _log.warning("Kafka is away; the files stay as they are", error=repr(error))
        finally:
            with contextlib.suppress(KafkaError, OSError):
                await consumer.stop()
        await asyncio.sleep(1)


async def _follow(consumer: AIOKafkaConsumer, board_: Board, health: Health) -> None:
    partitions = [TopicPartition(topic, 0) for topic in TOPICS]
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    ends = await consumer.end_offsets(partitions)
    while True:
        started = asyncio.get_running_loop().time()
        found = await consumer.getmany(*partitions, timeout_ms=500, max_records=20_000)
        for records in found.values():
            for event in _events(records):
                board_.take(event)
        if not health.ready:
            health.ready = all([await consumer.position(p) >= ends[p] for p in partitions])
        # Nothing is written while catching up: an old number on the board would be a step back.
        if health.ready and board_.write():
            METRICS.stats_age.set_to_current_time()
            await asyncio.sleep(max(0.0, PAUSE - (asyncio.get_running_loop().time() - started)))


def _events(records: Iterable[Any]) -> Iterable[Event]:
    for record in records:
        try:
            yield envelope.decode(record.value, record.headers)[0]
        except envelope.BadRecord as fault:
            _log.warning("passed over a record", topic=record.topic, offset=record.offset, fault=str(fault))


async def main() -> None:
    settings = Settings(service="board")
    configure("board", settings.instance, settings.log_level)
    health = Health()
    following = asyncio.create_task(follow(settings, health))
    for received in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(received, following.cancel)
    async with serve_health(settings, health):
        with contextlib.suppress(asyncio.CancelledError):
            await following


if __name__ == "__main__":
    asyncio.run(main())

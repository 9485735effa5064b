"""The board's writer: `python -m services.stats.board`. Follows `contests` and `stats`, and writes the public files.

It needs Kafka and a folder, nothing else, so that the public board lives where every service is down. It reads both
topics from their beginning at every start and keeps no state of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.contracts import envelope
from services.contracts.events import Event
from services.runtime.logs import configure, logger
from services.runtime.metrics import METRICS
from services.runtime.settings import Settings
from services.stats.files import KINDS, Board
from services.stats.health import Health, serve_health

TOPICS = ("contests", "stats")
PAUSE = 1.0
"""Least seconds between two writes of the boards. A moved deadline does not wait: it must be on every page in five."""
LOOK_MS = 250

_log = logger("board")


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
    now, boards_at = asyncio.get_running_loop().time, -PAUSE
    while True:
        found = await consumer.getmany(*partitions, timeout_ms=LOOK_MS, max_records=20_000)
        for records in found.values():
            for event in _events(records):
                board_.take(event)
        if not health.ready:
            health.ready = all([await consumer.position(p) >= ends[p] for p in partitions])
        # Nothing is written while catching up: an old number on the board would be a step back.
        if health.ready:
            paused = now() - boards_at < PAUSE
            if board_.write(frozenset({"window"}) if paused else KINDS) and not paused:
                METRICS.stats_age.set_to_current_time()
                boards_at = now()


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

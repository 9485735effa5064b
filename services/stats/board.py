"""The board's writer: `python -m services.stats.board`. Follows `contests` and `stats`, and writes the public files.

It needs Kafka and a folder, nothing else, so that the public board lives where every service is down. It reads both
topics from their beginning at every start and keeps no state of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.contracts import envelope
from services.contracts.events import Event
from services.runtime.consumers import begun
from services.runtime.logs import configure, logger
from services.runtime.metrics import METRICS
from services.runtime.settings import Settings
from services.stats.files import PROMPT, Board
from services.stats.health import Health, serve_health

PARTITIONS = [TopicPartition(topic, 0) for topic in ("contests", "stats")]
PAUSE = 0.9
"""Least seconds between two writes of the boards: a little less than between two tellings of stats, so that each is written when
it comes. With a whole second the two drifted against each other, and a number waited for most of another one. Totals do not
wait, nor does a moved deadline: it must be on every page in five."""
LOOK_MS = 250
PIECE_MS, PIECES = 60, 20
"""What stats tells together comes in pieces, the contest first: a board is made when nothing more has come for so long, and at the
latest after so many looks that found something."""

_log = logger("board")


async def follow(settings: Settings, health: Health) -> None:
    """Reads for ever; when Kafka is away the files stay as they are and reading starts again."""
    while True:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka, auto_offset_reset="earliest", enable_auto_commit=False,
            client_id=f"board-{settings.instance}", fetch_max_wait_ms=200,
        )  # fmt: skip
        try:
            ends = await begun(consumer, PARTITIONS)
            await _follow(consumer, ends, Board(settings.public_dir), health)
        except (KafkaError, OSError, AssertionError) as error:
            health.ready = False
            _log.warning("Kafka is away; the files stay as they are", error=repr(error))
        finally:
            with contextlib.suppress(KafkaError, OSError):
                await consumer.stop()
        await asyncio.sleep(1)


async def _follow(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], board_: Board, health: Health
) -> None:
    consumer.assign(PARTITIONS)
    await consumer.seek_to_beginning(*PARTITIONS)
    now, boards_at, pieces = asyncio.get_running_loop().time, -PAUSE, 0
    while True:
        left_ms = round(1000 * (boards_at + PAUSE - now()))
        look_ms = PIECE_MS if pieces else min(LOOK_MS, left_ms) if left_ms > 0 else LOOK_MS
        found = await consumer.getmany(*PARTITIONS, timeout_ms=look_ms, max_records=20_000)
        for records in found.values():
            for event in _events(records):
                board_.take(event)
        pieces = pieces + 1 if found and pieces < PIECES else 0
        if not health.ready:
            health.ready = all([await consumer.position(p) >= ends[p] for p in PARTITIONS])
            pieces = 0
        # Nothing is written while catching up: an old number on the board would be a step back.
        if health.ready:
            board_.write(PROMPT)
            if not pieces and now() - boards_at >= PAUSE and board_.write(now=now()):
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

"""Rebuilding stats from the beginning of its topics: `python -m services.stats.rebuild`.

Reads beside the live service into a second set of tables, in silence and with the live service's own handlers, and
swaps them in when nothing is missing and every rollup is equal. Prints a report as JSON; leaves with 1 where it did
not swap.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time

import asyncpg
import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from msgspec import Struct

from services.contracts.topics import TOPICS
from services.runtime.database import Connection, Pool, open_pool
from services.runtime.logs import configure, logger
from services.runtime.settings import Settings
from services.stats.counter import Counter
from services.stats.handlers import subscriptions
from services.stats.reader import Reader
from services.stats.repository import audit, schemas

_log = logger("rebuild")


class Report(Struct, frozen=True):
    """What a rebuild found. `swapped` False: the live tables stand as they were."""

    events: int
    seconds: float
    facts: int
    ahead: int
    """Facts that the live tables did not hold yet: only at 0 do `equal` and `different` compare like with like."""
    equal: int
    different: int
    """Rollups, against the live ones."""
    miscounted: int
    """Rebuilt rollups that a recount from the rebuilt facts contradicts."""
    missing: int
    """Facts and persons that only the live tables know."""
    swapped: bool


async def rebuild(settings: Settings) -> Report:
    """Raises for a store that is away; nothing live has changed then."""
    started = time.monotonic()
    live = await open_pool(settings)
    async with live.acquire() as connection:
        await schemas.create_beside(connection)
    beside = await open_pool(_hasty(settings), schema=f"{schemas.BESIDE}, public")
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka, enable_auto_commit=False, auto_offset_reset="earliest",
        fetch_max_wait_ms=20,  # at the end of a topic, a question for offsets waits behind the fetch that waits for records
        fetch_max_bytes=32 << 20, max_partition_fetch_bytes=8 << 20, client_id="stats-rebuild",
    )  # fmt: skip
    await consumer.start()
    try:
        reader = Reader(consumer, beside)
        await _assign_everything(consumer)
        await reader.catch_up()
        # What came meanwhile, before anybody is made to wait.
        await reader.catch_up()
        return await _finish(live, beside, reader, started)
    finally:
        await consumer.stop()
        await beside.close()
        await live.close()


async def _assign_everything(consumer: AIOKafkaConsumer) -> None:
    everything = [
        TopicPartition(s.topic, partition)
        for s in subscriptions(Counter(None))
        for partition in range(TOPICS[s.topic].partitions)
    ]
    consumer.assign(everything)
    await consumer.seek_to_beginning(*everything)


def _hasty(settings: Settings) -> Settings:
    """A rebuild that a crash interrupts is begun again, so its commits need not wait for the disk; the swap's does."""
    url = settings.database_url
    return settings.model_copy(
        update={
            "database_url": f"{url}{'&' if '?' in url else '?'}synchronous_commit=off&work_mem=64MB",
            "pool_size": 2,
        }
    )


async def _finish(live: Pool, beside: Pool, reader: Reader, started: float) -> Report:
    """Compares with the live tables while nobody writes to them, and swaps where nothing is missing or miscounted."""
    async with beside.acquire() as rebuilt:
        await reader.catch_up()
        miscounted = len(await audit.differences(rebuilt))
    for attempt in range(3):
        try:
            async with live.acquire() as connection, connection.transaction():
                return await _compare_and_swap(connection, reader, started, miscounted)
        except asyncpg.DeadlockDetectedError:
            # Somebody held what was asked for and asked for what was held; they go on, and it is tried again.
            _log.warning("tables are in use; trying to swap again", attempt=attempt)
            await asyncio.sleep(1)
    raise TimeoutError("the live tables could not be locked; nothing was changed, try again at a quieter moment")


async def _compare_and_swap(connection: Connection, reader: Reader, started: float, miscounted: int) -> Report:
    await schemas.stop_writers(connection)
    await reader.catch_up()
    missing = await schemas.missing_facts(connection) + await schemas.missing_people(connection)
    equal, different = await audit.unequal(connection, schemas.LIVE, schemas.BESIDE)
    facts = await schemas.count_facts(connection, schemas.BESIDE)
    ahead = facts - await schemas.count_facts(connection, schemas.LIVE)
    if not missing and not miscounted:
        await schemas.swap(connection)
    return Report(
        reader.events, round(time.monotonic() - started, 2), facts, ahead, equal, different, miscounted, missing,
        swapped=not missing and not miscounted,
    )  # fmt: skip


async def main() -> int:
    settings = Settings(service="stats")
    configure("stats-rebuild", settings.instance, settings.log_level)
    # Nothing that a rebuild makes is cyclic; the collector would walk hundreds of thousands of events.
    gc.disable()
    report = await rebuild(settings)
    sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    return 0 if report.swapped and not report.different else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

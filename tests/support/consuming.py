"""Facts about made-up people on real topics, and a reader that writes down what it handled."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.contracts.events import ContestantRegistered, Event
from services.contracts.topics import TOPICS
from services.runtime.consumer import Handled, Received, Subscription
from services.runtime.consumers import Consumers
from services.runtime.database import Pool
from services.runtime.publisher import Outgoing, Publisher, Raw
from services.runtime.settings import Settings

NOW = datetime(2023, 9, 20, tzinfo=UTC)
TABLE = """create table effects (
    series text, contestant uuid, version int check (version <> 13), times int not null default 1,
    primary key (series, contestant))"""


def person(series: str, n: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{series}|{n}"))


def registered(series: str, n: int, version: int = 1) -> ContestantRegistered:
    return ContestantRegistered(
        version=version, time=NOW, recorded_at=NOW, series_id=series, contestant_id=person(series, n), unit_id="u"
    )


async def write_effects(connection: Any, batch: Sequence[Received], series: str) -> list[str]:
    """One row per person of the series, as a handler that bears repetition does; who they are."""
    mine = [received.event for received in batch if getattr(received.event, "series_id", "") == series]
    await connection.execute(
        """insert into effects (series, contestant, version)
           select $1, * from unnest($2::uuid[], $3::int[])
           on conflict (series, contestant) do update set times = effects.times + 1""",
        series, [event.contestant_id for event in mine], [event.version for event in mine],  # type: ignore[attr-defined]
    )  # fmt: skip
    return [event.contestant_id for event in mine]  # type: ignore[attr-defined]


@dataclass
class Reader:
    """One process's consumers of `registrations` as scoring, with whatever handler a test needs."""

    settings: Settings
    pool: Pool
    publisher: Publisher
    faults: list[BaseException] = field(default_factory=list)
    died: asyncio.Event = field(default_factory=asyncio.Event)
    consumers: Consumers | None = None

    def fatal(self, error: BaseException) -> None:
        self.faults.append(error)
        self.died.set()

    async def start(self, *subscriptions: Subscription) -> Consumers:
        self.consumers = Consumers(
            self.settings, subscriptions, pool=self.pool, publisher=self.publisher, on_fatal=self.fatal
        )
        await self.consumers.start()
        return self.consumers

    async def stop(self) -> None:
        """Like a kill where the reader has died: nothing in flight is finished."""
        if self.consumers is not None:
            for consumer in self.consumers._all:
                if self.died.is_set() and consumer._subscriber is not None:
                    for task in consumer._subscriber.tasks:
                        task.cancel()
            await self.consumers.stop()


@contextlib.asynccontextmanager
async def reading(stores: Any, pool: Pool, **settings: Any) -> AsyncIterator[Reader]:
    given = stores.settings("scoring", **settings)
    reader = Reader(given, pool, Publisher(given.kafka, "scoring"))
    try:
        yield reader
    finally:
        await reader.stop()
        await reader.publisher.stop()


async def publish(stores: Any, events: Sequence[Event], producer: str = "registration") -> None:
    publisher = Publisher(stores.kafka.address, producer)
    try:
        await publisher.publish([Outgoing(event) for event in events])
    finally:
        await publisher.stop()


async def send(stores: Any, records: Sequence[Raw]) -> None:
    publisher = Publisher(stores.kafka.address, "test")
    try:
        await publisher.send(records)
    finally:
        await publisher.stop()


def partitions_of(topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, n) for n in range(TOPICS[topic].partitions if topic in TOPICS else 1)]


async def ends(kafka: str, topic: str) -> dict[TopicPartition, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        return dict(await consumer.end_offsets(partitions_of(topic)))
    finally:
        await consumer.stop()


async def records(kafka: str, topic: str, since: dict[TopicPartition, int] | None = None) -> list[Any]:
    """Everything in the topic after `since`, partition by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = partitions_of(topic)
        until = await consumer.end_offsets(partitions)
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, (since or {}).get(partition, 0))
        found: list[Any] = []
        while any([await consumer.position(p) < until[p] for p in partitions]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += batch
        return found
    finally:
        await consumer.stop()


async def committed(kafka: str, group: str, topic: str) -> dict[TopicPartition, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        return {p: await consumer.committed(p) or 0 for p in partitions_of(topic)}
    finally:
        await consumer.stop()


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 (another process makes it true)
            await asyncio.sleep(0.05)


NOTHING = Handled()

"""Reading every topic of stats from its beginning, with the live service's own handlers and big batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.contracts import envelope
from services.runtime.consumer import Received, Refused, Subscription
from services.runtime.database import Pool
from services.runtime.logs import logger
from services.stats.counter import Counter
from services.stats.handlers import subscriptions

BATCH = 10_000
_log = logger("rebuild")


class Reader:
    """Reads every topic of stats from its beginning, each partition in order, without a group."""

    def __init__(self, consumer: AIOKafkaConsumer, pool: Pool) -> None:
        self._consumer, self._pool = consumer, pool
        self._subscriptions = subscriptions(Counter(None))
        self.events = 0

    async def catch_up(self) -> None:
        """To the ends as they are now: reference topics first, then registrations, so that few histories move."""
        ends = await self._consumer.end_offsets(sorted(self._consumer.assignment()))
        for subscription in self._subscriptions:
            await self._read(subscription, {p: end for p, end in ends.items() if p.topic == subscription.topic})

    async def _read(self, subscription: Subscription, ends: dict[TopicPartition, int]) -> None:
        behind = [p for p, end in ends.items() if await self._consumer.position(p) < end]
        held: list[Any] = []
        while behind:
            found = await self._consumer.getmany(*behind, timeout_ms=1000, max_records=BATCH)
            held += [record for records in found.values() for record in records]
            behind = [p for p in behind if await self._consumer.position(p) < ends[p]]
            if len(held) >= BATCH or not behind:
                await self._handle(subscription, _decode(subscription, held))
                self.events += len(held)
                held = []

    async def _handle(self, subscription: Subscription, batch: Sequence[Received]) -> None:
        if not batch:
            return
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                handled = await subscription.handle(connection, batch)
        except (Refused, asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as fault:
            # The live service sent it to its dead letters for the same reason.
            await self._halves(subscription, batch, fault)
            return
        if handled is not None and handled.waiting:
            _log.warning("names something unknown", topic=subscription.topic, records=len(handled.waiting))

    async def _halves(self, subscription: Subscription, batch: Sequence[Received], fault: Exception) -> None:
        if len(batch) == 1:
            _log.warning("passed over a record", topic=subscription.topic, offset=batch[0].offset, fault=str(fault))
            return
        await self._handle(subscription, batch[: len(batch) // 2])
        await self._handle(subscription, batch[len(batch) // 2 :])


def _decode(subscription: Subscription, records: Sequence[Any]) -> list[Received]:
    decoded = []
    for record in records:
        try:
            event, _ = envelope.decode(record.value, record.headers)
        except envelope.BadRecord:
            continue
        if isinstance(event, subscription.types):
            decoded.append(Received(event, record.topic, record.partition, record.offset, record.timestamp, None))
    return decoded

"""The batch consumer: at least once, with an effect that happens once (rule 3), and nothing lost.

A batch is decoded record by record; what cannot be read goes to the dead-letter topic. The rest goes to the
service's handler in one transaction; what the handler says was stored is published; only then are offsets
committed. An unexpected error ends the process before the next batch, because a later commit would skip this one.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from services.contracts import envelope
from services.runtime.database import Pool, is_transient
from services.runtime.dead_letters import DeadLetters
from services.runtime.logs import logger
from services.runtime.metrics import METRICS
from services.runtime.publisher import Publisher
from services.runtime.subscription import NOTHING, Handled, Received, Refused, Subscription

WAIT_FOR_REFERENCE = 0.3
_log = logger("consumer")


__all__ = ["Handled", "Received", "Refused", "Subscription", "TopicConsumer"]

# What the record itself is to blame for: the same statement would fail for ever.
POISON = (
    Refused,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)


class TopicConsumer(ConsumerRebalanceListener):  # type: ignore[misc]
    """Carries one subscription. `on_fatal` is told of an error after which this process must not go on."""

    def __init__(
        self, subscription: Subscription, *, service: str, pool: Pool, publisher: Publisher,
        on_fatal: Callable[[BaseException], None], group_suffix: str = "", group_instance: str | None = None,
    ) -> None:  # fmt: skip
        self.subscription, self.service = subscription, service
        self.group_id = f"hoithi.{service}.{subscription.topic}{group_suffix}"
        self._group_instance = group_instance
        self._pool, self._publisher, self._on_fatal = pool, publisher, on_fatal
        self._barrier = asyncio.Lock()
        self._subscriber: Any = None
        self._dead_letters = DeadLetters(subscription.topic, service)
        self._measured: set[TopicPartition] = set()
        self._oldest: float | None = None

    def attach(self, broker: KafkaBroker) -> None:
        self._subscriber = broker.subscriber(
            self.subscription.topic, batch=True, group_id=self.group_id, group_instance_id=self._group_instance,
            ack_policy=AckPolicy.MANUAL, auto_offset_reset="earliest", parser=self._parse, decoder=_body, listener=self,
            max_records=self.subscription.max_records, batch_timeout_ms=50, no_reply=True,
            fetch_min_bytes=1 if self.subscription.reference else 65536,
            fetch_max_wait_ms=500 if self.subscription.reference else self.subscription.fetch_wait_ms,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )  # fmt: skip
        self._subscriber(self._on_batch)

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        return self._subscriber.consumer if self._subscriber is not None else None

    # aiokafka calls these two; the lock makes a rebalance wait for the batch in flight.
    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        async with self._barrier:
            if revoked:
                METRICS.rebalances.labels(self.subscription.topic).inc()

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        pass

    async def _parse(self, records: Sequence[Any]) -> KafkaAckableMessage:
        # Stock parsing drops a whole batch for one header that is not UTF-8, and commits past it.
        return KafkaAckableMessage(body=records, raw_message=records, consumer=self.consumer)

    async def _on_batch(self, records: Sequence[Any]) -> None:
        try:
            async with self._barrier:
                mine = self._still_mine(records)
                if mine:
                    with METRICS.handler_seconds.labels(self.subscription.topic).time():
                        await self._take(mine)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            _log.error("cannot go on", topic=self.subscription.topic, exc_info=error)
            self._on_fatal(error)
            await asyncio.Event().wait()

    def _still_mine(self, records: Sequence[Any]) -> list[Any]:
        consumer = self.consumer
        assigned = consumer.assignment() if consumer is not None else frozenset()
        return [record for record in records if TopicPartition(record.topic, record.partition) in assigned]

    async def _take(self, records: Sequence[Any]) -> None:
        topic = self.subscription.topic
        self._oldest = min(record.timestamp for record in records) / 1000
        received = self._decode(records)
        handled = await self._handle(received) if received else NOTHING
        await self._dead_letters.send(self._publisher)
        await self._publisher.publish(handled.publish)
        METRICS.consumed.labels(topic).inc(len(records))
        METRICS.waiting.labels(topic).set(len(handled.waiting))
        await self._acknowledge(records, handled.waiting)
        self._oldest = min((item.timestamp_ms for item in handled.waiting), default=0) / 1000 or None

    def _decode(self, records: Sequence[Any]) -> list[Received]:
        received: list[Received] = []
        types = self.subscription.types
        for record in records:
            try:
                event, trace = envelope.decode(record.value, record.headers)
                if event.topic != record.topic:
                    raise envelope.BadRecord(f"{event.type}: belongs to the topic {event.topic}")
            except envelope.BadRecord as fault:
                self._dead_letters.add(record, "malformed", str(fault))
                continue
            if isinstance(event, types):
                received.append(
                    Received(event, record.topic, record.partition, record.offset, record.timestamp, trace, record)
                )
        return received

    async def _handle(self, received: Sequence[Received]) -> Handled:
        """The handler in one transaction; transient errors are tried again in place, deterministic ones bisected."""
        pause = 0.05
        while True:
            try:
                async with self._pool.acquire(timeout=10) as connection, connection.transaction():
                    return await self.subscription.handle(connection, received) or NOTHING
            except Exception as error:
                if is_transient(error):
                    METRICS.handler_retries.labels(self.subscription.topic).inc()
                    _log.warning("trying again", topic=self.subscription.topic, error=repr(error))
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 2)
                elif isinstance(error, POISON):
                    return await self._bisect(received, error)
                else:
                    raise

    async def _bisect(self, received: Sequence[Received], error: Exception) -> Handled:
        if len(received) == 1:
            self._dead_letters.add(received[0].record, "refused", f"{type(error).__name__}: {error}")
            return NOTHING
        middle = len(received) // 2
        first, second = await self._handle(received[:middle]), await self._handle(received[middle:])
        return Handled([*first.publish, *second.publish], [*first.waiting, *second.waiting])

    async def _acknowledge(self, records: Sequence[Any], waiting: Sequence[Received]) -> None:
        consumer = self.consumer
        if consumer is None:
            return
        offsets = {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}
        back: dict[TopicPartition, int] = {}
        for item in waiting:
            partition = TopicPartition(item.topic, item.partition)
            back[partition] = min(item.offset, back.get(partition, item.offset))
        try:
            for partition, offset in back.items():
                self._put_back(consumer, partition, offset)
            await consumer.commit({**offsets, **back})
        except (KafkaError, ConsumerStoppedError) as error:
            # Harmless: the records come again and their effect is already there.
            METRICS.commit_failures.labels(self.subscription.topic).inc()
            _log.warning("the offsets were not committed", topic=self.subscription.topic, error=repr(error))

    def _put_back(self, consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> None:
        """The partition rests for a moment and starts again at the first record that waits."""
        consumer.seek(partition, offset)
        consumer.pause(partition)

        def resume() -> None:
            if partition in consumer.assignment():
                consumer.resume(partition)

        asyncio.get_running_loop().call_later(WAIT_FOR_REFERENCE, resume)

    async def measure(self) -> None:
        """Lag as the client sees it; freezes with a stalled consumer, which `last_fetch` tells."""
        consumer, topic = self.consumer, self.subscription.topic
        if consumer is None:
            return
        lag = 0
        assigned = consumer.assignment()
        for partition in self._measured - assigned:
            # Another process reads it now; the lag that was seen last would stand here for ever.
            METRICS.consumer_lag.remove(topic, str(partition.partition))
        self._measured &= assigned
        for partition in sorted(assigned):
            end = consumer.highwater(partition)
            if end is not None:
                behind = max(0, end - await consumer.position(partition))
                METRICS.consumer_lag.labels(topic, str(partition.partition)).set(behind)
                self._measured.add(partition)
                lag += behind
        # Also of fetches that found nothing: a quiet topic is no consumer that stands still.
        fetched = [at for partition in assigned if (at := consumer.last_poll_timestamp(partition)) is not None]
        if fetched:
            METRICS.last_fetch.labels(topic).set(max(fetched) / 1000)
        elif not assigned:
            with contextlib.suppress(KeyError):
                METRICS.last_fetch.remove(topic)
        if self._oldest is not None:
            METRICS.oldest_unprocessed.labels(topic).set(max(0.0, time.time() - self._oldest))
        elif lag == 0:
            METRICS.oldest_unprocessed.labels(topic).set(0)


async def _body(message: Any) -> Any:
    return message.body

"""All of a service's subscriptions: reference topics first, to their end, then the topics of persons."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from services.contracts.topics import TOPICS
from services.runtime.consumer import Subscription, TopicConsumer
from services.runtime.database import Pool
from services.runtime.logs import logger
from services.runtime.publisher import Publisher
from services.runtime.settings import Settings

_log = logger("consumers")


class WrongPartitions(Exception):
    """A topic does not have the partitions that the order per key was promised on."""


BEGINNING = 10.0
"""Seconds for a client to find its cluster."""


async def begun(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """Starts it; where each partition ends. Raises TimeoutError where it is to be stopped and another one made.

    A Kafka that has only just started may answer that there are no brokers. Where it goes away again just then, aiokafka has
    nobody left to ask, tries none of its addresses again, and asks itself in a closed loop for a minute and more.
    """
    async with asyncio.timeout(BEGINNING):
        await consumer.start()
        return dict(await consumer.end_offsets(partitions))


class Consumers:
    """Starts, measures and stops the subscriptions of one process."""

    def __init__(
        self, settings: Settings, subscriptions: Sequence[Subscription], *, pool: Pool, publisher: Publisher,
        on_fatal: Callable[[BaseException], None],
    ) -> None:  # fmt: skip
        self._settings = settings
        self._all = [
            TopicConsumer(
                s, service=settings.service, pool=pool, publisher=publisher, on_fatal=on_fatal,
                group_suffix=settings.group_suffix, group_instance=settings.instance if settings.static_member else None,
            )
            for s in subscriptions
        ]  # fmt: skip
        self._brokers: list[KafkaBroker] = []
        self.started = False

    async def start(self) -> None:
        """Returns when all read. Raises at once when Kafka is away: the caller decides whether to try again."""
        references = [c for c in self._all if c.subscription.reference]
        others = [c for c in self._all if not c.subscription.reference]
        try:
            await self._assert_partitions()
            await self._run(references)
            for consumer in references:
                await self._read_to_end(consumer)
            await self._run(others)
        except BaseException:
            await self.stop()
            raise
        self.started = True
        _log.info("reading", topics=[c.subscription.topic for c in self._all])

    async def stop(self) -> None:
        """Lets batches in flight finish; an offset that is not committed is only read again."""
        self.started = False
        brokers, self._brokers = self._brokers, []
        for broker in reversed(brokers):
            with contextlib.suppress(TimeoutError, KafkaError, OSError):
                async with asyncio.timeout(10):
                    await broker.stop()

    async def measure_for_ever(self) -> None:
        while True:
            await asyncio.sleep(2)
            for consumer in self._all:
                with contextlib.suppress(KafkaError, AssertionError, TimeoutError):
                    async with asyncio.timeout(2):
                        await consumer.measure()

    async def _run(self, consumers: Sequence[TopicConsumer]) -> None:
        if not consumers:
            return
        broker = KafkaBroker(
            self._settings.kafka, apply_types=False, allow_auto_create_topics=False, logger=None,
            log_level=logging.WARNING, graceful_timeout=10, client_id=f"{self._settings.service}-{self._settings.instance}",
        )  # fmt: skip
        for consumer in consumers:
            consumer.attach(broker)
        self._brokers.append(broker)
        async with asyncio.timeout(30):
            await broker.start()

    async def _assert_partitions(self) -> None:
        wanted = {c.subscription.topic: TOPICS[c.subscription.topic].partitions for c in self._all}
        admin = AIOKafkaAdminClient(bootstrap_servers=self._settings.kafka)
        try:
            async with asyncio.timeout(10):
                await admin.start()
                found = {t["topic"]: len(t["partitions"]) for t in await admin.describe_topics(list(wanted))}
        finally:
            await admin.close()
        for topic, partitions in wanted.items():
            if found.get(topic) != partitions:
                raise WrongPartitions(
                    f"{topic}: has {found.get(topic)} partitions, must have {partitions}; `hoithi topics`"
                )

    async def _read_to_end(self, topic: TopicConsumer) -> None:
        """Waits until the group, whichever process reads for it, has committed what the topic held at this moment."""
        partitions = [
            TopicPartition(topic.subscription.topic, n) for n in range(TOPICS[topic.subscription.topic].partitions)
        ]
        probe = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka, group_id=topic.group_id, enable_auto_commit=False
        )
        try:
            ends = await begun(probe, partitions)
            for partition, end in ends.items():
                while (await probe.committed(partition) or 0) < end:  # noqa: ASYNC110 (another process may commit it)
                    await asyncio.sleep(0.05)
        finally:
            await probe.stop()

"""Reading and redriving dead-letter topics. What was redriven is remembered as the offsets of a consumer group."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from msgspec import Struct

from services.contracts.topics import TOPICS

GROUP = "hoithi-redriven"
PREFIX = "dead_"
"""Headers that the consumer added: where the record stood and why it could not be read."""


class Grave(Struct):
    """One dead letter: the record that `service` could not read at `topic`/`partition`/`offset`."""

    dead_letter: str
    number: int
    """Offset in the dead-letter topic."""
    service: str
    topic: str
    partition: int
    offset: int
    reason: str
    error: str
    redriven: bool


def topics_of(service: str | None, topic: str | None) -> list[str]:
    return [
        spec.dead_letters(consumer)
        for spec in TOPICS.values()
        for consumer in spec.consumers
        if (service is None or consumer == service) and (topic is None or spec.name == topic)
    ]


async def graves(bootstrap: str, names: Sequence[str]) -> list[Grave]:
    """Every dead letter, the redriven ones too."""
    found = []
    async with _reading(bootstrap, names) as consumer:
        done = {partition: await consumer.committed(partition) or 0 for partition in sorted(consumer.assignment())}
        async for record in _records(consumer, dict.fromkeys(done, 0)):
            found.append(_grave(record, record.offset < done[TopicPartition(record.topic, record.partition)]))
    return found


async def redrive(bootstrap: str, names: Sequence[str]) -> list[Grave]:
    """Sends each letter's own key, bytes and headers to the partition it came from; then it counts as redriven.

    A crash in between sends some twice: consumers tell repeats by key and version.
    """
    sent = []
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        async with _reading(bootstrap, names) as consumer:
            done = {partition: await consumer.committed(partition) or 0 for partition in sorted(consumer.assignment())}
            async for record in _records(consumer, done):
                grave = _grave(record, True)
                own = [(name, value) for name, value in record.headers if not name.startswith(PREFIX)]
                await producer.send_and_wait(
                    grave.topic, record.value, key=record.key, partition=grave.partition, headers=own
                )
                await consumer.commit({TopicPartition(record.topic, record.partition): record.offset + 1})
                sent.append(grave)
    finally:
        await producer.stop()
    return sent


@asynccontextmanager
async def _reading(bootstrap: str, names: Sequence[str]) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=GROUP, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(name, 0) for name in names])
        yield consumer
    finally:
        await consumer.stop()


async def _records(consumer: AIOKafkaConsumer, begin: dict[TopicPartition, int]) -> AsyncIterator[Any]:
    """From `begin` to the ends as they are now: what a redriven record leaves behind is for the next run."""
    partitions = sorted(begin)
    ends = await consumer.end_offsets(partitions)
    firsts = await consumer.beginning_offsets(partitions)
    for partition in partitions:
        position, end = max(begin[partition], firsts[partition]), ends[partition]
        consumer.seek(partition, position)
        while position < end:
            found = await consumer.getmany(partition, timeout_ms=1000)
            for record in found.get(partition, ()):
                if record.offset < end:
                    yield record
                position = record.offset + 1


def _grave(record: Any, redriven: bool) -> Grave:
    said = {name[len(PREFIX) :]: _text(value) for name, value in record.headers if name.startswith(PREFIX)}
    topic, _, service = record.topic.partition(".dead.")
    return Grave(
        record.topic, record.offset, service, topic, int(said.get("partition", 0)), int(said.get("offset", -1)),
        said.get("reason", ""), said.get("error", ""), redriven,
    )  # fmt: skip


def _text(value: bytes | None) -> str:
    return (value or b"").decode(errors="replace")

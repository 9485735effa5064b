"""Events straight to Kafka, acknowledged by all replicas; retried until they are there.

aiokafka's own producer, because through FastStream a publish costs twice as much. An idempotent producer never
expires a batch: with the broker dead its futures hang, so every wait has a limit and then a fresh producer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from services.contracts import envelope
from services.contracts.events import Event
from services.runtime.logs import logger

WAIT = 20.0
AT_ONCE = 2000
"""Records under one WAIT: a thousand times as many would never be done in time, and be sent again for ever."""
LARGEST = 8 << 20
"""Bytes of a record before compression; the broker's own limit is on what is left after it."""
_log = logger("publisher")


@dataclass(frozen=True)
class Outgoing:
    """An event on its way out, with the trace of the request that caused it."""

    event: Event
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it goes over the wire."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Publisher:
    """One producer per process. `send` returns only when every record is acknowledged."""

    def __init__(self, bootstrap: str, service: str) -> None:
        self._bootstrap, self._service = bootstrap, service
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        await self.send([self._raw(item) for item in outgoing])

    async def send(self, records: Sequence[Raw]) -> None:
        """Tries for ever: what is not acknowledged is sent again, and consumers tell repeats by key and version.

        Raises MessageSizeTooLargeError for a record that no broker of ours will ever take.
        """
        for start in range(0, len(records), AT_ONCE):
            await self._send(list(records[start : start + AT_ONCE]))

    async def _send(self, pending: list[Raw]) -> None:
        pause = 0.2
        while pending:
            try:
                pending = await self._attempt(pending)
                if not pending:
                    return
            except MessageSizeTooLargeError:
                raise
            except (KafkaError, OSError, TimeoutError) as error:
                _log.warning("Kafka does not take records", error=repr(error), pending=len(pending))
                await self._drop_producer()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)

    async def stop(self) -> None:
        await self._drop_producer()

    def _raw(self, item: Outgoing) -> Raw:
        event = item.event
        return Raw(
            event.topic, event.key.encode(), envelope.encode(event), envelope.headers(event, self._service, item.trace)
        )

    async def _attempt(self, records: list[Raw]) -> list[Raw]:
        """The records that were not acknowledged."""
        async with asyncio.timeout(WAIT):
            producer = await self._running()
            futures = [
                await producer.send(record.topic, record.value, record.key, headers=list(record.headers))
                for record in records
            ]
            results: list[Any] = await asyncio.gather(*futures, return_exceptions=True)
        failed = [record for record, result in zip(records, results, strict=True) if isinstance(result, BaseException)]
        if failed:
            fault = _worst([result for result in results if isinstance(result, BaseException)])
            if isinstance(fault, MessageSizeTooLargeError):
                raise fault
            _log.warning("records were not acknowledged", error=repr(fault), count=len(failed))
            await self._drop_producer()
        return failed

    async def _running(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._bootstrap, acks="all", enable_idempotence=True, compression_type="zstd",
                    linger_ms=3, max_batch_size=256 * 1024, request_timeout_ms=10_000, max_request_size=LARGEST,
                )  # fmt: skip
                try:
                    await producer.start()
                except BaseException:
                    with contextlib.suppress(Exception):
                        await asyncio.shield(producer.stop())
                    raise
                self._producer = producer
            return self._producer

    async def _drop_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(5):
                    await producer.stop()


def _worst(faults: Sequence[BaseException]) -> BaseException:
    return next((fault for fault in faults if isinstance(fault, MessageSizeTooLargeError)), faults[0])

"""What a service could not read or refused: the original record, with where it stood and why."""

from __future__ import annotations

from typing import Any

from aiokafka.errors import MessageSizeTooLargeError

from services.contracts.topics import TOPICS
from services.runtime.metrics import METRICS
from services.runtime.publisher import Publisher, Raw

KEPT = 512 * 1024
"""Bytes kept of a record that leaves no room for the headers that explain it."""


class DeadLetters:
    """Collects the dead letters of one batch; `send` returns when they are stored."""

    def __init__(self, topic: str, service: str) -> None:
        self._service = service
        self._to = TOPICS[topic].dead_letters(service)
        self._letters: list[Raw] = []

    def add(self, record: Any, reason: str, detail: str) -> None:
        METRICS.dead_letters.labels(record.topic, reason).inc()
        place = {
            "topic": record.topic, "partition": record.partition, "offset": record.offset, "reason": reason,
            "error": detail[:1000], "service": self._service,
        }  # fmt: skip
        added = [(f"dead_{name}", str(value).encode("utf-8", "replace")) for name, value in place.items()]
        value = record.value
        if record.key is None and value is None:
            # Our producer cannot write such a record, others can.
            value, added = b"", [*added, ("dead_null", b"key and value")]
        self._letters.append(Raw(self._to, record.key, value, [*record.headers, *added]))

    async def send(self, publisher: Publisher) -> None:
        letters, self._letters = self._letters, []
        try:
            await publisher.send(letters)
        except MessageSizeTooLargeError:
            for letter in letters:
                await _send_one(publisher, letter)


async def _send_one(publisher: Publisher, letter: Raw) -> None:
    """Some are sent a second time: a dead letter twice is better than one that stops the topic."""
    try:
        await publisher.send([letter])
    except MessageSizeTooLargeError:
        own = [(name, value) for name, value in letter.headers if name.startswith("dead_")]
        cut = [("dead_cut", str(len(letter.value or b"")).encode())]
        await publisher.send([Raw(letter.topic, None, (letter.value or b"")[:KEPT], [*own, *cut])])

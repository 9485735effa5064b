"""Ten thousand malformed records on every consumed topic: all in the dead-letter topic with the reason, and the good
ones between them are handled (rule 3). The handlers are the services' own, on Kafka and databases of this file."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nacl.public import PublicKey, SealedBox

from services.contracts import envelope
from services.contracts.events import AnswerKey, Event
from services.contracts.store import example
from services.contracts.topics import TOPICS
from services.runtime import Parts
from services.runtime.clock import Clock
from services.runtime.consumer import Handled, Received, Subscription
from services.runtime.consumers import Consumers
from services.runtime.database import open_pool
from services.runtime.publisher import Publisher, Raw
from services.runtime.tokens import Tokens
from services.scoring.keyring import Keyring
from tests.support.consuming import committed, ends, partitions_of, records, send, until
from tests.support.malformed import spoiled
from tests.support.stores import Stores

BAD, GOOD = 10_000, 100
CONSUMED = [name for name, topic in TOPICS.items() if set(topic.consumers) - {"board"}]
Start = Callable[[Parts], Awaitable[None]]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Servers of this file's own: nobody else should wade through what it writes."""
    running = Stores.start(tmp_path_factory.mktemp("malformed"))
    try:
        asyncio.run(_fill(running))
        yield running
    finally:
        running.stop()


async def _fill(stores: Stores) -> None:
    for topic in CONSUMED:
        bad = [raw for _, raw in spoiled(topic, BAD)]
        good = list(_good(topic, stores.folder / "secrets"))
        step = len(bad) // len(good)
        mixed = [raw for n, one in enumerate(good) for raw in (one, *bad[n * step : (n + 1) * step])]
        await send(stores, mixed + bad[len(good) * step :])


def _good(topic: str, secrets: Path) -> Iterator[Raw]:
    """Events that every reader of the topic can handle at once, each with a version of its own."""
    # A submission waits until its contest's keys are here, which is another test's matter.
    types = [type_ for type_ in TOPICS[topic].events if type_ not in ("attempt.submitted.v1", "ranking.sealed.v1")]
    for n in range(GOOD):
        type_ = types[n % len(types)]
        body = {**msgspec.json.decode(example(type_)), "version": n + 1}
        if type_ == "answer-key.sealed.v1":
            body["sealed"] = _sealed(secrets)
        event, _ = envelope.decode(msgspec.json.encode(body), [("ce_type", type_.encode())])
        yield Raw(topic, event.key.encode(), envelope.encode(event), envelope.headers(event, "test", None))


def _sealed(secrets: Path) -> str:
    box = SealedBox(PublicKey(b64decode((secrets / "scoring.x25519.pub").read_text())))
    return b64encode(box.encrypt(msgspec.json.encode(AnswerKey(("a",))))).decode()


async def _nothing(_: Parts) -> None:
    return None


def start_of(service: str) -> Start:
    """What `python -m services.X` prepares before it reads."""
    if service == "registration":
        return importlib.import_module("services.registration.desk").open_desk  # type: ignore[no-any-return]
    if service == "quiz":
        return importlib.import_module("services.quiz.wiring").prepare  # type: ignore[no-any-return]
    return _keyring if service == "scoring" else _nothing


async def _keyring(parts: Parts) -> None:
    parts.state["keyring"] = Keyring.from_file(parts.settings.secrets_dir / "scoring.x25519")


@asynccontextmanager
async def parts_of(stores: Stores, service: str) -> AsyncIterator[Parts]:
    settings = stores.settings(service, await asyncio.to_thread(stores.new_database, service))
    parts = Parts(
        settings, await open_pool(settings), Clock(), Tokens.load(settings.secrets_dir, service),
        Publisher(settings.kafka, service),
    )  # fmt: skip
    try:
        await start_of(service)(parts)
        yield parts
    finally:
        await parts.publisher.stop()
        await parts.pool.close()


def watched(subscription: Subscription, handled: list[Event]) -> Subscription:
    async def handle(connection: Any, batch: Sequence[Received]) -> Handled | None:
        answer = await subscription.handle(connection, batch)
        handled.extend(received.event for received in batch)
        return answer

    return dataclasses.replace(subscription, handle=handle)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("service", ["registration", "quiz", "scoring", "stats"])
async def test_rule_3_malformed_records_are_all_buried_with_their_reason_and_good_ones_all_handled(
    own: Stores, service: str
) -> None:
    handled: list[Event] = []
    faults: list[BaseException] = []
    async with parts_of(own, service) as parts:
        subscriptions = [
            watched(s, handled)
            for s in importlib.import_module(f"services.{service}.handlers").consumes(parts)
        ]  # fmt: skip
        consumers = Consumers(
            parts.settings, subscriptions, pool=parts.pool, publisher=parts.publisher, on_fatal=faults.append
        )
        starting = asyncio.create_task(consumers.start())

        async def all_read() -> bool:
            if starting.done():
                starting.result()
            return bool(faults) or all(
                [await _at_end(own, service, s.topic, parts.settings.group_suffix) for s in subscriptions]
            )

        try:
            await until(all_read, 200)
        finally:
            starting.cancel()
            await consumers.stop()
    assert faults == []
    for subscription in subscriptions:
        await _check_graves(own, service, subscription.topic)
        expected = _expected(subscription)
        assert Counter(type(e).type for e in handled if e.topic == subscription.topic) >= expected, subscription.topic


async def _at_end(stores: Stores, service: str, topic: str, suffix: str) -> bool:
    done = await committed(stores.kafka.address, f"hoithi.{service}.{topic}{suffix}", topic)
    return done == await ends(stores.kafka.address, topic)


async def _check_graves(stores: Stores, service: str, topic: str) -> None:
    letters = await records(stores.kafka.address, TOPICS[topic].dead_letters(service))
    places = Counter((dict(r.headers)["dead_partition"], dict(r.headers)["dead_offset"]) for r in letters)
    assert len(places) == BAD, topic
    by_place = {(p.partition, r.offset): r for p in partitions_of(topic) for r in await _of(stores, topic, p)}
    for letter in letters:
        headers = dict(letter.headers)
        assert headers["dead_reason"] == b"malformed"
        assert len(headers["dead_error"]) > 5
        was = by_place[int(headers["dead_partition"]), int(headers["dead_offset"])]
        assert (letter.key, letter.value) == (was.key, was.value), "the original bytes"
        assert letter.headers[: len(was.headers)] == was.headers


_read: dict[str, list[Any]] = {}


async def _of(stores: Stores, topic: str, partition: Any) -> list[Any]:
    if topic not in _read:
        _read[topic] = await records(stores.kafka.address, topic)
    return [record for record in _read[topic] if record.partition == partition.partition]


def _expected(subscription: Subscription) -> Counter[str]:
    types = [t for t in TOPICS[subscription.topic].events if t not in ("attempt.submitted.v1", "ranking.sealed.v1")]
    read = {event.type for event in subscription.types}
    return Counter(t for n in range(GOOD) if (t := types[n % len(types)]) in read)

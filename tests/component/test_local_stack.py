"""The embedded servers: what they keep, what they refuse, and how they come back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import MessageSizeTooLargeError, UnknownTopicOrPartitionError

from deploy.local import topics
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from deploy.local.processes import CannotStart, alive, free_port, wait_until
from services.cli.graveyard import graves, redrive
from services.contracts.topics import TOPICS
from tests.support.stores import Stores


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Kafka:
    folder = tmp_path_factory.mktemp("kafka")
    return Kafka(folder / "data", free_port(), free_port(), folder / "kafka.log")


@pytest.fixture
def postgres(server_folder: Path) -> Iterator[tuple[Postgres, int]]:
    server = Postgres(server_folder / ("long" * 30), free_port(), server_folder / "logs" / "postgres.log")
    pid = server.start()
    yield server, pid
    server.stop(pid)


async def produce(bootstrap: str, topic: str, value: bytes, **more: object) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=5_000_000) as producer:
        await producer.send_and_wait(topic, value, **more)


async def everything(bootstrap: str, topic: str) -> list[bytes]:
    """All values of a topic, by partition."""
    async with AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        ends = await consumer.end_offsets(sorted(consumer.assignment()))
        found: list[bytes] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [record.value for record in records]
        return found


async def test_kafka_keeps_what_it_acknowledged_through_kill_9_and_an_orderly_stop(kafka: Kafka) -> None:
    pid = await asyncio.to_thread(kafka.start)
    made = await topics.create(kafka.address)
    dead = {spec.dead_letters(reader) for spec in TOPICS.values() for reader in spec.consumers}
    assert set(made) == set(TOPICS) | dead
    await produce(kafka.address, "units", b"one")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), 5)
    pid = await asyncio.to_thread(kafka.start)
    await produce(kafka.address, "units", b"two")
    await asyncio.to_thread(kafka.stop, pid)
    assert not alive(pid)
    pid = await asyncio.to_thread(kafka.start)
    try:
        assert await everything(kafka.address, "units") == [b"one", b"two"]
        assert await topics.create(kafka.address) == []
    finally:
        await asyncio.to_thread(kafka.stop, pid)


async def test_kafka_makes_no_topic_by_itself_and_takes_no_record_over_a_megabyte(stores: Stores) -> None:
    with pytest.raises((UnknownTopicOrPartitionError, asyncio.TimeoutError)):
        async with asyncio.timeout(3):
            await produce(stores.kafka.address, "nobody-declared-me", b"x")
    with pytest.raises(MessageSizeTooLargeError):
        await produce(stores.kafka.address, "units", os.urandom(1_200_000))


async def test_a_topic_with_other_partitions_than_declared_stops_the_start(tmp_path: Path) -> None:
    kafka = Kafka(tmp_path / "data", free_port(), free_port(), tmp_path / "kafka.log")
    pid = await asyncio.to_thread(kafka.start)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    try:
        made = await admin.create_topics([NewTopic("scores", 3, 1)])
        assert made.topic_errors[0][1] == 0
        with pytest.raises(CannotStart, match=r"scores has 3 partitions and must have 12"):
            await topics.create(kafka.address)
    finally:
        await admin.close()
        await asyncio.to_thread(kafka.stop, pid)


async def test_postgres_is_durable_and_comes_back_from_an_immediate_stop(postgres: tuple[Postgres, int]) -> None:
    server, pid = postgres
    assert [server.sql(f"show {name}").strip() for name in ("fsync", "synchronous_commit", "max_connections")] == [
        "on",
        "on",
        "300",
    ]
    connection = await asyncpg.connect(server.url("quiz"))
    await connection.execute("create table kept (id int); insert into kept values (1)")
    await connection.close()
    os.kill(pid, signal.SIGQUIT)
    wait_until(lambda: not alive(pid), 10)
    again = await asyncio.to_thread(server.start)
    try:
        assert server.sql("select id from kept", "quiz").strip() == "1"
    finally:
        await asyncio.to_thread(server.stop, again)


async def test_a_first_start_that_was_interrupted_is_begun_again(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Postgres(server_folder / "data", free_port(), server_folder / "logs" / "postgres.log")

    def interrupted(_: Postgres, program: str, *arguments: str) -> None:
        folder = Path(arguments[arguments.index("-D") + 1])
        (folder / "PG_VERSION").write_text("18\n")  # it is among the first that initdb writes
        raise KeyboardInterrupt

    with monkeypatch.context() as hurt:
        hurt.setattr(Postgres, "_run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            server.start()
    pid = await asyncio.to_thread(server.start)
    try:
        assert server.sql("select 1", "quiz").strip() == "1"
    finally:
        await asyncio.to_thread(server.stop, pid)


async def test_a_service_cannot_read_another_services_database(stores: Stores) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(stores.postgres.url("scoring", "quiz"))


async def test_a_dead_letter_is_sent_again_once_with_its_own_bytes_and_headers(stores: Stores) -> None:
    address, grave = stores.kafka.address, TOPICS["scores"].dead_letters("stats")
    own = [("ce_type", b"attempt.scored.v1"), ("odd", b"\xff")]
    added = [
        ("dead_partition", b"7"),
        ("dead_offset", b"41"),
        ("dead_reason", b"malformed"),
        ("dead_error", "lỗi".encode()),
    ]
    await redrive(address, [grave])  # what other tests of this run have left there
    before = len(await everything(address, "scores"))
    await produce(address, grave, b"\x00original", key=b"who", headers=[*own, *added])
    [found] = [each for each in await graves(address, [grave]) if not each.redriven]
    assert (found.service, found.topic, found.partition, found.offset, found.reason) == (
        "stats",
        "scores",
        7,
        41,
        "malformed",
    )
    assert len(await redrive(address, [grave])) == 1
    assert await redrive(address, [grave]) == []
    assert all(each.redriven for each in await graves(address, [grave]))
    async with AIOKafkaConsumer("scores", bootstrap_servers=address, auto_offset_reset="earliest") as consumer:
        records = [record async for record in _take(consumer, before + 1)]
    [again] = [record for record in records if record.value == b"\x00original"]
    assert (again.key, again.partition, list(again.headers)) == (b"who", 7, own)


async def _take(consumer: AIOKafkaConsumer, count: int):  # type: ignore[no-untyped-def]
    taken = 0
    while taken < count:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            for record in records:
                taken += 1
                yield record

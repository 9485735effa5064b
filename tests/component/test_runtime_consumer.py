"""Rule 3: at least once, with an effect that happens once; nothing lost, whatever is in the topic."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from services.contracts import topics as topics_module
from services.contracts.events import ContestantExcluded, ContestantRegistered, ContestDefined
from services.runtime import consumers as consumers_module
from services.runtime.consumer import Handled, Received, Refused, Subscription, TopicConsumer
from services.runtime.consumers import WrongPartitions
from services.runtime.database import Pool
from services.runtime.metrics import METRICS
from services.runtime.publisher import Outgoing, Raw
from tests.support.consuming import (
    NOW,
    TABLE,
    Reader,
    committed,
    ends,
    person,
    publish,
    reading,
    records,
    registered,
    send,
    until,
    write_effects,
)
from tests.support.stores import Database, Stores

TOPIC = "registrations"
DEAD = "registrations.dead.scoring"
READS = (ContestantRegistered,)


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    async with database("scoring") as made:
        await made.execute(TABLE)
        yield made


@pytest.fixture
def series() -> str:
    return f"s-{uuid.uuid4().hex[:10]}"


def writes(series: str) -> Any:
    async def handle(connection: Any, batch: Sequence[Received]) -> None:
        await write_effects(connection, batch, series)

    return handle


async def rows(pool: Pool, series: str) -> int:
    return int(await pool.fetchval("select count(*) from effects where series = $1", series))


async def letters(stores: Stores, since: Any, series: str) -> list[Any]:
    found = await records(stores.kafka.address, DEAD, since)
    return [record for record in found if record.value and series.encode() in record.value]


async def test_rule_3_a_database_error_that_comes_again_buries_only_its_record(
    stores: Stores, pool: Pool, series: str
) -> None:
    before = await ends(stores.kafka.address, DEAD)
    facts = [registered(series, n, version=13 if n in (7, 150) else 1) for n in range(300)]
    async with reading(stores, pool) as reader:
        await reader.start(Subscription(TOPIC, READS, writes(series)))
        await publish(stores, facts)

        async def all_done() -> bool:
            return await rows(pool, series) == 298 and len(await letters(stores, before, series)) == 2

        await until(all_done)
        assert reader.faults == []
    buried = await letters(stores, before, series)
    assert {record.key.decode() for record in buried} == {person(series, 7), person(series, 150)}
    headers = dict(buried[0].headers)
    assert headers["dead_reason"] == b"refused"
    assert headers["dead_topic"] == TOPIC.encode()
    assert headers["dead_service"] == b"scoring"
    assert b"CheckViolationError" in headers["dead_error"]
    assert headers["ce_type"] == b"contestant.registered.v1", "the record's own headers are kept"


async def test_an_event_that_a_handler_refuses_is_buried_alone(stores: Stores, pool: Pool, series: str) -> None:
    before = await ends(stores.kafka.address, DEAD)

    async def handle(connection: Any, batch: Sequence[Received]) -> None:
        if any(getattr(r.event, "contestant_id", "") == person(series, 5) for r in batch):
            raise Refused("not this one")
        await write_effects(connection, batch, series)

    async with reading(stores, pool) as reader:
        await reader.start(Subscription(TOPIC, READS, handle))
        await publish(stores, [registered(series, n) for n in range(40)])

        async def all_done() -> bool:
            return await rows(pool, series) == 39 and len(await letters(stores, before, series)) == 1

        await until(all_done)
    assert dict((await letters(stores, before, series))[0].headers)["dead_error"] == b"Refused: not this one"


async def test_a_transient_error_is_tried_again_in_place(stores: Stores, pool: Pool, series: str) -> None:
    """The server ends the connection in the middle of the transaction, twice; nothing is lost or dead-lettered."""
    before = await ends(stores.kafka.address, DEAD)
    tried = 0

    async def handle(connection: Any, batch: Sequence[Received]) -> None:
        nonlocal tried
        if await write_effects(connection, batch, series):
            tried += 1
            if tried <= 2:
                await connection.execute("select pg_terminate_backend(pg_backend_pid())")

    async with reading(stores, pool) as reader:
        await reader.start(Subscription(TOPIC, READS, handle))
        await publish(stores, [registered(series, n) for n in range(50)])

        async def all_done() -> bool:
            return await rows(pool, series) == 50

        await until(all_done)
        assert reader.faults == []
    assert tried >= 3
    assert await pool.fetchval("select max(times) from effects where series = $1", series) == 1
    assert await letters(stores, before, series) == []


async def test_rule_3_an_unexpected_error_ends_the_process_before_the_next_batch(
    stores: Stores, pool: Pool, series: str
) -> None:
    handled_after = 0

    async def handle(connection: Any, batch: Sequence[Received]) -> None:
        nonlocal handled_after
        if reader.died.is_set():
            handled_after += 1
        if any(getattr(r.event, "contestant_id", "") == person(series, 0) for r in batch):
            raise ZeroDivisionError("a bug")

    async with reading(stores, pool) as reader:
        consumers = await reader.start(Subscription(TOPIC, READS, handle, max_records=1))
        await publish(stores, [registered(series, 0)])
        await asyncio.wait_for(reader.died.wait(), 60)
        await publish(stores, [registered(series, n) for n in range(1, 30)])
        await asyncio.sleep(0.5)
        group = consumers._all[0].group_id
    assert isinstance(reader.faults[0], ZeroDivisionError)
    assert handled_after == 0
    after = await committed(stores.kafka.address, group, TOPIC)
    end = await ends(stores.kafka.address, TOPIC)
    there = [r for r in await records(stores.kafka.address, TOPIC) if r.key == person(series, 0).encode()]
    assert all(after[partition] <= r.offset for r in there for partition in end if partition.partition == r.partition)


async def test_a_rebalance_waits_for_the_batch_in_flight(stores: Stores, pool: Pool, series: str) -> None:
    suffix = f".{uuid.uuid4().hex}"
    entered, gate = asyncio.Event(), asyncio.Event()
    by: dict[str, list[str]] = {"first": [], "second": []}

    async def first(connection: Any, batch: Sequence[Received]) -> None:
        mine = await write_effects(connection, batch, series)
        if mine and not gate.is_set():
            entered.set()
            await gate.wait()
        by["first"] += mine

    async def second(connection: Any, batch: Sequence[Received]) -> None:
        assert gate.is_set() or not [r for r in batch if getattr(r.event, "series_id", "") == series]
        by["second"] += await write_effects(connection, batch, series)

    async with (
        reading(stores, pool, group_suffix=suffix) as one,
        reading(stores, pool, group_suffix=suffix, instance="2") as two,
    ):
        await one.start(Subscription(TOPIC, READS, first))
        await publish(stores, [registered(series, n) for n in range(200)])
        await asyncio.wait_for(entered.wait(), 60)
        joining = asyncio.create_task(two.start(Subscription(TOPIC, READS, second)))
        await asyncio.sleep(5)  # longer than a heartbeat, which tells the first of the rebalance
        assert by == {"first": [], "second": []}
        gate.set()
        await joining
        await publish(stores, [registered(series, n) for n in range(200, 400)])

        async def all_done() -> bool:
            return await rows(pool, series) == 400

        await until(all_done, 40)
        assert (one.faults, two.faults) == ([], [])
    assert by["second"], "both read"
    assert await pool.fetchval("select max(times) from effects where series = $1", series) == 1


async def test_a_static_member_that_comes_back_reads_on_at_once_and_moves_nobody_elses_partitions(
    stores: Stores, pool: Pool, series: str
) -> None:
    """One that does not say goodbye is to its group what one that was killed is: without its name the group waits for it."""
    given: dict[str, Any] = {"group_suffix": f".{uuid.uuid4().hex}", "static_member": True}
    reads = Subscription(TOPIC, READS, writes(series))

    async def joined(reader: Reader) -> tuple[int, frozenset[TopicPartition]]:
        consumer = reader.consumers._all[0].consumer  # type: ignore[union-attr]
        assert consumer is not None
        return consumer._coordinator.generation, consumer.assignment()

    async with reading(stores, pool, **given, instance="2") as other:
        async with reading(stores, pool, **given) as one:
            await asyncio.gather(other.start(reads), one.start(reads))

            async def both() -> bool:
                parts = [(await joined(reader))[1] for reader in (one, other)]
                return all(parts) and not parts[0] & parts[1]

            await until(both)
            generation, partitions = await joined(one)
        async with reading(stores, pool, **given) as again:
            began = time.monotonic()
            await again.start(reads)
            assert time.monotonic() - began < 5, "a group waits 10 s for a member that is silent"
            assert await joined(again) == (generation, partitions)
            await publish(stores, [registered(series, n) for n in range(200)])

            async def all_done() -> bool:
                return await rows(pool, series) == 200

            await until(all_done)
            assert (await joined(other))[0] == generation
            assert (again.faults, other.faults) == ([], [])


async def test_rule_3_a_record_that_names_something_unknown_waits_and_the_others_go_on(
    stores: Stores, pool: Pool, series: str
) -> None:
    """Rule 3: never dead-lettered for it, nor handled without it."""
    before = await ends(stores.kafka.address, DEAD)
    known = asyncio.Event()
    stranger = person(series, 0)

    async def handle(connection: Any, batch: Sequence[Received]) -> Handled:
        waits = [r for r in batch if getattr(r.event, "contestant_id", "") == stranger and not known.is_set()]
        await write_effects(connection, [r for r in batch if r not in waits], series)
        return Handled(waiting=waits)

    async with reading(stores, pool) as reader:
        consumers = await reader.start(Subscription(TOPIC, READS, handle))
        await publish(stores, [registered(series, n) for n in range(100)])

        async def others_done() -> bool:
            return await rows(pool, series) == 99

        await until(others_done)
        await asyncio.sleep(1)
        assert not await pool.fetchval("select exists (select from effects where contestant = $1)", stranger)
        after = await committed(stores.kafka.address, consumers._all[0].group_id, TOPIC)
        place = next(r for r in await records(stores.kafka.address, TOPIC) if r.key == stranger.encode())
        assert next(o for p, o in after.items() if p.partition == place.partition) <= place.offset
        known.set()

        async def all_done() -> bool:
            return await rows(pool, series) == 100

        await until(all_done)
        assert reader.faults == []
    assert await letters(stores, before, series) == []


async def test_rule_3_what_is_published_is_what_the_handler_gave_back_and_only_after_its_commit(
    stores: Stores, pool: Pool, series: str
) -> None:
    told: list[tuple[int, list[str]]] = []

    async def handle(connection: Any, batch: Sequence[Received]) -> Handled:
        mine = await write_effects(connection, batch, series)
        stored = await connection.fetch("select contestant, version from effects where contestant = any($1)", mine)
        facts = [
            ContestantExcluded(
                version=row["version"] + 1, time=NOW, recorded_at=NOW, series_id=series,
                contestant_id=str(row["contestant"]),
            )
            for row in stored
        ]  # fmt: skip
        return Handled([Outgoing(fact) for fact in facts])

    async with reading(stores, pool) as reader:
        send_on = reader.publisher.publish

        async def listening(outgoing: Sequence[Outgoing]) -> None:
            if outgoing:
                told.append((await rows(pool, series), [item.event.key for item in outgoing]))
            await send_on(outgoing)

        reader.publisher.publish = listening  # type: ignore[method-assign]
        await reader.start(Subscription(TOPIC, READS, handle))
        await publish(stores, [registered(series, n) for n in range(30)])

        async def all_told() -> bool:
            return sum(len(keys) for _, keys in told) >= 30

        await until(all_told)
    so_far = 0
    for visible, keys in told:
        so_far += len(keys)
        assert visible >= so_far, "another connection saw the rows before they were told"
    assert {key for _, keys in told for key in keys} == {person(series, n) for n in range(30)}


async def test_rule_3_a_crash_between_commit_and_acknowledgement_repeats_and_changes_nothing(
    stores: Stores, pool: Pool, series: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffix = f".{uuid.uuid4().hex}"

    async def crash(self: Any, records: Any, waiting: Any) -> None:
        raise SystemError("killed here")

    async with reading(stores, pool, group_suffix=suffix) as reader:
        with monkeypatch.context() as patched:
            await publish(stores, [registered(series, n) for n in range(60)])
            patched.setattr(TopicConsumer, "_acknowledge", crash)
            await reader.start(Subscription(TOPIC, READS, writes(series)))
            await asyncio.wait_for(reader.died.wait(), 60)
    async with reading(stores, pool, group_suffix=suffix) as again:
        await again.start(Subscription(TOPIC, READS, writes(series)))

        async def all_done() -> bool:
            return await rows(pool, series) == 60

        await until(all_done)
        assert again.faults == []


async def test_rule_3_reference_topics_are_read_to_their_end_before_topics_of_persons(
    stores: Stores, pool: Pool, series: str
) -> None:
    from services.contracts.rules import Paper, Rules, Text

    order: list[str] = []
    rules = Rules(id=series, series_id=series, title=Text("Thi"), opens=NOW, closes=NOW, paper=Paper(20))
    contest = [
        ContestDefined(
            version=n, time=NOW, recorded_at=NOW, contest_id=series, series_id=series, rules=rules, bank_version=1
        )
        for n in range(1, 40)
    ]

    async def slowly(connection: Any, batch: Sequence[Received]) -> None:
        await asyncio.sleep(0.05)
        order.extend("reference" for r in batch if getattr(r.event, "series_id", "") == series)

    async def persons(connection: Any, batch: Sequence[Received]) -> None:
        order.extend("person" for r in batch if getattr(r.event, "series_id", "") == series)

    await publish(stores, [*contest, *(registered(series, n) for n in range(20))], "quiz")
    async with reading(stores, pool) as reader:
        await reader.start(
            Subscription(TOPIC, READS, persons),
            Subscription("contests", (ContestDefined,), slowly, True, max_records=2),
        )

        async def all_done() -> bool:
            return len(order) == 59

        await until(all_done)
    assert order == ["reference"] * 39 + ["person"] * 20


async def test_a_topic_with_other_partitions_is_not_read(
    stores: Stores, pool: Pool, series: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import msgspec

    other = msgspec.structs.replace(topics_module.TOPICS[TOPIC], partitions=24)
    monkeypatch.setitem(consumers_module.TOPICS, TOPIC, other)
    async with reading(stores, pool) as reader:
        with pytest.raises(WrongPartitions, match="has 12 partitions, must have 24"):
            await reader.start(Subscription(TOPIC, READS, writes(series)))


async def test_a_dead_letter_too_big_for_its_topic_is_cut_and_does_not_stop_the_others(
    stores: Stores, pool: Pool, series: str
) -> None:
    before = await ends(stores.kafka.address, DEAD)
    big = series.encode() + os.urandom(1_048_300)
    key = person(series, 1).encode()
    async with reading(stores, pool) as reader:
        await reader.start(Subscription(TOPIC, READS, writes(series)))
        await send(stores, [Raw(TOPIC, key, big, [("ce_type", b"contestant.registered.v1")])])
        await publish(stores, [registered(series, n) for n in range(10)])

        async def all_done() -> bool:
            return await rows(pool, series) == 10 and len(await letters(stores, before, series)) == 1

        await until(all_done)
        assert reader.faults == []
    letter = (await letters(stores, before, series))[0]
    assert dict(letter.headers)["dead_cut"] == str(len(big)).encode()
    assert big.startswith(letter.value)


async def test_an_event_on_a_topic_that_is_not_its_own_is_malformed(stores: Stores, pool: Pool, series: str) -> None:
    before = await ends(stores.kafka.address, DEAD)
    from services.contracts.store import example

    async with reading(stores, pool) as reader:
        await reader.start(Subscription(TOPIC, READS, writes(series)))
        value = example("attempt.voided.v1").replace(b"bg-thads-2023", series.encode())
        await send(stores, [Raw(TOPIC, b"k", value, [("ce_type", b"attempt.voided.v1")])])

        async def buried() -> bool:
            return len(await letters(stores, before, series)) == 1

        await until(buried)
    assert b"belongs to the topic attempts" in dict((await letters(stores, before, series))[0].headers)["dead_error"]


async def test_a_record_with_neither_key_nor_value_is_buried_like_any_other(
    stores: Stores, pool: Pool, series: str
) -> None:
    before = await ends(stores.kafka.address, DEAD)
    producer = AIOKafkaProducer(bootstrap_servers=stores.kafka.address)
    await producer.start()
    batch = producer.create_batch()
    batch.append(key=None, value=None, timestamp=None, headers=[("x-series", series.encode()), ("x-null", None)])
    await producer.send_batch(batch, TOPIC, partition=3)
    await producer.stop()
    async with reading(stores, pool) as reader:
        await reader.start(Subscription(TOPIC, READS, writes(series)))

        async def buried() -> bool:
            found = await records(stores.kafka.address, DEAD, before)
            return any(("x-series", series.encode()) in r.headers and ("x-null", None) in r.headers for r in found)

        await until(buried)
        assert reader.faults == []


async def test_a_quiet_topic_is_seen_to_be_fetched_and_a_consumer_that_stands_still_is_seen_to_stand(
    stores: Stores, pool: Pool, series: str
) -> None:
    async with reading(stores, pool) as reader:
        consumers = await reader.start(Subscription(TOPIC, READS, writes(series)))
        await publish(stores, [registered(series, 1)])
        [reads] = consumers._all
        fetched = METRICS.last_fetch.labels(TOPIC)

        async def grown(since: float) -> bool:
            await reads.measure()
            return float(fetched._value.get()) > since

        async def taken() -> bool:
            return await rows(pool, series) == 1

        await until(taken)
        # Nothing comes any more: only fetches without a record tell.
        quiet = time.time() + 1
        await until(lambda: grown(quiet), 30)
        assert reads.consumer is not None
        reads.consumer.pause(*reads.consumer.assignment())
        await asyncio.sleep(2)  # the fetch that is under way comes back
        await reads.measure()
        last = float(fetched._value.get())
        await asyncio.sleep(3)
        assert not await grown(last)

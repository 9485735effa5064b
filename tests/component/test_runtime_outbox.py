"""Rule 2: facts leave through an outbox; the relay deletes exactly what it read, and repeats rather than loses."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from deploy.local.paths import ROOT
from services.runtime import outbox as outbox_module
from services.runtime.database import Pool, open_pool
from services.runtime.leadership import lead
from services.runtime.outbox import Outgoing, Relay, put
from services.runtime.publisher import Publisher
from services.runtime.settings import Settings
from tests.support.consuming import ends, person, records, registered, until
from tests.support.relaying import QUICK, environment
from tests.support.stores import Stores

TOPIC = "registrations"


class Bench:
    """One database with an outbox, a topic from now on, and relays to be started."""

    def __init__(self, stores: Stores, settings: Settings, pool: Pool) -> None:
        self.stores, self.settings, self.pool = stores, settings, pool
        self.series = f"s-{uuid.uuid4().hex[:10]}"
        self.tasks: list[asyncio.Task[None]] = []
        self.publishers: list[Publisher] = []
        self.since: Any = {}

    def relay(self, instance: str = "1") -> asyncio.Task[None]:
        publisher = Publisher(self.settings.kafka, "quiz")
        self.publishers.append(publisher)
        settings = self.settings.model_copy(update={"instance": instance})
        task = asyncio.create_task(Relay(settings, publisher, QUICK).run())
        self.tasks.append(task)
        return task

    async def put(self, *numbers: int) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            await put(connection, [Outgoing(registered(self.series, n)) for n in numbers], "quiz")

    async def published(self) -> Counter[int]:
        """How often each fact of this bench is in the topic."""
        names = {person(self.series, n): n for n in range(2000)}
        found = await records(self.stores.kafka.address, TOPIC, self.since)
        return Counter(names[key] for r in found if r.key and (key := r.key.decode()) in names)

    async def waiting(self) -> int:
        return int(await self.pool.fetchval("select count(*) from outbox"))

    async def empty(self) -> bool:
        return await self.waiting() == 0

    async def holder(self) -> str | None:
        found: str | None = await self.pool.fetchval(
            """select instance from lease join pg_locks l on l.pid = lease.backend_pid and l.locktype = 'advisory'
            where lease.name = 'relay' and l.granted"""
        )
        return found


@pytest.fixture
async def bench(stores: Stores) -> AsyncIterator[Bench]:
    settings = stores.settings("quiz", await asyncio.to_thread(stores.new_database, "quiz"))
    made = Bench(stores, settings, await open_pool(settings))
    made.since = await ends(stores.kafka.address, TOPIC)
    try:
        yield made
    finally:
        for task in made.tasks:
            task.cancel()
        await asyncio.gather(*made.tasks, return_exceptions=True)
        for publisher in made.publishers:
            await publisher.stop()
        await made.pool.close()


@contextlib.asynccontextmanager
async def process(bench: Bench, mode: str) -> AsyncIterator[Any]:
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.relaying", mode, cwd=ROOT,
        env={**environment(bench.settings), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.send_signal(signal.SIGCONT)
            started.kill()
        await started.wait()


async def test_rule_2_facts_are_published_in_order_and_then_gone_from_the_outbox(bench: Bench) -> None:
    await bench.put(*range(50))
    bench.relay()
    await until(bench.empty)
    assert await bench.published() == Counter(range(50))


async def test_rule_2_a_fact_of_a_transaction_that_is_rolled_back_never_leaves(bench: Bench) -> None:
    bench.relay()
    with contextlib.suppress(ZeroDivisionError):
        async with bench.pool.acquire() as connection, connection.transaction():
            await put(connection, [Outgoing(registered(bench.series, 1))], "quiz")
            raise ZeroDivisionError
    await bench.put(2)
    await until(bench.empty)
    assert await bench.published() == Counter([2])


async def test_planted_bug_a_relay_that_reads_by_cursor_would_skip_what_committed_late(bench: Bench) -> None:
    """Ids are not commit order: a lower one becomes visible after a higher one was relayed and deleted."""
    bench.relay()
    async with bench.pool.acquire() as slow:
        late = slow.transaction()
        await late.start()
        await put(slow, [Outgoing(registered(bench.series, 1))], "quiz")
        await bench.put(2)

        async def second_is_out() -> bool:
            return (await bench.published())[2] == 1

        await until(second_is_out)
        await until(bench.empty)
        await late.commit()

    async def first_is_out() -> bool:
        return (await bench.published())[1] == 1

    await until(first_is_out)
    await until(bench.empty)


async def test_rule_2_a_relay_killed_between_publishing_and_deleting_repeats_and_never_loses(bench: Bench) -> None:
    await bench.put(*range(20))
    async with process(bench, "crash") as victim:
        await asyncio.wait_for(victim.wait(), 60)
        assert victim.returncode == -signal.SIGKILL
    assert await bench.waiting() == 20
    assert await bench.published() == Counter(range(20))
    bench.relay()
    await until(bench.empty)
    assert await bench.published() == Counter([*range(20), *range(20)])


async def test_rule_2_a_silent_holder_is_ended_and_a_successor_leads(bench: Bench) -> None:
    """A process that is stopped keeps its connection, its lock and its word that it leads."""
    async with process(bench, "relay") as first:

        async def first_leads() -> bool:
            return await bench.holder() == "process"

        await until(first_leads, 60)
        bench.relay("successor")
        await asyncio.sleep(2 * QUICK.silent)
        assert await bench.holder() == "process", "a holder that beats is left alone"
        os.kill(first.pid, signal.SIGSTOP)
        await bench.put(*range(10))

        async def successor_leads() -> bool:
            return await bench.holder() == "successor"

        await until(successor_leads)
        await until(bench.empty)
        os.kill(first.pid, signal.SIGCONT)
        await asyncio.sleep(1)
        assert await bench.holder() == "successor"
        await bench.put(*range(10, 20))
        await until(bench.empty)
        assert first.returncode is None, "who lost the lease waits for it again"
    counts = await bench.published()
    assert set(counts) == set(range(20))


async def test_a_holder_whose_pulse_is_blocked_loses_the_lease(bench: Bench) -> None:
    bench.relay("first")

    async def first_leads() -> bool:
        return await bench.holder() == "first"

    await until(first_leads)
    async with bench.pool.acquire() as connection, connection.transaction():
        await connection.execute("select from lease where name = 'relay' for update")
        pid = await connection.fetchval("select backend_pid from lease where name = 'relay'")
        bench.relay("second")

        async def ended() -> bool:
            return not await bench.pool.fetchval("select exists (select from pg_stat_activity where pid = $1)", pid)

        await until(ended)
    await bench.put(1, 2, 3)
    await until(bench.empty)
    assert set(await bench.published()) == {1, 2, 3}


async def test_the_relay_goes_on_after_kafka_was_away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule 1 and 2: facts are committed while Kafka is down, and published when it is back."""
    monkeypatch.setattr("services.runtime.publisher.WAIT", 3.0)
    bench.relay()
    await bench.put(1)
    await until(bench.empty)
    stores = bench.stores
    await asyncio.to_thread(stores.kafka.stop, stores.kafka_pid)
    try:
        await bench.put(*range(2, 30))
        await asyncio.sleep(4)
        assert await bench.waiting() == 28
        assert not bench.tasks[0].done()
    finally:
        stores.kafka_pid = await asyncio.to_thread(stores.kafka.start)
    await until(bench.empty, 60)
    assert set(await bench.published()) == set(range(1, 30))


async def test_the_relay_goes_on_after_postgresql_ended_its_connections(bench: Bench) -> None:
    bench.relay()
    await bench.put(1)
    await until(bench.empty)
    await bench.pool.execute(
        """select pg_terminate_backend(pid) from pg_stat_activity
        where backend_type = 'client backend' and datname = current_database() and pid <> pg_backend_pid()"""
    )
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(asyncpg.PostgresConnectionError, asyncpg.InterfaceError):
                await bench.put(2)
                break
    await until(bench.empty)
    assert set(await bench.published()) == {1, 2}


async def test_two_contenders_never_work_at_the_same_time(bench: Bench) -> None:
    working: list[str] = []
    overlaps = 0

    def work(name: str) -> Any:
        async def run(_: Any) -> None:
            nonlocal overlaps
            overlaps += bool(working)
            working.append(name)
            try:
                await asyncio.sleep(0.2)
                raise ConnectionError("lost, let the other one lead")
            finally:
                working.remove(name)

        return run

    both = [asyncio.create_task(lead(bench.settings, "turns", work(name), QUICK)) for name in ("a", "b")]
    await asyncio.sleep(2.5)
    for task in both:
        task.cancel()
    await asyncio.gather(*both, return_exceptions=True)
    assert overlaps == 0


async def test_an_unexpected_error_of_the_work_comes_out(bench: Bench) -> None:
    async def bug(connection: Any) -> None:
        await connection.fetchval("select $1::int", 1, 2)  # one argument too many is no lost connection

    with pytest.raises(ExceptionGroup) as group:
        await asyncio.wait_for(lead(bench.settings, "bug", bug, QUICK), 30)
    assert isinstance(group.value.exceptions[0], asyncpg.InterfaceError)


async def test_more_facts_than_one_reading_all_leave(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "BATCH", 10)
    await bench.put(*range(95))
    bench.relay()
    await until(bench.empty)
    assert await bench.published() == Counter(range(95))

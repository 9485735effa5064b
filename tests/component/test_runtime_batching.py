"""Rules 1 and 9 on PostgreSQL: shared statements, real deadlocks and constraints, and keys that give one thing."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from services.runtime.batcher import Batcher
from services.runtime.database import Pool, is_transient
from services.runtime.idempotency import Keyed, recall, remember
from services.runtime.problems import STORE_AWAY, Problem
from tests.support.stores import Database

TABLE = "create table numbers (key text primary key, total int not null check (total < 1000))"
Add = tuple[str, int]


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    async with database("quiz") as made:
        await made.execute(TABLE)
        yield made


async def add(connection: Any, adds: Sequence[Add]) -> list[int]:
    """One statement for all; of two rows for one key PostgreSQL would refuse the second, or keep one of two."""
    keys, amounts = zip(*adds, strict=True)
    rows = await connection.fetch(
        """insert into numbers as n select * from unnest($1::text[], $2::int[]) order by 1
        on conflict (key) do update set total = n.total + excluded.total returning key, total""",
        keys, amounts,
    )  # fmt: skip
    totals = dict(tuple(row) for row in rows)
    return [totals[key] for key, _ in adds]


async def test_rule_1_a_storm_of_requests_for_few_keys_equals_them_run_one_by_one(pool: Pool) -> None:
    batcher: Batcher[Add, int] = Batcher("test", add, pool=pool, key=lambda one: one[0], max_batch=16, workers=3)
    adds = [(f"k{n % 7}", n % 3) for n in range(400)]
    answers = await asyncio.gather(*map(batcher.submit, adds))
    totals: dict[str, int] = defaultdict(int)
    for (key, amount), answer in zip(adds, answers, strict=True):
        totals[key] += amount
        assert answer == totals[key], "each is told its own place in the order of arrival"
    assert dict(tuple(row) for row in await pool.fetch("select * from numbers")) == totals


async def test_rule_1_what_a_constraint_refuses_reaches_only_who_asked_for_it(pool: Pool) -> None:
    batcher: Batcher[Add, int] = Batcher("test", add, pool=pool, key=lambda one: one[0])
    adds = [(f"k{n}", 1000 if n == 30 else n) for n in range(64)]
    answers = await asyncio.gather(*map(batcher.submit, adds), return_exceptions=True)
    assert [n for n, answer in enumerate(answers) if answer != n] == [30]
    assert isinstance(answers[30], asyncpg.CheckViolationError)
    assert await pool.fetchval("select count(*) from numbers") == 63


async def test_rule_1_a_real_deadlock_is_tried_again(pool: Pool) -> None:
    """Two batches that lock the same two rows in opposite order; both are answered in the end."""
    await pool.execute("insert into numbers values ('a', 0), ('b', 0)")
    together = asyncio.Barrier(2)
    tries = 0

    async def crossing(connection: Any, orders: Sequence[str]) -> list[str]:
        nonlocal tries
        tries += 1
        for n, key in enumerate(orders[0]):
            await connection.execute("update numbers set total = total + 1 where key = $1", key)
            if n == 0 and tries <= 2:
                await together.wait()
        return list(orders)

    batcher: Batcher[str, str] = Batcher("test", crossing, pool=pool, key=str, max_batch=1, workers=2)
    assert await asyncio.gather(batcher.submit("ab"), batcher.submit("ba")) == ["ab", "ba"]
    assert tries >= 3
    assert await pool.fetchval("select min(total) from numbers") == 2


async def test_rule_1_a_connection_lost_in_the_statement_is_503_and_nothing_is_stored(pool: Pool) -> None:
    async def lost(connection: Any, adds: Sequence[Add]) -> list[int]:
        answers = await add(connection, adds)
        await connection.execute("select pg_terminate_backend(pg_backend_pid())")
        return answers

    batcher: Batcher[Add, int] = Batcher("test", lost, pool=pool, key=lambda one: one[0])
    answers = await asyncio.gather(batcher.submit(("a", 1)), batcher.submit(("b", 1)), return_exceptions=True)
    assert all(isinstance(answer, Problem) and answer.kind is STORE_AWAY for answer in answers), answers
    assert await pool.fetchval("select count(*) from numbers") == 0


async def test_an_error_of_the_code_is_no_lost_connection(pool: Pool) -> None:
    async with pool.acquire() as connection:
        with pytest.raises(asyncpg.InterfaceError) as arguments:
            await connection.fetchval("select $1::int", 1, 2)
        assert not is_transient(arguments.value)
    broken = await pool.acquire()
    try:
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)) as lost:
            await broken.execute("select pg_terminate_backend(pg_backend_pid())")
        assert is_transient(lost.value)
        with pytest.raises(asyncpg.InterfaceError) as closed:
            await broken.fetchval("select 1")
        assert is_transient(closed.value)
    finally:
        await pool.release(broken)


# ---- Idempotency-Key (rule 9) ------------------------------------------------------------------------------


def keyed(key: str, body: bytes = b"{}") -> Keyed:
    return Keyed(key, sha256(body).digest())


async def test_rule_9_a_key_stands_for_one_thing_however_many_ask_at_once(pool: Pool) -> None:
    async def ask(resource: str) -> str:
        async with pool.acquire() as connection, connection.transaction():
            earlier = await remember(connection, "principal|route", keyed("k" * 16), resource)
            await asyncio.sleep(0.01)
            return earlier or resource

    answers = await asyncio.gather(*(ask(f"resource-{n}") for n in range(15)))
    assert len(set(answers)) == 1
    assert await pool.fetchval("select count(*) from idempotency") == 1


async def test_rule_9_a_key_whose_transaction_failed_is_free_again(pool: Pool) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with pool.acquire() as connection, connection.transaction():
            await remember(connection, "s", keyed("k" * 16), "lost")
            raise ZeroDivisionError
    async with pool.acquire() as connection:
        assert await remember(connection, "s", keyed("k" * 16), "kept") is None
        assert await recall(connection, "s", keyed("k" * 16)) == "kept"


async def test_rule_9_another_body_under_the_key_is_422_and_another_scope_is_another_key(pool: Pool) -> None:
    async with pool.acquire() as connection:
        assert await remember(connection, "a", keyed("k" * 16), "one") is None
        assert await remember(connection, "b", keyed("k" * 16), "two") is None
        assert await remember(connection, "a", keyed("k" * 16), "three") == "one"
        with pytest.raises(Problem) as refused:
            await remember(connection, "a", keyed("k" * 16, b'{"other": 1}'), "four")
    assert refused.value.kind.status == 422


async def test_rule_9_a_row_holds_no_answer_and_nothing_secret(pool: Pool) -> None:
    columns = await pool.fetch("select column_name from information_schema.columns where table_name = 'idempotency'")
    assert {row[0] for row in columns} == {"scope", "key", "body_hash", "resource_id", "created_at"}


# ---- audit (rule 11) ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["update audit set actor = 'x'", "delete from audit", "truncate audit"])
async def test_rule_11_what_was_logged_is_never_changed_or_deleted(pool: Pool, statement: str) -> None:
    await pool.execute("insert into audit (actor, action, subject) values ('staff:1', 'read', 'c1')")
    with pytest.raises(asyncpg.PostgresError):
        await pool.execute(statement)
    assert await pool.fetchval("select count(*) from audit") == 1

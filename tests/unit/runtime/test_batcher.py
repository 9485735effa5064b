"""Rule 1: the acknowledgement is the commit, and any batch equals its requests run one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.runtime import batcher as module
from services.runtime.batcher import Batcher
from services.runtime.problems import FORBIDDEN, OVERLOADED, STORE_AWAY, Problem
from tests.support.batching import Add, Ledger, MemoryPool
from tests.support.settling import settled

ADDS = st.builds(
    Add, key=st.sampled_from("abc"), amount=st.integers(-1, 5), poison=st.sampled_from([False] * 7 + [True])
)


def made(ledger: Ledger, **options: Any) -> tuple[Batcher[Add, int], MemoryPool]:
    pool = MemoryPool(ledger)
    return Batcher("test", ledger.run, pool=pool, key=lambda add: add.key, **options), pool  # type: ignore[arg-type]


async def all_of(batcher: Batcher[Add, int], adds: Sequence[Add]) -> list[Any]:
    return await asyncio.gather(*map(batcher.submit, adds), return_exceptions=True)


def said(answer: Any) -> Any:
    """A result as something that compares: numbers as they are, refusals and errors by kind."""
    return answer.kind if isinstance(answer, Problem) else type(answer) if isinstance(answer, Exception) else answer


def one_by_one(adds: Sequence[Add]) -> tuple[list[Any], dict[str, int]]:
    rows: dict[str, int] = {}
    answers: list[Any] = []
    for add in adds:
        if add.poison:
            answers.append(asyncpg.CheckViolationError)
        elif add.amount < 0:
            answers.append(FORBIDDEN)
        else:
            rows[add.key] = rows.get(add.key, 0) + add.amount
            answers.append(rows[add.key])
    return answers, rows


@settings(max_examples=200, deadline=None)
@given(st.lists(ADDS, max_size=30), st.integers(1, 8), st.integers(1, 3))
def test_rule_1_any_batch_equals_its_requests_run_one_by_one(adds: list[Add], max_batch: int, workers: int) -> None:
    ledger = Ledger()
    batcher, pool = made(ledger, max_batch=max_batch, workers=workers)
    answers = asyncio.run(all_of(batcher, adds))
    assert ([said(answer) for answer in answers], ledger.rows) == one_by_one(adds)
    assert pool.out == 0


def test_planted_bug_a_key_twice_in_a_batch_waits_for_the_next() -> None:
    ledger = Ledger()
    batcher, _ = made(ledger)
    answers = asyncio.run(all_of(batcher, [Add("a", 1), Add("b", 10), Add("a", 2), Add("a", 3)]))
    assert answers == [1, 10, 3, 6]
    assert all(len({add.key for add in batch}) == len(batch) for batch in ledger.batches)
    assert [[add.key for add in batch] for batch in ledger.batches] == [["a", "b"], ["a"], ["a"]]


async def test_a_key_that_another_worker_holds_waits_and_others_pass_it() -> None:
    ledger = Ledger()
    ledger.gate = asyncio.Event()
    batcher, _ = made(ledger, workers=2, pace=0)
    first = asyncio.create_task(batcher.submit(Add("a", 1)))
    await settled()
    second, other = asyncio.create_task(batcher.submit(Add("a", 2))), asyncio.create_task(batcher.submit(Add("b", 5)))
    await settled()
    assert [[add.key for add in batch] for batch in ledger.batches] == [["a"], ["b"]]
    ledger.gate.set()
    assert await asyncio.gather(first, second, other) == [1, 3, 5]


async def test_a_deterministic_error_reaches_only_the_offender() -> None:
    batcher, _ = made(Ledger())
    adds = [Add(f"k{n}", n, poison=n == 13) for n in range(50)]
    answers = await all_of(batcher, adds)
    assert [n for n, answer in enumerate(answers) if answer != n] == [13]
    assert isinstance(answers[13], asyncpg.CheckViolationError)


async def test_a_fault_of_the_code_reaches_everybody_it_concerns_and_nobody_waits_for_ever() -> None:
    async def broken(_: Any, requests: Sequence[Add]) -> list[int]:
        raise KeyError(requests[0].key)

    batcher: Batcher[Add, int] = Batcher("test", broken, pool=MemoryPool(Ledger()), key=lambda add: add.key)  # type: ignore[arg-type]
    answers = await asyncio.wait_for(all_of(batcher, [Add("a", 1), Add("b", 2)]), 2)
    assert [str(answer) for answer in answers] == ["'a'", "'b'"]


async def test_a_run_that_answers_too_few_commits_nothing() -> None:
    ledger = Ledger()

    async def short(connection: Any, requests: Sequence[Add]) -> list[Any]:
        return (await ledger.run(connection, requests))[:-1]

    batcher: Batcher[Add, int] = Batcher("test", short, pool=MemoryPool(ledger), key=lambda add: add.key)  # type: ignore[arg-type]
    answers = await all_of(batcher, [Add("a", 1), Add("b", 2)])
    assert [said(answer) for answer in answers] == [RuntimeError, RuntimeError]
    assert ledger.rows == {}


@pytest.mark.parametrize("error", [asyncpg.DeadlockDetectedError("40P01"), asyncpg.SerializationError("40001")])
async def test_a_deadlock_is_tried_again(error: Exception) -> None:
    ledger = Ledger()
    ledger.faults = [error, error]
    batcher, _ = made(ledger)
    assert await all_of(batcher, [Add("a", 1), Add("b", 2)]) == [1, 2]
    assert len(ledger.batches) == 3


async def test_deadlocks_without_end_answer_503() -> None:
    ledger = Ledger()
    ledger.faults = [asyncpg.DeadlockDetectedError("40P01")] * 50
    batcher, _ = made(ledger)
    assert [said(answer) for answer in await all_of(batcher, [Add("a", 1), Add("b", 2)])] == [STORE_AWAY, STORE_AWAY]
    assert len(ledger.batches) == module.RETRIES


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.InterfaceError("cannot perform operation: connection is closed"),
        ConnectionResetError(),
        TimeoutError(),
    ],
)
async def test_a_lost_connection_answers_503_and_is_not_tried_again(error: Exception) -> None:
    ledger = Ledger()
    ledger.faults = [error]
    batcher, pool = made(ledger)
    answers = await all_of(batcher, [Add("a", 1), Add("b", 2)])
    assert [said(answer) for answer in answers] == [STORE_AWAY, STORE_AWAY]
    assert all(answer.retry_after for answer in answers)
    assert (len(ledger.batches), pool.out) == (1, 0)
    assert await batcher.submit(Add("a", 1)) == 1


async def test_a_store_that_gives_no_connection_answers_503() -> None:
    batcher, pool = made(Ledger())
    pool.faults = [ConnectionRefusedError()]
    assert [said(answer) for answer in await all_of(batcher, [Add("a", 1), Add("b", 2)])] == [STORE_AWAY, STORE_AWAY]


async def test_rule_8_a_full_queue_sheds_at_once_and_says_when_to_come_again() -> None:
    ledger = Ledger()
    ledger.gate = asyncio.Event()
    batcher, _ = made(ledger, max_queue=3, max_batch=1, workers=1)
    waiting = []
    for n in range(4):  # one in hand, three waiting
        waiting.append(asyncio.create_task(batcher.submit(Add(f"k{n}", 1))))
        await asyncio.sleep(0)
    with pytest.raises(Problem) as refused:
        await batcher.submit(Add("late", 1))
    assert refused.value.kind is OVERLOADED
    assert refused.value.retry_after
    ledger.gate.set()
    assert await asyncio.gather(*waiting) == [1, 1, 1, 1]


async def test_rule_5_nobody_waits_longer_than_the_patience_before_the_statement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    ledger = Ledger()
    ledger.gate = asyncio.Event()
    batcher, _ = made(ledger, workers=1, pace=0)
    in_hand = asyncio.create_task(batcher.submit(Add("a", 1)))
    await settled()
    answer = await asyncio.wait_for(all_of(batcher, [Add("b", 2)]), 3)
    assert said(answer[0]) is OVERLOADED
    assert batcher.waiting == 0
    ledger.gate.set()
    assert await in_hand == 1, "what has begun is answered by its outcome, however long it takes"
    assert ledger.rows == {"a": 1}


async def test_rule_5_waiting_for_a_connection_counts_as_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    ledger = Ledger()
    batcher, pool = made(ledger)
    pool.closed = True
    answers = await asyncio.wait_for(all_of(batcher, [Add("a", 1), Add("b", 2)]), 3)
    assert [said(answer) for answer in answers] == [OVERLOADED, OVERLOADED]
    pool.closed = False
    assert await batcher.submit(Add("a", 1)) == 1


async def test_rule_5_the_second_half_of_a_split_batch_is_not_run_late(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    run_at_once = ledger.run

    async def run(connection: Any, requests: Sequence[Add]) -> list[Any]:
        if len(requests) == 1:
            # From now on whatever waits has waited too long.
            monkeypatch.setattr(module, "PATIENCE", 0.0)
        return await run_at_once(connection, requests)

    batcher: Batcher[Add, int] = Batcher("test", run, pool=MemoryPool(ledger), key=lambda add: add.key)  # type: ignore[arg-type]
    answers = await all_of(batcher, [Add("a", 1, poison=True), Add("b", 2)])
    assert [said(answer) for answer in answers] == [asyncpg.CheckViolationError, OVERLOADED]
    assert ledger.rows == {}


async def test_a_caller_who_went_away_costs_no_statement_and_harms_nobody() -> None:
    ledger = Ledger()
    ledger.gate = asyncio.Event()
    batcher, _ = made(ledger, workers=1, pace=0)
    first, gone, third = (asyncio.create_task(batcher.submit(Add(key, 1))) for key in ("a", "b", "c"))
    await settled()
    second = asyncio.create_task(batcher.submit(Add("d", 1)))
    lost = asyncio.create_task(batcher.submit(Add("e", 1)))
    await settled()
    gone.cancel()  # its statement runs already
    lost.cancel()  # its statement never runs
    ledger.gate.set()
    assert await asyncio.gather(first, second, third) == [1, 1, 1]
    await settled()
    assert [sorted(add.key for add in batch) for batch in ledger.batches] == [["a", "b", "c"], ["d"]]


async def test_an_idle_server_adds_no_wait_and_a_busy_one_shares_statements() -> None:
    ledger = Ledger()
    batcher, _ = made(ledger, workers=1, pace=0)
    assert await batcher.submit(Add("a", 1)) == 1
    assert len(ledger.batches) == 1
    await all_of(batcher, [Add(f"k{n}", 1) for n in range(200)])
    assert len(ledger.batches) <= 4


async def test_an_idle_server_adds_no_wait_and_a_busy_one_gathers_company() -> None:
    """The first is not made to wait; who comes within the pace shares the next batch; after it nobody waits again."""
    ledger = Ledger()
    batcher, _ = made(ledger, pace=0.5)
    now = asyncio.get_running_loop().time
    began = now()
    await batcher.submit(Add("a", 1))
    assert now() - began < 0.25
    await asyncio.gather(*(batcher.submit(Add(key, 1)) for key in "bc"))
    assert now() - began >= 0.5
    assert [[add.key for add in batch] for batch in ledger.batches] == [["a"], ["b", "c"]]
    await asyncio.sleep(0.6)
    began = now()
    await batcher.submit(Add("d", 1))
    assert now() - began < 0.25


async def test_a_full_batch_does_not_wait_for_the_pace() -> None:
    ledger = Ledger()
    batcher, _ = made(ledger, pace=60, max_batch=2)
    await batcher.submit(Add("a", 1))
    async with asyncio.timeout(5):
        await asyncio.gather(*(batcher.submit(Add(key, 1)) for key in "bc"))
    assert [[add.key for add in batch] for batch in ledger.batches] == [["a"], ["b", "c"]]


@pytest.mark.parametrize("one_statement", [True, False])
async def test_only_a_batch_of_several_statements_gets_a_transaction_around_it(one_statement: bool) -> None:
    async def run(connection: Any, requests: Sequence[Add]) -> list[int | Problem]:
        return [connection.begun for _ in requests]

    pool = MemoryPool(Ledger())
    batcher: Batcher[Add, int] = Batcher("test", run, pool=pool, key=lambda add: add.key, one_statement=one_statement)  # type: ignore[arg-type]
    assert await batcher.submit(Add("a", 2)) == (0 if one_statement else 1)

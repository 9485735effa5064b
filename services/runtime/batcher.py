"""Requests that arrive together share one statement (rule 1: the acknowledgement is the commit).

An idle server adds no wait: a request starts its batch at once unless another began less than PACE ago, and only then
gathers company. What a commit costs is shared by the batch: one save costs a sixth in a batch of eight. A batch holds at most one
entry per key; a second one for the same key waits for the next batch, in arrival order, so any batch equals its
requests run one by one. A request is answered only after its transaction is durable.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

import asyncpg

from services.runtime.database import Connection, Pool, is_transient
from services.runtime.metrics import METRICS
from services.runtime.problems import OVERLOADED, STORE_AWAY, Problem

Q = TypeVar("Q")
R = TypeVar("R")
Run = Callable[[Connection, Sequence[Q]], Awaitable[Sequence[R | Problem]]]

PATIENCE = 5.0
"""Seconds a request may wait before its statement (rule 5); later it is told to come again."""
RETRIES = 5
PACE = 0.02
"""Seconds between the beginnings of two batches, which is what a request may wait for company. A full batch does not wait."""


class _Entry(Generic[Q, R]):
    __slots__ = ("answer", "key", "request", "since")

    def __init__(self, request: Q, key: Hashable, since: float, answer: asyncio.Future[R]) -> None:
        self.request, self.key, self.since, self.answer = request, key, since, answer


class Batcher(Generic[Q, R]):
    """`run(connection, requests)` gives one result (or Problem) per request, inside a transaction of the batcher's.

    `one_statement`: each statement that `run` writes with is a transaction of its own, which saves the three round trips of
    BEGIN, a lock and COMMIT; what it says is done must stand even where a later statement of the run fails.

    Errors: 503 when `max_queue` requests wait already, after PATIENCE, or when the store is away; any other error
    reaches only the request that caused it, as itself.
    """

    def __init__(
        self, name: str, run: Run[Q, R], *, pool: Pool, key: Callable[[Q], Hashable], max_batch: int = 128,
        max_queue: int = 4000, workers: int = 2, pace: float = PACE, one_statement: bool = False,
    ) -> None:  # fmt: skip
        self._name, self._run, self._pool, self._key = name, run, pool, key
        self._max_batch, self._max_queue, self._workers = max_batch, max_queue, workers
        self._pace, self._next, self._one_statement = pace, 0.0, one_statement
        self._queue: deque[_Entry[Q, R]] = deque()
        self._busy: set[Hashable] = set()
        self._running = 0
        self.taken = 0
        """Requests that have come to their statement."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @property
    def oldest(self) -> float:
        """Seconds for which the first in the queue has waited."""
        return asyncio.get_running_loop().time() - self._queue[0].since if self._queue else 0.0

    async def submit(self, request: Q) -> R:
        if len(self._queue) >= self._max_queue:
            METRICS.shed.labels(self._name).inc()
            raise Problem(OVERLOADED, "The queue is full.", retry_after=2)
        loop = asyncio.get_running_loop()
        entry = _Entry[Q, R](request, self._key(request), loop.time(), loop.create_future())
        self._queue.append(entry)
        METRICS.batch_queue.labels(self._name).set(len(self._queue))
        self._start_workers()
        if self._queue and self._alarm is None:
            self._alarm = loop.call_later(PATIENCE, self._dismiss_impatient)
        return await entry.answer

    def _dismiss_impatient(self) -> None:
        """Those behind a statement that hangs are told in time too."""
        self._alarm = None
        self._queue = deque(entry for entry in self._queue if self._still_waits(entry))
        if self._queue:
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_at(min(entry.since for entry in self._queue) + PATIENCE, self._dismiss_impatient)

    def _start_workers(self) -> None:
        if self._running < self._workers and self._queue:
            self._running += 1
            task = asyncio.get_running_loop().create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        try:
            while batch := await self._gathered():
                METRICS.batch_size.labels(self._name).observe(len(batch))
                self.taken += len(batch)
                try:
                    await self._settle(batch)
                finally:
                    self._busy.difference_update(entry.key for entry in batch)
        finally:
            self._running -= 1
            self._start_workers_later()

    async def _gathered(self) -> list[_Entry[Q, R]]:
        """The next batch, not before its time; empty where nothing is left to do."""
        now = asyncio.get_running_loop().time
        while 0 < len(self._queue) < self._max_batch and (early := self._next - now()) > 0:  # noqa: ASYNC110 (time it is that passes)
            await asyncio.sleep(early)
        batch = self._take()
        if batch:
            self._next = now() + self._pace
        return batch

    def _start_workers_later(self) -> None:
        if any(entry.key not in self._busy for entry in self._queue):
            self._start_workers()

    def _take(self) -> list[_Entry[Q, R]]:
        """The next entries whose keys no running batch holds, at most one per key; the others keep their place."""
        batch: list[_Entry[Q, R]] = []
        put_off: list[_Entry[Q, R]] = []
        while self._queue and len(batch) < self._max_batch:
            entry = self._queue.popleft()
            if not self._still_waits(entry):
                continue
            if entry.key in self._busy:
                put_off.append(entry)
            else:
                self._busy.add(entry.key)
                batch.append(entry)
        self._queue.extendleft(reversed(put_off))
        METRICS.batch_queue.labels(self._name).set(len(self._queue))
        return batch

    async def _settle(self, batch: Sequence[_Entry[Q, R]]) -> None:
        """Answers every entry. An error that is not the store's own is bisected down to the entry that caused it."""
        try:
            settled, results = await self._try(batch)
        except Exception as error:
            if len(batch) == 1:
                _answer(batch[0], error)
                return
            METRICS.batch_splits.labels(self._name).inc()
            middle = len(batch) // 2
            await self._settle(batch[:middle])
            await self._settle(batch[middle:])
        else:
            for entry, result in zip(settled, results, strict=True):
                _answer(entry, result)

    async def _try(self, batch: Sequence[_Entry[Q, R]]) -> tuple[Sequence[_Entry[Q, R]], Sequence[R | Exception]]:
        """The entries that were still in time, and what became of them. Raises what is the entries' own fault."""
        for attempt in range(RETRIES):
            batch, connection = await self._connection(batch)
            if connection is None:
                break
            try:
                async with contextlib.nullcontext() if self._one_statement else connection.transaction():
                    results = await self._run(connection, [entry.request for entry in batch])
                    if len(results) != len(batch):
                        raise RuntimeError(f"{self._name}: {len(results)} results for {len(batch)} requests")
                return batch, results
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                await asyncio.sleep(0.005 * 2**attempt)
            except Exception as error:
                if not is_transient(error):
                    raise
                # The commit may or may not have happened: the client repeats, and a repeat is harmless.
                break
            finally:
                await self._pool.release(connection)
        return batch, [Problem(STORE_AWAY, "The database did not answer.", retry_after=1)] * len(batch)

    async def _connection(self, batch: Sequence[_Entry[Q, R]]) -> tuple[Sequence[_Entry[Q, R]], Any]:
        """A connection for those who got one within their patience; None where nobody did, or the store is away."""
        now = asyncio.get_running_loop().time
        while batch := [entry for entry in batch if self._still_waits(entry)]:
            try:
                left = min(entry.since for entry in batch) + PATIENCE - now()
                return batch, await self._pool.acquire(timeout=max(left, 0.001))
            except TimeoutError:
                continue
            except Exception as error:
                if not is_transient(error):
                    raise
                break
        return batch, None

    def _still_waits(self, entry: _Entry[Q, R]) -> bool:
        """False for who went away, was answered, or has waited too long, which is what they are then told."""
        if entry.answer.done():
            return False
        if asyncio.get_running_loop().time() - entry.since < PATIENCE:
            return True
        METRICS.waited_too_long.labels(self._name).inc()
        entry.answer.set_exception(Problem(OVERLOADED, "It took too long.", retry_after=2))
        return False


def _answer(entry: _Entry[Q, R], result: R | Exception) -> None:
    if entry.answer.done():
        return
    if isinstance(result, Exception):
        entry.answer.set_exception(result)
    else:
        entry.answer.set_result(result)

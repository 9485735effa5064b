"""Requests that arrive together share one statement (rule 1: the acknowledgement is the commit).

An idle server adds no wait: a batch is what has queued up while the one before it ran. A batch holds at most one
entry per key; a second one for the same key waits for the next batch, in arrival order, so any batch equals its
requests run one by one. A request is answered only after its transaction is durable.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

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


class _Entry(Generic[Q, R]):
    __slots__ = ("answer", "key", "request", "since")

    def __init__(self, request: Q, key: Hashable, since: float, answer: asyncio.Future[R]) -> None:
        self.request, self.key, self.since, self.answer = request, key, since, answer


class Batcher(Generic[Q, R]):
    """`run(connection, requests)` gives one result (or Problem) per request, inside a transaction of the batcher's.

    Errors: 503 when `max_queue` requests wait already, after PATIENCE, or when the store is away; a deterministic
    database error reaches only the request that caused it, as itself.
    """

    def __init__(
        self, name: str, run: Run[Q, R], *, pool: Pool, key: Callable[[Q], Hashable], max_batch: int = 128,
        max_queue: int = 4000, workers: int = 2,
    ) -> None:  # fmt: skip
        self._name, self._run, self._pool, self._key = name, run, pool, key
        self._max_batch, self._max_queue, self._workers = max_batch, max_queue, workers
        self._queue: deque[_Entry[Q, R]] = deque()
        self._busy: set[Hashable] = set()
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def submit(self, request: Q) -> R:
        if len(self._queue) >= self._max_queue:
            METRICS.shed.labels(self._name).inc()
            raise Problem(OVERLOADED, "The queue is full.", retry_after=2)
        loop = asyncio.get_running_loop()
        entry = _Entry[Q, R](request, self._key(request), loop.time(), loop.create_future())
        self._queue.append(entry)
        METRICS.batch_queue.labels(self._name).set(len(self._queue))
        self._start_workers()
        return await entry.answer

    def _start_workers(self) -> None:
        if self._running < self._workers and self._queue:
            self._running += 1
            task = asyncio.get_running_loop().create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        try:
            while batch := self._take():
                METRICS.batch_size.labels(self._name).observe(len(batch))
                try:
                    await self._settle(batch)
                finally:
                    self._busy.difference_update(entry.key for entry in batch)
        finally:
            self._running -= 1
            self._start_workers_later()

    def _start_workers_later(self) -> None:
        if any(entry.key not in self._busy for entry in self._queue):
            self._start_workers()

    def _take(self) -> list[_Entry[Q, R]]:
        """The next entries whose keys no running batch holds, at most one per key; the others keep their place."""
        batch: list[_Entry[Q, R]] = []
        put_off: list[_Entry[Q, R]] = []
        now = asyncio.get_running_loop().time()
        while self._queue and len(batch) < self._max_batch:
            entry = self._queue.popleft()
            if entry.answer.cancelled():
                continue
            if now - entry.since > PATIENCE:
                METRICS.waited_too_long.labels(self._name).inc()
                entry.answer.set_exception(Problem(OVERLOADED, "It took too long.", retry_after=2))
            elif entry.key in self._busy:
                put_off.append(entry)
            else:
                self._busy.add(entry.key)
                batch.append(entry)
        self._queue.extendleft(reversed(put_off))
        METRICS.batch_queue.labels(self._name).set(len(self._queue))
        return batch

    async def _settle(self, batch: Sequence[_Entry[Q, R]]) -> None:
        try:
            results = await self._try([entry.request for entry in batch])
        except Problem as refusal:
            _fail(batch, refusal)
        except asyncpg.PostgresError as error:
            if len(batch) == 1:
                _fail(batch, error)
                return
            METRICS.batch_splits.labels(self._name).inc()
            middle = len(batch) // 2
            await self._settle(batch[:middle])
            await self._settle(batch[middle:])
        except Exception as error:  # whatever it is, nobody is left waiting for an answer
            _fail(batch, error)
        else:
            for entry, result in zip(batch, results, strict=True):
                _answer(entry, result)

    async def _try(self, requests: Sequence[Q]) -> Sequence[R | Problem]:
        for attempt in range(RETRIES):
            try:
                async with self._pool.acquire(timeout=PATIENCE) as connection, connection.transaction():
                    return await self._run(connection, requests)
            except Exception as error:
                if not is_transient(error):
                    raise
                if isinstance(error, asyncpg.DeadlockDetectedError | asyncpg.SerializationError):
                    await asyncio.sleep(0.005 * 2**attempt)
                    continue
                # The commit may or may not have happened: the client repeats, and a repeat is harmless.
                break
        raise Problem(STORE_AWAY, "The database did not answer.", retry_after=1)


def _answer(entry: _Entry[Q, R], result: R | Problem) -> None:
    if entry.answer.done():
        return
    if isinstance(result, Problem):
        entry.answer.set_exception(result)
    else:
        entry.answer.set_result(result)


def _fail(batch: Sequence[_Entry[Q, R]], error: Exception) -> None:
    for entry in batch:
        if not entry.answer.done():
            entry.answer.set_exception(error)

"""A table in memory that treats a batch as PostgreSQL treats `unnest`, and a pool that fails when told to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from services.runtime.problems import FORBIDDEN, Problem


@dataclass(frozen=True)
class Add:
    """Adds to a key's number. `poison`: the statement that holds it fails, as with a broken constraint."""

    key: str
    amount: int
    poison: bool = False


class Ledger:
    """`run` reads all rows before it writes any: of two entries for one key, one is lost and nothing says so."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.batches: list[list[Add]] = []
        self.faults: list[Exception] = []
        self.gate: asyncio.Event | None = None

    async def run(self, connection: Connection, requests: Sequence[Add]) -> list[int | Problem]:
        self.batches.append(list(requests))
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        if self.faults:
            raise self.faults.pop(0)
        if any(request.poison for request in requests):
            raise asyncpg.CheckViolationError("amount")
        before = dict(connection.rows)
        results: list[int | Problem] = []
        for request in requests:
            if request.amount < 0:
                results.append(Problem(FORBIDDEN, "less than nothing"))
                continue
            connection.rows[request.key] = before.get(request.key, 0) + request.amount
            results.append(connection.rows[request.key])
        return results


@dataclass
class Connection:
    """Its rows become the ledger's when the transaction commits."""

    ledger: Ledger
    rows: dict[str, int] = field(default_factory=dict)
    begun: int = 0

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        # Keys of batches that run side by side are disjoint, as row locks would make them.
        self.begun += 1
        before = dict(self.ledger.rows)
        self.rows = dict(before)
        yield
        await asyncio.sleep(0)
        self.ledger.rows.update({key: value for key, value in self.rows.items() if before.get(key) != value})


class MemoryPool:
    """`faults` are raised by the next acquisitions; `closed` lets nobody have a connection."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.faults: list[Exception] = []
        self.closed = False
        self.out = 0

    async def acquire(self, timeout: float) -> Any:
        if self.faults:
            raise self.faults.pop(0)
        if self.closed:
            await asyncio.sleep(timeout)
            raise TimeoutError
        self.out += 1
        return Connection(self.ledger)

    async def release(self, connection: Any) -> None:
        self.out -= 1

"""What the services themselves count while a load runs: submissions a second, memory, CPU of every process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import perf_counter

import httpx
from msgspec import Struct

from bench.observe import Meter, Usage
from deploy.local.plain import PLAIN

COUNTED = 'hoithi_http_requests_total{route="POST /api/quiz/v1/attempts/{attempt}/submission"'


class Second(Struct):
    """`at` in seconds from the beginning; `submitted` submissions acknowledged in the second before it."""

    at: float
    submitted: int


class Watch:
    """`async with Watch(addresses, processes) as watch`: reads once a second inside the block."""

    def __init__(self, addresses: Sequence[str], processes: Callable[[], Mapping[str, Sequence[int]]]) -> None:
        self._addresses, self._meter = addresses, Meter(processes)
        self.seconds: list[Second] = []
        self._began, self._last = 0.0, 0
        self._task: asyncio.Task[None] | None = None
        self.usage: dict[str, Usage] = {}
        """Filled when the watch ends."""

    async def __aenter__(self) -> Watch:
        self._began = perf_counter()
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self.usage = self._meter.usage()

    async def _read(self) -> None:
        async with httpx.AsyncClient(timeout=5, **PLAIN) as client:
            before = await self._submitted(client)
            while True:
                await asyncio.sleep(1 - (perf_counter() - self._began) % 1)
                now = await self._submitted(client)
                self.seconds.append(Second(round(perf_counter() - self._began, 2), max(0, now - before)))
                await self._meter.sample_beside()
                before = now

    async def _submitted(self, client: httpx.AsyncClient) -> int:
        """The newest count; the one before where a process does not answer."""
        with suppress(httpx.HTTPError):
            pages = [(await client.get(address)).text for address in self._addresses]
            self._last = sum(map(submitted, pages))
        return self._last


def submitted(metrics: str) -> int:
    """Submissions acknowledged, from a page of metrics; read line by line, because a parser costs more than the load."""
    lines = (line for line in metrics.splitlines() if line.startswith(COUNTED))
    return sum(round(float(line.rpartition(" ")[2])) for line in lines if 'status="200"' in line)

"""People who look at the board: streams of totals held open, counting what arrives."""

from __future__ import annotations

import asyncio
import contextlib
from time import perf_counter

from msgspec import Struct


class Seen(Struct):
    """`longest_gap` in seconds between two messages of one viewer."""

    viewers: int = 0
    messages: int = 0
    longest_gap: float = 0.0
    broken: int = 0


class Viewers:
    """`async with Viewers(port, path, count) as seen`: holds them open inside the block."""

    def __init__(self, port: int, path: str, count: int) -> None:
        self._port, self._path, self._count = port, path, count
        self.seen = Seen()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Seen:
        self._tasks = [asyncio.create_task(self._watch()) for _ in range(self._count)]
        return self.seen

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(f"GET {self._path} HTTP/1.1\r\nHost: localhost:{self._port}\r\n\r\n".encode())
            if b" 200 " not in await reader.readline():
                self.seen.broken += 1
                return
            self.seen.viewers += 1
            last = perf_counter()
            while line := await reader.readline():
                if line.startswith(b"data:"):
                    now = perf_counter()
                    self.seen.messages += 1
                    self.seen.longest_gap, last = max(self.seen.longest_gap, now - last), now
            self.seen.broken += 1
        finally:
            with contextlib.suppress(OSError):
                writer.close()

"""The way between a service and a store, as something that can be cut, slowed, or swallow everything.

Each link listens where the services believe the store to be, and passes bytes on. All links live in one thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
CHUNK = 1 << 16


class Link:
    """`delay` is seconds added to each chunk. While `hole` is set nothing travels, and connections stay open."""

    def __init__(self, name: str, there: Callable[[], Awaitable[Streams]]) -> None:
        self.name, self.delay, self.hole, self.shut = name, 0.0, False, False
        self._there = there
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Every connection ends at once, as by a reset."""
        for writer in list(self._writers):
            writer.transport.abort()

    def heal(self) -> None:
        self.delay, self.hole, self.shut = 0.0, False, False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.shut:
            writer.transport.abort()
            return
        try:
            there_reader, there_writer = await self._there()
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, there_writer}
        try:
            ways = (self._carry(reader, there_writer), self._carry(there_reader, writer))
            tasks = [asyncio.ensure_future(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self._writers -= {writer, there_writer}
            for each in (writer, there_writer):
                with contextlib.suppress(OSError, RuntimeError):
                    each.transport.abort() if self.shut else each.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                while self.hole:  # noqa: ASYNC110 (it ends from another thread)
                    await asyncio.sleep(0.05)
                writer.write(data)
                await writer.drain()


class Links:
    """All links of a stack, by name, served by a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="links")
        self._thread.start()
        self._servers: list[asyncio.Server] = []
        self.all: dict[str, Link] = {}

    def to_port(self, name: str, port: int, store: int) -> None:
        """A link on 127.0.0.1:`port` to 127.0.0.1:`store`."""
        link = self._new(name, lambda: asyncio.open_connection("127.0.0.1", store, limit=CHUNK))
        self._listen(asyncio.start_server(link.serve, "127.0.0.1", port, limit=CHUNK))

    def to_socket(self, name: str, path: Path, store: Path) -> None:
        """A link on the Unix socket `path` to the one at `store`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        link = self._new(name, lambda: asyncio.open_unix_connection(str(store), limit=CHUNK))
        self._listen(asyncio.start_unix_server(link.serve, str(path), limit=CHUNK))

    def cut(self, name: str, shut: bool) -> None:
        """Ends the link's connections; with `shut` new ones are refused until it heals."""
        self.all[name].shut = shut
        self._call(self.all[name].cut)

    def slow(self, name: str, seconds: float) -> None:
        self.all[name].delay = seconds

    def swallow(self, name: str) -> None:
        self.all[name].hole = True

    def heal(self) -> None:
        for link in self.all.values():
            link.heal()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for link in self.all.values():
            link.cut()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _new(self, name: str, there: Callable[[], Awaitable[Streams]]) -> Link:
        link = self.all[name] = Link(name, there)
        return link

    def _listen(self, serving: Coroutine[Any, Any, asyncio.Server]) -> None:
        self._servers.append(asyncio.run_coroutine_threadsafe(serving, self._loop).result(10))

    def _call(self, function: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(function)

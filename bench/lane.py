"""One kept-alive HTTP/1.1 connection that carries one request at a time, as cheap as Python allows.

Why not an HTTP client library: docs/decisions/0020-replay-client.md.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple, cast

import httptools

PATIENCE = 30.0
"""Seconds without an answer after which the connection is given up."""


class Reply(NamedTuple):
    status: int
    body: bytes
    cookie: bytes = b""
    """`name=value` of the first Set-Cookie."""
    retry_after: float = 0.0


class Lost(Exception):
    """The connection ended, or could not be made, before the answer was there. The request may have had its effect."""


class Lane(asyncio.Protocol):
    """Connects when first asked and again after a loss. Not for two requests at once.

    `source`: the local address to come from, where a crowd must not look like one household.
    """

    def __init__(self, host: str, port: int, source: str | None = None) -> None:
        self._host, self._port = host, port
        self._source = None if source is None else (source, 0)
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Reply] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._fresh()

    def _fresh(self) -> None:
        self._parts: list[bytes] = []
        self._cookie = b""
        self._retry_after = 0.0

    async def ask(self, request: bytes) -> Reply:
        """Sends the bytes of one whole request. Raises Lost."""
        loop = asyncio.get_running_loop()
        if self._transport is None or self._transport.is_closing():
            await self._connect(loop)
        assert self._transport is not None
        self._answer = loop.create_future()
        self._alarm = loop.call_later(PATIENCE, self._transport.abort)
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            self._alarm.cancel()
            self._answer = None

    async def _connect(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await loop.create_connection(lambda: self, self._host, self._port, local_addr=self._source)
        except (OSError, TimeoutError) as error:
            raise Lost(str(error)) from error

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpResponseParser(self)
        self._fresh()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Lost(str(exc or "closed by the other side")))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self._transport is not None:
                self._transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == 10 and name.lower() == b"set-cookie":
            self._cookie = self._cookie or value.partition(b";")[0]
        elif len(name) == 11 and name.lower() == b"retry-after":
            self._retry_after = float(value) if value.isdigit() else 0.0

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        parts = self._parts
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        status = self._parser.get_status_code()
        if self._answer is not None and not self._answer.done() and status >= 200:
            self._answer.set_result(Reply(status, body, self._cookie, self._retry_after))
        if not self._parser.should_keep_alive() and self._transport is not None:
            self._transport.close()
        self._fresh()

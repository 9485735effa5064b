"""Health and metrics of a process that serves nothing else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.runtime.settings import Settings


@dataclass
class Health:
    """`ready`: everything that was there at the start has been read."""

    ready: bool = False

    def answer(self, path: str) -> tuple[int, bytes, str]:
        """(status, body, media type)."""
        if path == "/metrics":
            return 200, generate_latest(), CONTENT_TYPE_LATEST
        if path == "/health/live":
            return 200, b'{"status":"live"}', "application/json"
        if path in ("/health", "/health/ready"):
            return (
                (200, b'{"status":"ready"}', "application/json")
                if self.ready
                else (503, b'{"status":"not ready"}', "application/json")
            )
        return 404, b"", "text/plain"


@contextlib.asynccontextmanager
async def serve_health(settings: Settings, health: Health) -> AsyncIterator[None]:
    """Answers GET on the process's port, one request per connection."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(5):
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode("latin-1").partition("?")[0] if head.count(b" ") > 1 else ""
                status, body, media = health.answer(path)
                writer.write(
                    f"HTTP/1.1 {status} \r\ncontent-type: {media}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, settings.http_host, settings.http_port)
    async with server:
        yield

"""The board's writer meets a Kafka that has only just started, and goes away again."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from services.runtime import consumers
from services.runtime.settings import Settings
from services.stats import board
from services.stats.health import Health

VERSIONS, METADATA = 18, 3


class JustStarted:
    """Says of each client's cluster that it has no brokers, as Kafka may in its first second, and hangs up."""

    def __init__(self) -> None:
        self.met = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.met += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await reader.readexactly(int.from_bytes(await reader.readexactly(4)))
                kind, correlation = int.from_bytes(request[:2]), request[4:8]
                # Which versions it speaks: the oldest of the two that are asked for here. Else: no brokers, no topics.
                oldest = b"".join(kind.to_bytes(2) + bytes(4) for kind in (METADATA, VERSIONS))
                body = bytes(2) + (2).to_bytes(4) + oldest if kind == VERSIONS else bytes(8)
                writer.write((4 + len(body)).to_bytes(4) + correlation + body)
                await writer.drain()
                if kind == METADATA:
                    break
        writer.close()


async def test_a_kafka_that_knew_no_brokers_and_went_away_is_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client has nobody left to ask and never asks its addresses again: it spun for 80 s, seen in a drill."""
    monkeypatch.setattr(consumers, "BEGINNING", 0.5)
    kafka = JustStarted()
    server = await asyncio.start_server(kafka.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Settings(service="board", kafka=f"127.0.0.1:{port}", public_dir=tmp_path, secrets_dir=tmp_path)
    following = asyncio.create_task(board.follow(settings, Health()))
    try:
        async with asyncio.timeout(30):
            while kafka.met < 6:  # noqa: ASYNC110 (a client asks twice: by one connection for the versions, by one for the rest)
                await asyncio.sleep(0.05)
        assert not following.done()
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        server.close()

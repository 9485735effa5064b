"""One process of one service: what it is made of, how it starts, drains and ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import uvicorn

from services.runtime import http
from services.runtime.audit_api import export_head
from services.runtime.clock import Clock
from services.runtime.collector import collect_seldom
from services.runtime.consumer import Subscription
from services.runtime.consumers import Consumers, WrongPartitions
from services.runtime.corked import CorkedProtocol
from services.runtime.database import open_pool
from services.runtime.edge import TimeSource
from services.runtime.fast import FastRoute, FastRoutes
from services.runtime.logs import configure, logger
from services.runtime.outbox import Relay
from services.runtime.parts import Parts
from services.runtime.publisher import Publisher
from services.runtime.server import Server
from services.runtime.settings import Settings
from services.runtime.shedding import Shedding, Yielding
from services.runtime.tokens import Tokens

_log = logger("service")
EXIT_FAULT = 70


Background = Callable[[Parts], Awaitable[None]]


async def _nothing(_: Parts) -> None:
    return None


def _reads_nothing(_: Parts) -> Sequence[Subscription]:
    return ()


@dataclass(frozen=True)
class Service:
    """A service's table of contents."""

    name: str
    routes: Sequence[Any]
    consumes: Callable[[Parts], Sequence[Subscription]] = _reads_nothing
    background: Sequence[tuple[str, Background]] = ()
    start: Callable[[Parts], Awaitable[None]] = _nothing
    """Called once before the first request; may put singletons into `parts.state`."""
    needs_kafka: bool = False
    """True: the process ends without Kafka at start. False: it serves, and reads and relays when Kafka is back."""
    outbox: bool = True
    fast: Sequence[FastRoute] = ()
    """Routes that skip the framework, for requests that come by the thousand."""
    yields: Sequence[Yielding] = ()
    """Requests that give way while the machine has too much to do."""


def serve(service: Service) -> None:
    """Runs the process until SIGTERM or SIGINT; leaves with 70 after an error it must not go on from."""
    settings = Settings(service=service.name)
    configure(service.name, settings.instance, settings.log_level)
    process = _Process(service, settings)
    config = uvicorn.Config(
        process.app, loop="uvloop", http=CorkedProtocol, log_config=None,
        access_log=False, lifespan="on", interface="asgi3",
        timeout_graceful_shutdown=10, timeout_keep_alive=75, backlog=4096, server_header=False,
        date_header=False, proxy_headers=False,
    )  # fmt: skip
    process.server = Server(config, settings.drain_seconds, process.leave)
    process.server.run(_sockets(settings))
    if process.fault is not None or not process.server.started:
        sys.exit(EXIT_FAULT)


def _sockets(settings: Settings) -> list[socket.socket]:
    hosts = [settings.http_host, *filter(None, settings.http_also.split(","))]
    sockets = []
    for host in dict.fromkeys(hosts):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, settings.http_port))
        sockets.append(listener)
    return sockets


class _Process:
    def __init__(self, service: Service, settings: Settings) -> None:
        self.service, self.settings = service, settings
        self.server: uvicorn.Server | None = None
        self.fault: BaseException | None = None
        self._app: Any = None
        self._parts: Parts | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def leave(self) -> None:
        """Readiness goes off; requests are still answered."""
        if self._parts is not None:
            self._parts.draining = True

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._app(scope, receive, send)

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            async with self._running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            _log.error("could not start or stop", exc_info=error)
            await send({"type": "lifespan.startup.failed", "message": repr(error)})
            return
        await send({"type": "lifespan.shutdown.complete"})

    @contextlib.asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        parts = self._parts = await self._make_parts()
        if self.settings.rehearsal:
            _log.warning("REHEARSAL: the time of requests comes from a signed header")
        app = http.build(self.service.name, self.service.routes, parts)
        key = _rehearsal_key(self.settings)
        # A rehearsal sends as fast as it is answered: it waits by itself, and nobody in it is told to.
        shedding = Shedding(() if self.settings.rehearsal else self.service.yields, self.settings.public_dir)
        self._app = http.EdgeMiddleware(
            app, parts, TimeSource(parts.clock, key, parts.on_the_way), FastRoutes(parts, self.service.fast), shedding
        )
        await self.service.start(parts)
        subscriptions = self.service.consumes(parts)
        consumers = Consumers(
            self.settings, subscriptions, pool=parts.pool, publisher=parts.publisher, on_fatal=self._die
        )
        parts.consumers = consumers
        if self.service.needs_kafka:
            await consumers.start()
        else:
            self._spawn("consumers", _start_when_possible(consumers))
        self._spawn("lag", consumers.measure_for_ever())
        self._spawn("audit", export_head(parts))
        self._spawn("shedding", shedding.run())
        if self.service.outbox:
            self._spawn("relay", Relay(self.settings, parts.publisher).run())
        for name, work in self.service.background:
            self._spawn(name, work(parts))
        collect_seldom()
        try:
            yield
        finally:
            await self._drain(parts, consumers)

    async def _make_parts(self) -> Parts:
        settings = self.settings
        pool = await open_pool(settings)
        tokens = Tokens.load(settings.secrets_dir, settings.service)
        publisher = Publisher(settings.kafka, settings.service)
        return Parts(settings, pool, Clock(), tokens, publisher, needs_kafka=self.service.needs_kafka)

    def _spawn(self, name: str, work: Any) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("background work broke", work=task.get_name(), exc_info=error)
            self._die(error)

    def _die(self, error: BaseException) -> None:
        """Ends the process in order; if that takes too long, at once. A supervisor starts a fresh one."""
        if self.fault is None:
            self.fault = error
            if self.server is not None:
                self.server.should_exit = True
            asyncio.get_running_loop().call_later(15, os._exit, EXIT_FAULT)

    async def _drain(self, parts: Parts, consumers: Consumers) -> None:
        parts.draining = True
        await consumers.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=5)
        await parts.publisher.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await parts.pool.close()


async def _start_when_possible(consumers: Consumers) -> None:
    """Registration and quiz serve without Kafka; they read again when it is there."""
    pause = 0.5
    while not consumers.started:
        try:
            await consumers.start()
        except WrongPartitions:
            raise
        except Exception as error:
            _log.warning("Kafka is away; the service goes on without it", error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)


def _rehearsal_key(settings: Settings) -> bytes | None:
    return b64decode((settings.secrets_dir / "rehearsal.key").read_text()) if settings.rehearsal else None

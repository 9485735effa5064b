"""A process from its start to its end: it drains in order, and dies of what it must not go on from."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from deploy.local.processes import free_port
from services.runtime.database import Pool, open_pool
from services.runtime.settings import Settings
from tests.support.stores import Stores
from tests.support.tiny import TABLE


@dataclass
class Running:
    """A tiny service and what it committed."""

    process: Any
    port: int
    pool: Pool

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def rows(self) -> set[str]:
        return {row["id"] for row in await self.pool.fetch("select id from taken")}

    async def ready(self) -> int:
        try:
            async with httpx.AsyncClient(base_url=self.url, **PLAIN) as client:
                return (await client.get("/health/ready", timeout=5)).status_code
        except httpx.HTTPError:
            return 0

    async def wait_ready(self, status: int = 200) -> None:
        async with asyncio.timeout(60):
            while await self.ready() != status:  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.1)


def environment(settings: Settings, port: int, **more: str) -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "HOITHI_DATABASE_URL": settings.database_url,
        "HOITHI_KAFKA": settings.kafka, "HOITHI_HTTP_PORT": str(port), "HOITHI_SECRETS_DIR": str(settings.secrets_dir),
        "HOITHI_LOG_LEVEL": "WARNING", **more,
    }  # fmt: skip


@contextlib.asynccontextmanager
async def tiny(stores: Stores, **more: str) -> AsyncIterator[Running]:
    settings = stores.settings("scoring", await asyncio.to_thread(stores.new_database, "scoring"))
    pool = await open_pool(settings)
    await pool.execute(TABLE)
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.tiny", cwd=ROOT, env=environment(settings, port, **more)
    )
    try:
        running = Running(process, port, pool)
        await running.wait_ready()
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await pool.close()


class Callers:
    """People who keep asking until the door is closed; what they were told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.told: set[str] = set()
        self.statuses: set[int] = set()
        self.answered = asyncio.Semaphore(0)

    async def run(self, name: int) -> None:
        async with httpx.AsyncClient(base_url=self._url, timeout=30, **PLAIN) as client:
            with contextlib.suppress(httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError):
                for n in range(200):
                    answer = await client.post(f"/api/scoring/v1/take/{name}-{n}")
                    self.statuses.add(answer.status_code)
                    if answer.status_code == 201:
                        self.told.add(f"{name}-{n}")
                    self.answered.release()

    async def wait_answers(self, count: int) -> None:
        async with asyncio.timeout(60):
            for _ in range(count):
                await self.answered.acquire()


async def test_a_signal_in_the_middle_of_requests_loses_none_of_them(stores: Stores) -> None:
    """What was committed was told, and what was told is committed (rule 1), up to the last request."""
    async with tiny(stores) as running:
        callers = Callers(running.url)
        asking = [asyncio.create_task(callers.run(n)) for n in range(30)]
        await callers.wait_answers(100)
        running.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.process.wait(), 30)
        await asyncio.gather(*asking)
        assert running.process.returncode in (0, -signal.SIGTERM)
        assert 100 <= len(callers.told) < 30 * 200
        assert callers.told == await running.rows()
        assert callers.statuses == {201}


async def test_readiness_goes_off_before_the_door_closes(stores: Stores) -> None:
    async with tiny(stores, HOITHI_DRAIN_SECONDS="60") as running:
        async with httpx.AsyncClient(base_url=running.url, **PLAIN) as client:
            running.process.send_signal(signal.SIGTERM)
            await running.wait_ready(503)
            assert (await client.get("/health/ready")).json()["missing"] == ["draining"]
            assert (await client.get("/health/live")).status_code == 200
            assert (await client.post("/api/scoring/v1/take/late")).status_code == 201
        running.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.process.wait(), 30)
        assert await running.rows() == {"late"}
        assert await running.ready() == 0


async def test_a_second_signal_ends_the_waiting(stores: Stores) -> None:
    async with tiny(stores, HOITHI_DRAIN_SECONDS="60") as running:
        running.process.send_signal(signal.SIGTERM)
        await running.wait_ready(503)
        running.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.process.wait(), 60)


async def test_readiness_needs_the_database_and_liveness_nothing(stores: Stores) -> None:
    async with tiny(stores) as running:
        await asyncio.to_thread(stores.postgres.stop, stores.postgres_pid)
        try:
            await running.wait_ready(503)
            async with httpx.AsyncClient(base_url=running.url, timeout=20, **PLAIN) as client:
                assert (await client.get("/health/live")).status_code == 200
                refused = await client.post("/api/scoring/v1/take/x")
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        finally:
            stores.postgres_pid = await asyncio.to_thread(stores.postgres.start)
        await running.wait_ready()
        assert running.process.returncode is None


@pytest.mark.parametrize("kafka", ["127.0.0.1:1"])
async def test_a_service_of_the_public_path_starts_and_serves_without_kafka(stores: Stores, kafka: str) -> None:
    """Readiness does not look at Kafka where the service can do without it."""
    async with tiny(stores, HOITHI_KAFKA=kafka) as running:
        async with httpx.AsyncClient(base_url=running.url, timeout=20, **PLAIN) as client:
            assert (await client.post("/api/scoring/v1/take/a")).status_code == 201
        running.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.process.wait(), 30)

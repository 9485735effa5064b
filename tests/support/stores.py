"""Real Kafka and PostgreSQL for tests: one of each per run, and everything in them fresh per test."""

from __future__ import annotations

import asyncio
import contextlib
import secrets as randomness
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local import secrets, topics
from deploy.local.kafka import Kafka
from deploy.local.migrations import migrate
from deploy.local.postgres import Postgres
from deploy.local.processes import free_port
from services.runtime.database import Pool, open_pool
from services.runtime.settings import Settings

Database = Callable[[str], AbstractAsyncContextManager[Pool]]


@dataclass
class Stores:
    """Servers that live as long as the test run; their pids, to be hurt and healed."""

    folder: Path
    kafka: Kafka
    kafka_pid: int
    postgres: Postgres
    postgres_pid: int
    _migrated: set[str] = field(init=False, default_factory=set)
    _copying: threading.Lock = field(init=False, default_factory=threading.Lock)

    @classmethod
    def start(cls, folder: Path) -> Stores:
        kafka = Kafka(folder / "kafka", free_port(), free_port(), folder / "logs" / "kafka.log", flush=False)
        postgres = Postgres(folder / "postgres", free_port(), folder / "logs" / "postgres.log", flush=False)
        secrets.make(folder / "secrets", rehearsal=True)
        stores = cls(folder, kafka, kafka.start(), postgres, postgres.start())
        asyncio.run(topics.create(kafka.address))
        return stores

    def stop(self) -> None:
        self.kafka.stop(self.kafka_pid)
        self.postgres.stop(self.postgres_pid)

    def settings(self, service: str, database: str = "", **more: Any) -> Settings:
        """Settings of a process of `service`; fresh consumer groups for every call."""
        url = self.postgres.url(service, database or service)
        values: dict[str, Any] = {
            "database_url": url, "kafka": self.kafka.address, "secrets_dir": self.folder / "secrets",
            "public_dir": self.folder / "public", "group_suffix": f".{randomness.token_hex(4)}", **more,
        }  # fmt: skip
        return Settings(service=service, **values)

    def new_database(self, service: str) -> str:
        """A database with the service's tables; its name. Copied from one that was migrated: that takes a third of the time."""
        name, migrated = f"{service}_{randomness.token_hex(6)}", f"{service}_migrated"
        with self._copying:
            if service not in self._migrated:
                self.postgres.create(service, migrated)
                migrate(self.postgres, service, migrated)
                self._migrated.add(service)
        self._copy(service, migrated, name)
        return name

    def _copy(self, role: str, of: str, database: str) -> None:
        """With the settings of `of`, which PostgreSQL does not copy: stats finds its tables by one. Nobody may be connected to it."""
        self.postgres.sql(f'create database "{database}" owner "{role}" template "{of}" strategy file_copy')
        self.postgres.sql(
            f'revoke connect on database "{database}" from public; '
            f"insert into pg_db_role_setting select (select oid from pg_database where datname = '{database}'), setrole, setconfig "
            f"from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = '{of}')"
        )

    @contextlib.asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[Pool]:
        """A pool on a database of its own, dropped afterwards."""
        name = await asyncio.to_thread(self.new_database, service)
        pool = await open_pool(self.settings(service, name))
        try:
            yield pool
        finally:
            await pool.close()
            await asyncio.to_thread(self.postgres.sql, f'drop database "{name}" with (force)')


async def connect(stores: Stores, service: str, database: str) -> asyncpg.Connection[asyncpg.Record]:
    return await asyncpg.connect(stores.postgres.url(service, database))


@contextlib.contextmanager
def reachable() -> Iterator[Path]:
    """A folder for servers. Not pytest's: it is closed to other users whenever another run starts, and PostgreSQL
    steps down from root."""
    with tempfile.TemporaryDirectory(prefix="hoithi-") as folder:
        yield Path(folder)

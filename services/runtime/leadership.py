"""One process of several does a thing: by a PostgreSQL advisory lock on a connection of its own.

The holder beats a row every two seconds. One that has been silent for ten (stopped, or cut off with its connection
still open) is ended by its successor. For a moment two may then lead: what they do must bear repetition.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import asyncpg

from services.runtime.database import Connection, is_transient
from services.runtime.logs import logger
from services.runtime.metrics import METRICS

if TYPE_CHECKING:
    from services.runtime.settings import Settings

BEAT = 2.0
SILENT = 10.0

Work = Callable[[Connection], Awaitable[None]]
_log = logger("leadership")


async def lead(settings: Settings, name: str, work: Work) -> None:
    """Runs `work(connection)` whenever this process holds the lease `name`; returns only by cancellation.

    `work` should run for ever; it is cancelled when the lease is lost. Its unexpected errors come out of here.
    """
    while True:
        with contextlib.suppress(*_AWAY):
            connection = await asyncpg.connect(settings.database_url, timeout=5, command_timeout=15)
            try:
                await _wait_for_lease(connection, settings.instance, name)
                METRICS.relay_holder.labels(name).set(1)
                _log.info("leading", lease=name)
                await _lead_with_pulse(connection, settings, name, work)
            finally:
                METRICS.relay_holder.labels(name).set(0)
                connection.terminate()
        await asyncio.sleep(0.5)


_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    OSError,
    TimeoutError,
)


async def _wait_for_lease(connection: Connection, instance: str, name: str) -> None:
    while not await connection.fetchval("select pg_try_advisory_lock(hashtextextended($1, 0))", name):
        await connection.execute(_END_SILENT_HOLDER, name, SILENT)
        await asyncio.sleep(1)
    await connection.execute(
        """insert into lease (name, instance, backend_pid, beat_at)
           values ($1, $2, pg_backend_pid(), clock_timestamp())
           on conflict (name) do update
           set instance = excluded.instance, backend_pid = excluded.backend_pid, beat_at = excluded.beat_at""",
        name, instance,
    )  # fmt: skip


_END_SILENT_HOLDER = """
select pg_terminate_backend(l.pid) from pg_locks l join lease on lease.name = $1 and lease.backend_pid = l.pid
where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid()
  and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended($1, 0)
  and lease.beat_at < clock_timestamp() - make_interval(secs => $2)"""


async def _lead_with_pulse(connection: Connection, settings: Settings, name: str, work: Work) -> None:
    """The pulse has a connection of its own, so that a long statement of the work is not taken for silence."""
    pulse = await asyncpg.connect(settings.database_url, timeout=5, command_timeout=5)
    pid = connection.get_server_pid()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_beat(pulse, name, pid))
            group.create_task(_work(connection, work))
    except* _AWAY as lost:
        _log.warning("lost the lease", lease=name, error=repr(lost.exceptions[0]))
    finally:
        pulse.terminate()


async def _work(connection: Connection, work: Work) -> None:
    try:
        await work(connection)
    except Exception as error:
        if not is_transient(error):
            raise
        raise ConnectionError(repr(error)) from error


async def _beat(pulse: Connection, name: str, pid: int) -> None:
    while True:
        mine = await pulse.fetchval(
            "update lease set beat_at = clock_timestamp() where name = $1 and backend_pid = $2 returning true",
            name,
            pid,
        )
        if not mine:
            raise ConnectionError("another process holds the lease")
        await asyncio.sleep(BEAT)

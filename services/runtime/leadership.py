"""One process of several does a thing: by a PostgreSQL advisory lock on a connection of its own.

The holder beats a row every two seconds. One that has been silent for ten (stopped, or cut off with its connection
still open) is ended by its successor. For a moment two may then lead: what they do must bear repetition.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

from services.runtime.database import Connection, is_transient
from services.runtime.logs import logger
from services.runtime.metrics import METRICS

if TYPE_CHECKING:
    from services.runtime.settings import Settings


class Rhythm(NamedTuple):
    """Seconds between two beats, after which a silent holder is ended, and between two looks at a held lease."""

    beat: float = 2.0
    silent: float = 10.0
    look: float = 1.0


RHYTHM = Rhythm()
Work = Callable[[Connection], Awaitable[None]]
_log = logger("leadership")


class _Away(Exception):
    """The database is away, or the lease is lost: try again."""


async def lead(settings: Settings, name: str, work: Work, rhythm: Rhythm = RHYTHM) -> None:
    """Runs `work(connection)` whenever this process holds the lease `name`; returns only by cancellation.

    `work` should run for ever; it is cancelled when the lease is lost. Its unexpected errors come out of here.
    """
    while True:
        with contextlib.suppress(_Away):
            await _unless_away(_lead_once(settings, name, work, rhythm))
        await asyncio.sleep(0.5)


async def _lead_once(settings: Settings, name: str, work: Work, rhythm: Rhythm) -> None:
    connection = await asyncpg.connect(settings.database_url, timeout=5, command_timeout=15)
    try:
        while not await connection.fetchval(_TAKE, name, settings.instance):
            await connection.execute(_END_SILENT_HOLDER, name, rhythm.silent)
            await asyncio.sleep(rhythm.look)
        METRICS.relay_holder.labels(name).set(1)
        _log.info("leading", lease=name)
        # A connection of its own, so that a long statement of the work is not taken for silence.
        pulse = await asyncpg.connect(settings.database_url, timeout=5, command_timeout=5)
        try:
            await _work_with_pulse(work(connection), _beat(pulse, name, connection.get_server_pid(), rhythm))
        finally:
            pulse.terminate()
    finally:
        METRICS.relay_holder.labels(name).set(0)
        connection.terminate()


# One statement: a process stopped between lock and row would hold a lease that nobody could see to be silent.
_TAKE = """
with taken as materialized (select pg_try_advisory_lock(hashtextextended($1, 0)) as mine)
insert into lease (name, instance, backend_pid, beat_at)
select $1, $2, pg_backend_pid(), clock_timestamp() from taken where mine
on conflict (name) do update
set instance = excluded.instance, backend_pid = excluded.backend_pid, beat_at = excluded.beat_at
returning true"""

# pg_locks shows the locks of every database, and each has a lease of this name.
_END_SILENT_HOLDER = """
select pg_terminate_backend(l.pid) from pg_locks l join lease on lease.name = $1 and lease.backend_pid = l.pid
where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid()
  and l.database = (select oid from pg_database where datname = current_database())
  and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended($1, 0)
  and lease.beat_at < clock_timestamp() - make_interval(secs => $2)"""


async def _work_with_pulse(work: Awaitable[None], pulse: Awaitable[None]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_unless_away(pulse))
            group.create_task(_unless_away(work))
    except* _Away as lost:
        _log.warning("lost the lease", error=str(lost.exceptions[0]))


async def _unless_away(work: Awaitable[None]) -> None:
    """Raises _Away for what passes by itself; every other error as it is."""
    try:
        await work
    except Exception as error:
        if is_transient(error) or isinstance(error, asyncpg.OperatorInterventionError):
            raise _Away(repr(error)) from error
        raise


async def _beat(pulse: Connection, name: str, pid: int, rhythm: Rhythm) -> None:
    while True:
        mine = await pulse.fetchval(
            "update lease set beat_at = clock_timestamp() where name = $1 and backend_pid = $2 returning true",
            name,
            pid,
        )
        if not mine:
            raise _Away("another process holds the lease")
        await asyncio.sleep(rhythm.beat)

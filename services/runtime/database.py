"""PostgreSQL: a pool that waits for a recovering server, and which errors pass by themselves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
import msgspec

from services.runtime.logs import logger
from services.runtime.settings import Settings

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    Connection = Any

TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.InternalClientError,
    ConnectionError,
    TimeoutError,
    OSError,
)
"""Connection lost, server restarting or failing over, deadlock, disk full, tables migrated under a prepared statement."""


def is_transient(error: BaseException) -> bool:
    """True where the same statement may succeed a moment later."""
    if isinstance(error, asyncpg.InterfaceError):
        # One class for "the connection is closed" and for "you gave two arguments for one": only the first passes.
        # A pooled connection that was lost says that it was released.
        return any(word in str(error) for word in ("closed", "closing", "released"))
    return isinstance(error, TRANSIENT)


async def _prepare(connection: Any) -> None:
    # jsonb travels as text; msgspec is what encodes everything else too.
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )


async def _reset(connection: Any) -> None:
    # The stock reset costs a round trip at every release; nothing here changes a session outside a transaction.
    if connection.is_in_transaction():
        await connection.reset()


async def open_pool(settings: Settings, *, schema: str | None = None) -> Pool:
    """Waits for ever for a server that is away: a service may start before its database has recovered."""
    options = {"application_name": f"{settings.service}-{settings.instance}"}
    if schema:
        options["search_path"] = schema
    while True:
        try:
            return await asyncpg.create_pool(
                settings.database_url, min_size=2, max_size=settings.pool_size, init=_prepare, reset=_reset, server_settings=options,
                command_timeout=30, max_inactive_connection_lifetime=300,
            )  # fmt: skip
        except Exception as error:
            if not is_transient(error):
                raise
            logger("database").warning("the database does not answer yet", error=repr(error))
            await asyncio.sleep(0.5)

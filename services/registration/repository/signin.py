"""Wrong codes and passwords, as keyed hashes."""

from __future__ import annotations

from datetime import datetime

from services.registration.domain.limits import BUDGET, PER_ACCOUNT_COUNTED, PER_ADDRESS_COUNTED, Failures
from services.runtime.database import Connection


async def failures(connection: Connection, account: bytes, address: bytes, since: datetime) -> Failures:
    """Counted only as far as it makes a difference, so that a flood does not make counting slow."""
    row = await connection.fetchrow(
        """
        select
            (select count(*) from (select from sign_in_failures where account = $1 and at > $3 limit $4) as a),
            (select count(*) from (select from sign_in_failures where address = $2 and at > $3 limit $5) as b),
            (select count(*) from (select from sign_in_failures where at > $3 limit $6) as c)
        """,
        account, address, since, PER_ACCOUNT_COUNTED, PER_ADDRESS_COUNTED, BUDGET + 1,
    )  # fmt: skip
    assert row is not None
    return Failures(*row.values())


async def add_failure(connection: Connection, account: bytes, address: bytes, at: datetime) -> None:
    await connection.execute("insert into sign_in_failures values ($1, $2, $3)", account, address, at)


async def forget_failures(connection: Connection, before: datetime) -> None:
    await connection.execute("delete from sign_in_failures where at < $1", before)

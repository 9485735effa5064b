"""Wrong codes and passwords, as keyed hashes."""

from __future__ import annotations

from datetime import datetime

from services.registration.domain.limits import BUDGET, PER_ACCOUNT_COUNTED, PER_ADDRESS_COUNTED, Failures
from services.runtime.database import Connection

_COUNTED = """
    (select count(*) from (select from sign_in_failures where account = $1 and at > $3 limit $4) as a) as account,
    (select count(*) from (select from sign_in_failures where address = $2 and at > $3 limit $5) as b) as address,
    (select count(*) from (select from sign_in_failures where at > $3 limit $6) as c) as everyone
"""
"""Only as far as it makes a difference, so that a flood does not make counting slow."""


async def failures(connection: Connection, account: bytes, address: bytes, since: datetime) -> Failures:
    row = await connection.fetchrow(
        f"select {_COUNTED}", account, address, since, PER_ACCOUNT_COUNTED, PER_ADDRESS_COUNTED, BUDGET
    )
    assert row is not None
    return Failures(*row.values())


async def add_failure(connection: Connection, account: bytes, address: bytes, at: datetime) -> None:
    await connection.execute("insert into sign_in_failures values ($1, $2, $3)", account, address, at)


async def count_failure(
    connection: Connection, account: bytes, address: bytes, at: datetime, since: datetime
) -> Failures:
    """What stood before this one, which is added only while that is less than BUDGET. Not to be called inside a transaction.

    The commit does not wait for the disk: what a crash loses of the last moment is a wrong code or two.
    """
    row = await connection.fetchrow(
        f"""
        with quick as materialized (select set_config('synchronous_commit', 'off', true)),
        before as materialized (select {_COUNTED} from quick),
        added as (insert into sign_in_failures select $1, $2, $7 from before where everyone < $6)
        select account, address, everyone from before
        """,
        account, address, since, PER_ACCOUNT_COUNTED, PER_ADDRESS_COUNTED, BUDGET, at,
    )  # fmt: skip
    assert row is not None
    return Failures(*row.values())


async def forget_failures(connection: Connection, before: datetime) -> None:
    await connection.execute("delete from sign_in_failures where at < $1", before)

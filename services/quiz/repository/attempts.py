"""Papers, read and locked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asyncpg import Record

from services.quiz.repository.rows import COLUMNS, Key, unzip
from services.runtime.database import Connection, Pool


async def attempt(pool: Pool | Connection, key: Key) -> Record | None:
    return await pool.fetchrow(
        f"select {COLUMNS} from attempts a where a.contestant_id = $1 and a.contest_id = $2 and a.ordinal = $3", *key
    )


async def attempt_of(pool: Pool | Connection, contestant_id: str, attempt_id: str) -> Record | None:
    """By its id, among the person's own (a person has few)."""
    return await pool.fetchrow(
        f"select {COLUMNS} from attempts a where a.contestant_id = $1 and a.attempt_id = $2", contestant_id, attempt_id
    )


async def history(pool: Pool, contestant_id: str, contest_id: str) -> list[Record]:
    """By ordinal; `given` in each is when the person was given tries back in the contest."""
    return await pool.fetch(
        """select attempt_id, ordinal, state, started_at, ends_at, submitted_at, how, voided,
               array(select given_at from tries_given g where g.contestant_id = $1 and g.contest_id = $2) as given
           from attempts where contestant_id = $1 and contest_id = $2 order by ordinal""",
        contestant_id, contest_id,
    )  # fmt: skip


async def read(connection: Connection, keys: Sequence[Key]) -> list[Record]:
    return await connection.fetch(
        f"""select {COLUMNS} from unnest($1::uuid[], $2::text[], $3::int[]) as k(contestant_id, contest_id, ordinal)
            join attempts a using (contestant_id, contest_id, ordinal)""",
        *unzip(keys),
    )


async def lock(connection: Connection, keys: Sequence[Key]) -> list[Record]:
    """The rows of these attempts, locked in key order, as the batches, the sweeper and the regrade all do."""
    return await connection.fetch(
        f"""select {COLUMNS} from unnest($1::uuid[], $2::text[], $3::int[]) as k(contestant_id, contest_id, ordinal)
            join attempts a using (contestant_id, contest_id, ordinal)
            order by a.contestant_id, a.contest_id, a.ordinal for update of a""",
        *unzip(keys),
    )


async def lock_open(connection: Connection, contest_id: str) -> list[Record]:
    """Every open paper of the contest, locked in key order."""
    return await connection.fetch(
        f"""select {COLUMNS} from attempts a where a.contest_id = $1 and a.state = 0
            order by a.contestant_id, a.contest_id, a.ordinal for update""",
        contest_id,
    )


async def write_ends(connection: Connection, ends: Sequence[tuple[Key, datetime]]) -> None:
    """For rows that this transaction has locked and found open."""
    await connection.execute(
        """update attempts a set ends_at = k.ends_at
           from unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[]) as k(contestant_id, contest_id, ordinal, ends_at)
           where a.contestant_id = k.contestant_id and a.contest_id = k.contest_id and a.ordinal = k.ordinal""",
        *unzip([key for key, _ in ends]), [end for _, end in ends],
    )  # fmt: skip


async def take_pen(connection: Connection, key: Key) -> Record | None:
    return await connection.fetchrow(
        f"""update attempts a set writer = writer + 1
            where contestant_id = $1 and contest_id = $2 and ordinal = $3 and state = 0 returning {COLUMNS}""",
        *key,
    )

"""All SQL about contests, banks, sealed keys, the closing, the audit and the republishing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from asyncpg import Record
from msgspec import Struct, convert, to_builtins

from services.contracts.digest import digest_sum_sql, render
from services.contracts.rules import Rules
from services.runtime.database import Connection, Pool

_CONTEST = """contest_id, series_id, version, rules, bank_version, reason, rehearsal, time, recorded_at, closed_at,
    closed_recorded_at, closed_attempts, closed_digest, closed_version"""


async def contest(connection: Connection | Pool, contest_id: str) -> Record | None:
    return await connection.fetchrow(f"select {_CONTEST} from contests where contest_id = $1", contest_id)


async def contest_for_update(connection: Connection, contest_id: str) -> Record | None:
    return await connection.fetchrow(f"select {_CONTEST} from contests where contest_id = $1 for update", contest_id)


async def all_contests(connection: Connection | Pool) -> list[Record]:
    return await connection.fetch(f"select {_CONTEST} from contests order by contest_id")


async def questions(connection: Connection | Pool, contest_id: str, bank_version: int) -> bytes:
    found = await connection.fetchval(
        "select questions from banks where contest_id = $1 and bank_version = $2", contest_id, bank_version
    )
    return bytes(found)


async def fingerprint(connection: Connection, contest_id: str, bank_version: int) -> bytes | None:
    found: bytes | None = await connection.fetchval(
        "select fingerprint from banks where contest_id = $1 and bank_version = $2", contest_id, bank_version
    )
    return found


class Definition(Struct, frozen=True):
    """A new version of a contest."""

    rules: Rules
    version: int
    bank_version: int
    reason: str | None
    rehearsal: bool
    time: datetime
    recorded_at: datetime


async def define(connection: Connection, new: Definition) -> None:
    """A definition newer than a closing opens the contest again: it must then be closed, and counted, anew."""
    rules = new.rules
    await connection.execute(
        """insert into contests (contest_id, series_id, version, rules, bank_version, reason, opens, closes, grace_ms, rehearsal,
               time, recorded_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (contest_id) do update
           set version = excluded.version, rules = excluded.rules, bank_version = excluded.bank_version, reason = excluded.reason,
               opens = excluded.opens, closes = excluded.closes, grace_ms = excluded.grace_ms, time = excluded.time,
               recorded_at = excluded.recorded_at, closed_at = null, closed_attempts = null, closed_digest = null""",
        rules.id, rules.series_id, new.version, to_builtins(rules), new.bank_version, new.reason, rules.opens, rules.closes,
        rules.grace_ms, new.rehearsal, new.time, new.recorded_at,
    )  # fmt: skip
    await connection.execute(
        "insert into definitions (contest_id, version, rules, reason, recorded_at) values ($1, $2, $3, $4, $5)",
        rules.id, new.version, to_builtins(rules), new.reason, new.recorded_at,
    )  # fmt: skip


async def definition(connection: Connection | Pool, contest_id: str, version: int) -> Rules | None:
    """The rules as they stood in that version."""
    found = await connection.fetchval(
        "select rules from definitions where contest_id = $1 and version = $2", contest_id, version
    )
    return None if found is None else convert(found, Rules)


async def add_bank(
    connection: Connection, contest_id: str, version: int, public: bytes, mark: bytes, at: datetime
) -> None:
    await connection.execute(
        "insert into banks (contest_id, bank_version, questions, fingerprint, recorded_at) values ($1, $2, $3, $4, $5)",
        contest_id, version, public, mark, at,
    )  # fmt: skip


class SealedKey(Struct, frozen=True):
    contest_id: str
    question_id: str
    version: int
    sealed: str
    time: datetime
    recorded_at: datetime


async def add_keys(connection: Connection, keys: Sequence[SealedKey]) -> None:
    await connection.executemany(
        """insert into answer_keys (contest_id, question_id, version, sealed, time, recorded_at)
           values ($1, $2, $3, $4, $5, $6)""",
        [(k.contest_id, k.question_id, k.version, k.sealed, k.time, k.recorded_at) for k in keys],
    )


async def due_for_closing(connection: Connection, horizon: datetime) -> list[str]:
    """Contests past their closing at `horizon` in which no paper is open, not closed yet."""
    rows = await connection.fetch(
        """select contest_id from contests c where closed_at is null and closes + interval '5 seconds' < $1
           and not exists (select 1 from attempts a where a.contest_id = c.contest_id and a.state = 0) order by 1""",
        horizon,
    )
    return [row["contest_id"] for row in rows]


async def count_submitted(connection: Connection | Pool, contest_id: str) -> tuple[int, str]:
    """How many papers were handed in, and the digest of their attempt ids."""
    row = await connection.fetchrow(
        f"""select count(*) as count, {digest_sum_sql("attempt_id")} as sum from attempts
            where contest_id = $1 and state = 1""",
        contest_id,
    )
    assert row is not None
    return row["count"], render(row["sum"])


class Closing(Struct, frozen=True):
    """A contest counted. `at` is the contest's time, `recorded_at` the real one."""

    contest_id: str
    at: datetime
    recorded_at: datetime
    attempts: int
    digest: str


async def close(connection: Connection, closing: Closing) -> None:
    await connection.execute(
        """update contests set closed_at = $2, closed_recorded_at = $3, closed_attempts = $4, closed_digest = $5,
               closed_version = version
           where contest_id = $1""",
        closing.contest_id, closing.at, closing.recorded_at, closing.attempts, closing.digest,
    )  # fmt: skip


async def facts(pool: Pool) -> list[Record]:
    """Per contest: papers by state, and digests over submitted `attempt_id|version` and `attempt_id`."""
    return await pool.fetch(
        f"""select c.contest_id, c.version, c.closed_at, c.closed_attempts, c.closed_digest,
                   count(*) filter (where a.state = 0) as open, count(*) filter (where a.state = 1) as submitted,
                   count(*) filter (where a.state = 2) as abandoned,
                   {digest_sum_sql("a.attempt_id || '|' || a.version")} filter (where a.state = 1) as versions,
                   {digest_sum_sql("a.attempt_id")} filter (where a.state = 1) as ids
            from contests c left join attempts a using (contest_id)
            group by c.contest_id, c.version, c.closed_at, c.closed_attempts, c.closed_digest order by 1"""
    )


async def open_and_overdue(pool: Pool, now: datetime) -> list[Record]:
    return await pool.fetch(
        """select c.contest_id, c.opens, c.closes, c.closed_at, count(a.attempt_id) as open,
                  count(*) filter (where a.ends_at + make_interval(secs => c.grace_ms / 1000.0 + 5) < $1) as overdue
           from contests c left join attempts a on a.contest_id = c.contest_id and a.state = 0
           group by 1, 2, 3, 4""",
        now,
    )


async def open_and_processes(pool: Pool) -> tuple[int, int]:
    """How many papers are open, and how many processes of quiz share their submissions."""
    row = await pool.fetchrow(
        """select (select count(*) from attempts where state = 0) as open,
                  (select count(distinct application_name) from pg_stat_activity
                    where datname = current_database() and application_name like 'quiz-%') as processes"""
    )
    assert row is not None
    return row["open"], row["processes"]


async def outbox_rows(pool: Pool) -> int:
    found: int = await pool.fetchval("select count(*) from outbox")
    return found


async def sealed_keys(pool: Pool) -> list[Record]:
    return await pool.fetch("select * from answer_keys order by contest_id, question_id, version")


async def question_ids(connection: Connection | Pool, contest_id: str) -> list[str]:
    rows = await connection.fetch(
        "select distinct question_id from answer_keys where contest_id = $1 order by 1", contest_id
    )
    return [row["question_id"] for row in rows]


async def submitted(connection: Connection, batch: int) -> AsyncIterator[list[Record]]:
    """Every paper handed in, in pages by key; call inside a transaction."""
    cursor = await connection.cursor(
        "select * from attempts where state = 1 order by contestant_id, contest_id, ordinal"
    )
    while rows := await cursor.fetch(batch):
        yield rows

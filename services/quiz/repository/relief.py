"""All SQL of tries given back and minutes given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asyncpg import Record
from msgspec import Struct, to_builtins

from services.quiz.repository import Key
from services.runtime.database import Connection


class Window(Struct, frozen=True):
    """Papers of a contest that were open at some time from `since` to `until`; of one person where one is named."""

    contest_id: str
    since: datetime
    until: datetime
    contestant_id: str | None = None


async def hold_person(connection: Connection, contestant_id: str, contest_id: str) -> None:
    """One order about a person's tries at a time."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended($1 || '|' || $2, 11))", contestant_id, contest_id
    )


async def give_try(connection: Connection, contestant_id: str, contest_id: str, now: datetime) -> int | None:
    """The how-many-eth it is. None where the person has no start that is not given back already. The person is held."""
    nth: int | None = await connection.fetchval(
        """insert into tries_given (contestant_id, contest_id, nth, given_at)
           select $1::uuid, $2::text, (select count(*) + 1 from tries_given where contestant_id = $1 and contest_id = $2), $3
           where (select count(*) from tries_given where contestant_id = $1 and contest_id = $2)
               < (select count(*) from attempts where contestant_id = $1 and contest_id = $2 and started_at <= $3)
           returning nth""",
        contestant_id, contest_id, now,
    )  # fmt: skip
    return nth


async def lock_open(connection: Connection, window: Window) -> list[Record]:
    """Papers of the window that are open still, locked in key order like everywhere."""
    return await connection.fetch(
        """select contestant_id, contest_id, ordinal, ends_at, extra_ms from attempts
           where contest_id = $1 and state = 0 and started_at <= $3 and ends_at >= $2
             and ($4::uuid is null or contestant_id = $4) order by contestant_id, contest_id, ordinal for update""",
        window.contest_id, window.since, window.until, window.contestant_id,
    )  # fmt: skip


async def ran_out(connection: Connection, window: Window, limit: int) -> list[str]:
    """Contestant ids of papers of the window whose time has run out already: they can be given a try back."""
    rows = await connection.fetch(
        """select distinct contestant_id from attempts
           where contest_id = $1 and state <> 0 and how = 'time_ran_out' and started_at <= $3 and ends_at >= $2
             and ($4::uuid is null or contestant_id = $4) order by 1 limit $5""",
        window.contest_id, window.since, window.until, window.contestant_id, limit,
    )  # fmt: skip
    return [str(row[0]) for row in rows]


async def extend(connection: Connection, keys: Sequence[Key], extra_ms: int) -> None:
    """For rows that this transaction has locked and found open."""
    await connection.execute(
        """update attempts a set ends_at = ends_at + make_interval(secs => $4 / 1000.0), extra_ms = extra_ms + $4
           from unnest($1::uuid[], $2::text[], $3::int[]) as k(contestant_id, contest_id, ordinal)
           where a.contestant_id = k.contestant_id and a.contest_id = k.contest_id and a.ordinal = k.ordinal""",
        [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys], extra_ms,
    )  # fmt: skip


async def answered(connection: Connection, order_id: str) -> dict[str, object] | None:
    """What an order of minutes did, where it was carried out already."""
    found: dict[str, object] | None = await connection.fetchval(
        "select answer from minutes_given where id = $1", order_id
    )
    return found


async def keep_answer(connection: Connection, order_id: str, contest_id: str, answer: object) -> None:
    await connection.execute(
        "insert into minutes_given (id, contest_id, answer) values ($1, $2, $3)",
        order_id, contest_id, to_builtins(answer),
    )  # fmt: skip

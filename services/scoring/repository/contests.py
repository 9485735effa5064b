"""Contests as scoring knows them, and who is excluded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from services.contracts.events import ContestantExcluded, ContestClosed, ContestDefined
from services.contracts.rules import Rules
from services.runtime.database import Connection

Version: TypeAlias = tuple[int, int]
"""(version of the definition, marking revision): what is cached of a contest is cached under it."""

_rules = msgspec.json.Decoder(Rules)


class Contest(Struct, frozen=True):
    """A contest with its rules; `closed` for the newest definition."""

    rules: Rules
    closed: bool


async def lock(connection: Connection, ids: Collection[str], *, alone: bool) -> dict[str, Version]:
    """The contests that are defined, locked in id order until the transaction ends.

    Marking shares the lock; whoever changes what a paper is worth (a key, a voiding) must be `alone`.
    """
    mode = "no key update" if alone else "share"
    rows = await connection.fetch(
        f"select contest_id, version, marking_revision from contests where contest_id = any($1) order by 1 for {mode}",
        sorted(ids),
    )
    return {row[0]: (row[1], row[2]) for row in rows if row[1]}


async def create_missing(connection: Connection, ids: Collection[str]) -> None:
    await connection.execute(
        "insert into contests (contest_id) select unnest($1::text[]) order by 1 on conflict do nothing", sorted(ids)
    )


async def define(connection: Connection, events: Sequence[ContestDefined]) -> None:
    for event in events:
        await connection.execute(
            """insert into contests (contest_id, series_id, version, rules) values ($1, $2, $3, $4)
            on conflict (contest_id) do update set series_id = $2, version = $3, rules = $4
            where contests.version < $3""",
            event.contest_id, event.series_id, event.version, msgspec.json.encode(event.rules),
        )  # fmt: skip


async def close(connection: Connection, events: Sequence[ContestClosed]) -> None:
    for event in events:
        await connection.execute(
            """insert into contests (contest_id, closed_version, closed_definition, closed_attempts, closed_digest, closed_at)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (contest_id) do update set closed_version = $2, closed_definition = $3, closed_attempts = $4,
              closed_digest = $5, closed_at = $6
            where contests.closed_version < $2""",
            event.contest_id, event.version, event.definition_version, event.attempts, event.digest, event.time,
        )  # fmt: skip


async def rules(connection: Connection, contest_id: str) -> Rules:
    """Of a contest that is defined."""
    return _rules.decode(await connection.fetchval("select rules from contests where contest_id = $1", contest_id))


async def find(connection: Connection, contest_id: str) -> Contest | None:
    row = await connection.fetchrow(
        """select rules, closed_version > 0 and closed_definition >= version as closed
        from contests where contest_id = $1 and version > 0""",
        contest_id,
    )
    return Contest(_rules.decode(row["rules"]), row["closed"]) if row else None


async def raise_revision(connection: Connection, contest_id: str) -> None:
    """From here on what was cached under the old revision is not used any more. The row must be locked alone."""
    await connection.execute(
        "update contests set marking_revision = marking_revision + 1 where contest_id = $1", contest_id
    )


async def exclude(connection: Connection, events: Sequence[ContestantExcluded]) -> None:
    """`events`: at most one per person."""
    ordered = sorted(events, key=lambda event: event.contestant_id)
    await connection.execute(
        """insert into exclusions as x (contestant_id, version, excluded, series_id)
        select * from unnest($1::text[], $2::int[], $3::bool[], $4::text[])
        on conflict (contestant_id) do update
            set version = excluded.version, excluded = excluded.excluded, series_id = excluded.series_id
        where x.version < excluded.version""",
        [e.contestant_id for e in ordered], [e.version for e in ordered], [e.excluded for e in ordered],
        [e.series_id for e in ordered],
    )  # fmt: skip


async def is_excluded(connection: Connection, contestant_id: str) -> bool:
    return bool(await connection.fetchval("select excluded from exclusions where contestant_id = $1", contestant_id))


async def revoke_sessions(connection: Connection, over: Mapping[tuple[str, str], datetime]) -> None:
    """(contestant id, series) -> before when their sessions are over. The latest instant stands."""
    ordered = sorted(over)
    await connection.execute(
        """insert into sessions as s (contestant_id, series_id, not_before)
        select * from unnest($1::text[], $2::text[], $3::timestamptz[])
        on conflict (contestant_id) do update
            set not_before = greatest(s.not_before, excluded.not_before), series_id = excluded.series_id""",
        [id_ for id_, _ in ordered], [series for _, series in ordered], [over[key] for key in ordered],
    )  # fmt: skip


async def sessions_not_before(connection: Connection, contestant_id: str) -> datetime | None:
    """Tokens of this person issued earlier are refused; None: none was ended."""
    found: datetime | None = await connection.fetchval(
        "select not_before from sessions where contestant_id = $1", contestant_id
    )
    return found

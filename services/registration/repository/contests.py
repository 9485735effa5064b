"""Registration's own copy of the contests' rules."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from services.contracts.events import ContestClosed, ContestDefined
from services.contracts.rules import Rules
from services.runtime.database import Connection


async def keep(connection: Connection, defined: Iterable[ContestDefined]) -> None:
    """Keeps what is newer than what is there. At most one per contest."""
    ordered = sorted(defined, key=lambda event: event.contest_id)
    await connection.execute(
        """
        insert into contests (contest_id, series_id, version, rules)
        select * from unnest($1::text[], $2::text[], $3::int[], $4::jsonb[])
        on conflict (contest_id) do update
        set series_id = excluded.series_id, version = excluded.version, rules = excluded.rules
        where contests.version < excluded.version
        """,
        [event.contest_id for event in ordered], [event.series_id for event in ordered],
        [event.version for event in ordered], [event.rules for event in ordered],
    )  # fmt: skip


async def close(connection: Connection, closed: Iterable[ContestClosed]) -> None:
    """A definition newer than the one that was closed opens the contest again."""
    ordered = sorted(closed, key=lambda event: event.contest_id)
    await connection.execute(
        """
        update contests set closed_version = greatest(closed_version, c.version)
        from unnest($1::text[], $2::int[]) as c(contest_id, version) where contests.contest_id = c.contest_id
        """,
        [event.contest_id for event in ordered], [event.definition_version for event in ordered],
    )  # fmt: skip


async def of_series(connection: Connection, series_id: str) -> list[tuple[Rules, bool]]:
    """Every contest of the series, the first to open first, and whether it is closed."""
    rows = await connection.fetch(
        "select rules, closed_version >= version as closed from contests where series_id = $1", series_id
    )
    found = [(msgspec.convert(row["rules"], Rules), bool(row["closed"])) for row in rows]
    return sorted(found, key=lambda each: each[0].opens)

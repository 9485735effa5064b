"""Persons: created where they are missing, and locked in order before anything of theirs is counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import asyncpg

from services.runtime.database import Connection
from services.stats.domain.people import Person


async def lock(connection: Connection, series: Mapping[str, str]) -> dict[str, Person]:
    """`series`: contestant id -> series. Locked until the transaction ends; unknown ones are created without a unit."""
    ids = sorted(series)
    await connection.execute(
        """insert into contestants (contestant_id, series_id) select * from unnest($1::text[], $2::text[])
        on conflict do nothing""",
        ids, [series[one] for one in ids],
    )  # fmt: skip
    rows = await connection.fetch(
        """select contestant_id, series_id, unit_id, category, group_id, placed_version, registered_hour, excluded,
          excluded_version, erased_version, took_part
        from contestants where contestant_id = any($1::text[]) order by contestant_id for update""",
        ids,
    )  # fmt: skip
    return {row[0]: _person(row) for row in rows}


async def save(connection: Connection, people: Collection[Person]) -> None:
    """What registration says of them. They must be locked."""
    ordered = sorted(people, key=lambda person: person.contestant_id)
    await connection.execute(
        """update contestants c set unit_id = u.unit_id, category = u.category, group_id = u.group_id,
          placed_version = u.placed_version, registered_hour = u.registered_hour, excluded = u.excluded,
          excluded_version = u.excluded_version, erased_version = u.erased_version
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::bool[], $8::int[], $9::int[])
          as u(contestant_id, unit_id, category, group_id, placed_version, registered_hour, excluded, excluded_version,
            erased_version)
        where c.contestant_id = u.contestant_id""",
        [p.contestant_id for p in ordered], [p.unit_id for p in ordered], [p.category for p in ordered],
        [p.group for p in ordered], [p.placed_version for p in ordered], [p.registered_hour for p in ordered],
        [p.excluded for p in ordered], [p.excluded_version for p in ordered], [p.erased_version for p in ordered],
    )  # fmt: skip


async def take_part(connection: Connection, joined: Collection[tuple[str, str]]) -> None:
    """`joined`: (contestant, contest) of each first attempt. They must be locked."""
    await connection.execute(
        """update contestants c set took_part = c.took_part || u.contests
        from (select contestant_id, array_agg(contest_id) as contests
          from unnest($1::text[], $2::text[]) as v(contestant_id, contest_id) group by 1) as u
        where c.contestant_id = u.contestant_id""",
        [pair[0] for pair in joined], [pair[1] for pair in joined],
    )  # fmt: skip


def _person(row: asyncpg.Record) -> Person:
    return Person(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], tuple(sorted(row[10]))
    )

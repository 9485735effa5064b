"""What quiz has been told of contestants: a copy that only takes rights away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.runtime.database import Connection, Pool


async def note_contestants(connection: Connection, series_of: Mapping[str, str]) -> None:
    """Makes rows for persons not heard of before, in id order. `series_of`: contestant id -> series."""
    await connection.execute(
        """insert into contestants as c (contestant_id, series_id)
           select * from unnest($1::uuid[], $2::text[]) as k(id, series) order by id
           on conflict (contestant_id) do update set series_id = excluded.series_id where c.series_id is null""",
        list(series_of), list(series_of.values()),
    )  # fmt: skip


async def set_excluded(connection: Connection, rows: Sequence[tuple[str, int, bool]]) -> None:
    """(contestant id, event version, excluded), one row a person; what is not newer changes nothing."""
    await connection.execute(
        """update contestants c set excluded = k.excluded, excluded_version = k.version
           from unnest($1::uuid[], $2::int[], $3::boolean[]) as k(id, version, excluded)
           where c.contestant_id = k.id and c.excluded_version < k.version""",
        *[[row[n] for row in rows] for n in range(3)],
    )


async def set_erased(connection: Connection, contestant_ids: Sequence[str]) -> None:
    await connection.execute(
        "update contestants set erased = true where contestant_id = any($1::uuid[])", contestant_ids
    )


async def revoke(connection: Connection, rows: Sequence[tuple[str, datetime, bool]]) -> None:
    """(contestant id, not_before, ended): tokens issued earlier start nothing, and `ended` read nothing either. The
    latest instants stand."""
    await connection.execute(
        """update contestants c set not_before = greatest(c.not_before, k.not_before),
               ended_before = greatest(c.ended_before, k.ended_before)
           from (select id, max(not_before) as not_before, max(not_before) filter (where ended) as ended_before
                 from unnest($1::uuid[], $2::timestamptz[], $3::boolean[]) as u(id, not_before, ended) group by id) k
           where c.contestant_id = k.id""",
        *[[row[n] for row in rows] for n in range(3)],
    )


async def is_over(pool: Pool | Connection, contestant_id: str, issued_at: int) -> bool:
    """Whether a session issued then (Unix seconds) is over: ended by a new code, or its person was erased."""
    found: bool = await pool.fetchval(
        """select exists (select from contestants
           where contestant_id = $1 and (erased or ended_before > to_timestamp($2::bigint)))""",
        contestant_id, issued_at,
    )  # fmt: skip
    return found

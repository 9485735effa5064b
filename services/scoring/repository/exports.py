"""Everything that is stored of one person, under a pseudonymous id, in the contests of one series."""

from __future__ import annotations

from typing import Any

from services.runtime.database import Connection

_RIGHTS = """select (select not_before from sessions where contestant_id = $1) as sessions_not_before,
    (select excluded from exclusions where contestant_id = $1) as excluded"""
# Null, where nothing says which series it is, is passed over.
_STRANGER = """select bool_and(series_id <> $2) from (
    select series_id from sessions where contestant_id = $1
    union all select series_id from exclusions where contestant_id = $1
    union all select series_id from scores where contestant_id = $1) k"""
_SCORES = """select contest_id, attempt_id, ordinal, how, started_at, submitted_at, duration_ms, late_ms, category, group_id,
    questions, right_answers, points, max_points, perfect, within_tries, voided, valid
    from scores where contestant_id = $1 and series_id = $2 order by contest_id, ordinal"""


async def rights(connection: Connection, contestant: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(_RIGHTS, contestant)]


async def scores(connection: Connection, contestant: str, series: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(_SCORES, contestant, series)]


async def is_stranger(connection: Connection, contestant: str, series: str) -> bool:
    """Whether all that is known of the person is of another series."""
    return bool(await connection.fetchval(_STRANGER, contestant, series))

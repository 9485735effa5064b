"""Everything that is stored of one person, under a pseudonymous id, in the contests of one series."""

from __future__ import annotations

from typing import Any

from services.runtime.database import Connection

_PERSON = """select series_id, unit_id, category, group_id, registered_hour, excluded, erased_version > 0 as erased, took_part
    from contestants where contestant_id = $1 and series_id = $2"""
_STRANGER = "select series_id <> $2 from contestants where contestant_id = $1"
_FACTS = """select f.contest_id, f.attempt_id, f.ordinal, f.how, f.submitted_at, f.hour, f.duration_ms from facts f
    join contests c using (contest_id) where f.contestant_id = $1 and c.series_id = $2 order by 1, 3"""


async def person(connection: Connection, contestant: str, series: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(_PERSON, contestant, series)]


async def facts(connection: Connection, contestant: str, series: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(_FACTS, contestant, series)]


async def is_erased(connection: Connection, contestant: str) -> bool:
    found = await connection.fetchval("select erased_version > 0 from contestants where contestant_id = $1", contestant)
    return bool(found)


async def is_stranger(connection: Connection, contestant: str, series: str) -> bool:
    """Whether all that is known of the person is of another series."""
    return bool(await connection.fetchval(_STRANGER, contestant, series))

"""Publishing again what was published, and counting for the auditor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from services.contracts.digest import digest_sum_sql, render
from services.contracts.events import BY_TYPE, ContestantRegistered, Event, UnitDefined, UnitMerged
from services.registration.repository.units import Kept, tree
from services.runtime.database import Connection

PAGE = 2000
FIRST = UUID(int=0)


async def unit_facts(connection: Connection) -> list[Event]:
    """The newest definition of every unit, and where it went; older ones tell nobody anything."""
    rows = await connection.fetch("select series_id from unit_trees order by 1")
    kept = [(row[0], each) for row in rows for each in (await tree(connection, row[0])).values()]
    gone = [merged(series_id, each) for series_id, each in kept if each.merged_into is not None]
    return [*(defined(series_id, each) for series_id, each in kept), *gone]


def merged(series_id: str, kept: Kept) -> UnitMerged:
    """Of a unit that was merged: that happens once."""
    assert kept.merged_into is not None
    at = kept.merged_at or kept.changed_at
    return UnitMerged(
        series_id=series_id, unit_id=kept.unit.id, version=1, time=at, recorded_at=kept.merged_recorded_at or at,
        rehearsal=kept.rehearsal, into=kept.merged_into,
    )  # fmt: skip


def defined(series_id: str, kept: Kept) -> UnitDefined:
    unit = kept.unit
    return UnitDefined(
        series_id=series_id, unit_id=unit.id, version=kept.version, time=kept.changed_at, recorded_at=kept.recorded_at,
        rehearsal=kept.rehearsal, name=unit.name, parent=unit.parent, kind=unit.kind, headcount=unit.headcount,
        headcounts=dict(unit.headcounts), target=unit.target, open=unit.open,
    )  # fmt: skip


async def contestant_facts(connection: Connection, after: UUID) -> tuple[list[Event], UUID | None]:
    """Every fact about the next PAGE people behind `after`, in the order they happened; and the last of these people."""
    people = await connection.fetch("select * from contestants where id > $1 order by id limit $2", after, PAGE)
    if not people:
        return [], None
    later = await connection.fetch(
        "select type, payload from contestant_facts where contestant_id = any($1) order by contestant_id, version",
        [row["id"] for row in people],
    )
    registered: list[Event] = [_registered(row) for row in people]
    return registered + [_decode(row["type"], row["payload"]) for row in later], people[-1]["id"]


def _registered(row: Any) -> ContestantRegistered:
    now = {"unit_id": row["unit_id"], "category": row["category"], "group": row["group_id"]}
    return ContestantRegistered(
        series_id=row["series_id"], contestant_id=str(row["id"]), version=1, time=row["registered_at"],
        recorded_at=row["recorded_at"], rehearsal=row["rehearsal"], **(row["entered"] or now),
    )  # fmt: skip


def _decode(type_: str, payload: bytes) -> Event:
    return msgspec.json.decode(payload, type=BY_TYPE[type_])


_FACTS = {
    "contestants": ("contestants", "id::text || '|' || version", "true"),
    "registrants": ("contestants", "id", "erased_at is null"),
    "excluded": ("contestants", "id", "excluded and erased_at is null"),
    "units": ("units", "series_id || '|' || unit_id || '|' || version", "true"),
    "took_part": ("took_part", "contestant_id::text || '|' || contest_id", "true"),
}


async def facts(connection: Connection) -> dict[str, dict[str, Any]]:
    """name -> {count, digest} of what this service holds."""
    return {name: await _count(connection, *source) for name, source in _FACTS.items()}


async def _count(connection: Connection, table: str, item: str, where: str) -> dict[str, Any]:
    row = await connection.fetchrow(
        f"select count(*) as count, {digest_sum_sql(item)} as total from {table} where {where}"
    )
    assert row is not None
    return {"count": row["count"], "digest": render(row["total"])}


async def contest_counts(connection: Connection) -> dict[str, dict[str, Any]]:
    """contest id -> its series, version, and how many people registered and took part."""
    rows = await connection.fetch(
        """
        select c.contest_id, c.series_id, c.version, c.closed_version >= c.version as closed,
            (select count(*) from contestants p where p.series_id = c.series_id and p.erased_at is null) as registrants,
            (select count(*) from took_part t where t.contest_id = c.contest_id) as took_part
        from contests c order by 1
        """
    )
    return {row["contest_id"]: {**dict(row), "closed": bool(row["closed"])} for row in rows}


async def outbox_rows(connection: Connection) -> int:
    return int(await connection.fetchval("select count(*) from outbox"))

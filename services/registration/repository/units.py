"""The tree of units as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from services.contracts.events import UnitDefined
from services.contracts.rules import Text
from services.registration.domain.units import Unit
from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Kept:
    """A unit with what the service knows about it besides what the organiser gave."""

    unit: Unit
    version: int
    position: int
    merged_into: str | None
    changed_at: datetime
    recorded_at: datetime
    rehearsal: bool
    merged_at: datetime | None = None
    merged_recorded_at: datetime | None = None


async def revision(connection: Connection, series_id: str) -> int:
    """Rises with every import that changed something; 0 where there is no tree."""
    return await connection.fetchval("select revision from unit_trees where series_id = $1", series_id) or 0


async def lock_tree(connection: Connection, series_id: str) -> None:
    """One import of a series at a time."""
    await connection.execute(
        "insert into unit_trees values ($1, 0) on conflict (series_id) do update set revision = unit_trees.revision",
        series_id,
    )


async def tree(connection: Connection, series_id: str) -> dict[str, Kept]:
    """Every unit by id, in the organiser's order."""
    rows = await connection.fetch("select * from units where series_id = $1 order by position, unit_id", series_id)
    return {row["unit_id"]: _kept(row) for row in rows}


def _kept(row: asyncpg.Record) -> Kept:
    unit = Unit(
        row["unit_id"], Text(row["name_vi"], row["name_en"]), row["parent"], row["kind"], row["headcount"],
        row["headcounts"], row["target"], row["open"],
    )  # fmt: skip
    about = (
        *("version", "position", "merged_into", "changed_at", "recorded_at", "rehearsal"),
        *("merged_at", "merged_recorded_at"),
    )
    return Kept(unit, *(row[name] for name in about))


async def keep(
    connection: Connection, series_id: str, defined: Sequence[UnitDefined], positions: Mapping[str, int]
) -> None:
    """Writes these units and raises the tree's revision."""
    await connection.executemany(
        """
        insert into units (series_id, unit_id, version, name_vi, name_en, parent, kind, headcount, headcounts, target,
            open, changed_at, recorded_at, rehearsal, position)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        on conflict (series_id, unit_id) do update set version = excluded.version, position = excluded.position,
            name_vi = excluded.name_vi, name_en = excluded.name_en, parent = excluded.parent, kind = excluded.kind,
            headcount = excluded.headcount, headcounts = excluded.headcounts, target = excluded.target,
            open = excluded.open, changed_at = excluded.changed_at, recorded_at = excluded.recorded_at,
            rehearsal = excluded.rehearsal
        """,
        [(*_values(series_id, event), positions[event.unit_id]) for event in defined],
    )
    await connection.execute("update unit_trees set revision = revision + 1 where series_id = $1", series_id)


async def merge(connection: Connection, series_id: str, gone: Kept) -> None:
    """Writes where the unit went, and raises the tree's revision."""
    await connection.execute(
        "update units set merged_into = $3, merged_at = $4, merged_recorded_at = $5 where series_id = $1 and unit_id = $2",
        series_id, gone.unit.id, gone.merged_into, gone.merged_at, gone.merged_recorded_at,
    )  # fmt: skip
    await connection.execute("update unit_trees set revision = revision + 1 where series_id = $1", series_id)


def _values(series_id: str, event: UnitDefined) -> tuple[object, ...]:
    return (
        series_id, event.unit_id, event.version, event.name.vi, event.name.en, event.parent, event.kind,
        event.headcount, event.headcounts, event.target, event.open, event.time, event.recorded_at, event.rehearsal,
    )  # fmt: skip

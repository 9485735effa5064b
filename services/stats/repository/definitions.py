"""Contests and units as they were last defined."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from msgspec import Struct

from services.contracts.events import ContestClosed, ContestDefined, UnitDefined, UnitMerged
from services.contracts.rules import Rules, Text
from services.runtime.database import Connection
from services.stats.domain.tree import Unit

_rules = msgspec.json.Decoder(Rules)
_text = msgspec.json.Decoder(Text)


class Contest(Struct, frozen=True):
    """A defined contest. `closed`: the papers of its newest definition were counted."""

    rules: Rules
    rehearsal: bool
    closed: bool
    closed_at: datetime | None
    announced: bool


async def define(connection: Connection, event: ContestDefined) -> None:
    await connection.execute(
        """insert into contests as c (contest_id, series_id, version, rules, rehearsal) values ($1, $2, $3, $4, $5)
        on conflict (contest_id) do update
        set series_id = $2, version = $3, rules = $4, rehearsal = c.rehearsal or $5 where c.version < $3""",
        event.contest_id, event.series_id, event.version, msgspec.json.encode(event.rules), event.rehearsal,
    )  # fmt: skip


async def close(connection: Connection, event: ContestClosed) -> None:
    await connection.execute(
        """insert into contests as c (contest_id, closed_version, closed_definition, closed_attempts, closed_digest, closed_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (contest_id) do update set closed_version = $2, closed_definition = $3, closed_attempts = $4,
          closed_digest = $5, closed_at = $6 where c.closed_version < $2""",
        event.contest_id, event.version, event.definition_version, event.attempts, event.digest, event.time,
    )  # fmt: skip


async def announce(connection: Connection, contest_id: str, at: datetime) -> None:
    """The first announcement counts; of a contest that is known."""
    await connection.execute(
        "update contests set announced_at = least(announced_at, $2) where contest_id = $1", contest_id, at
    )


async def define_unit(connection: Connection, event: UnitDefined) -> None:
    headcount = event.headcount if event.headcount is not None else sum(event.headcounts.values()) or None
    await connection.execute(
        """insert into units as u (series_id, unit_id, version, name, parent, kind, headcount, target, headcounts)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (series_id, unit_id) do update
        set version = $3, name = $4, parent = $5, kind = $6, headcount = $7, target = $8, headcounts = $9 where u.version < $3""",
        event.series_id, event.unit_id, event.version, msgspec.json.encode(event.name), event.parent, event.kind,
        headcount, event.target, event.headcounts,
    )  # fmt: skip


async def merge_unit(connection: Connection, event: UnitMerged) -> None:
    await connection.execute(
        """insert into units as u (series_id, unit_id, merged_version, merged_into) values ($1, $2, $3, $4)
        on conflict (series_id, unit_id) do update set merged_version = $3, merged_into = $4 where u.merged_version < $3""",
        event.series_id, event.unit_id, event.version, event.into,
    )  # fmt: skip


async def contests(connection: Connection) -> dict[str, Contest]:
    """Every contest that is defined."""
    rows = await connection.fetch(
        """select contest_id, rules, rehearsal, closed_version > 0 and closed_definition >= version, closed_at,
          announced_at is not null from contests where version > 0 order by contest_id"""
    )
    return {row[0]: Contest(_rules.decode(row[1]), row[2], row[3], row[4], row[5]) for row in rows}


async def zones(connection: Connection, contest_ids: Collection[str], series_ids: Collection[str]) -> Iterable[Rules]:
    """Rules of the defined contests with these ids or of these series, in id order."""
    rows = await connection.fetch(
        """select rules from contests where version > 0 and (contest_id = any($1::text[]) or series_id = any($2::text[]))
        order by contest_id""",
        list(contest_ids), list(series_ids),
    )  # fmt: skip
    return [_rules.decode(row[0]) for row in rows]


async def units(connection: Connection, series_id: str) -> list[Unit]:
    rows = await connection.fetch(
        """select unit_id, name, parent, kind, headcount, target, merged_into, headcounts from units
        where series_id = $1 and version > 0""",
        series_id,
    )  # fmt: skip
    return [Unit(row[0], _text.decode(row[1]), *tuple(row)[2:]) for row in rows]

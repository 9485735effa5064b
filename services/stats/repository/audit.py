"""Rollups counted again from facts, in SQL and from scratch: what moved by differences must equal this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.contracts.digest import digest_sum_sql, render
from services.runtime.database import Connection

DIFFERENCES_SHOWN = 100
_COUNTS = ("registrants", "participants", "attempts", "valid", "perfect")

RECOUNT = """
people as (
  select contestant_id, series_id, excluded, registered_hour is not null and erased_version = 0 as attributed,
    case when registered_hour is not null and erased_version = 0 then coalesce(unit_id, '') else '' end as unit,
    case when registered_hour is not null and erased_version = 0 then coalesce(category, '') else '' end as category,
    registered_hour
  from contestants),
counted as (
  select f.contest_id, f.contestant_id, p.attributed, p.unit, p.category, f.hour, f.right_answers,
    (f.valid and not p.excluded)::int as valid, (f.valid and not p.excluded and f.perfect)::int as perfect
  from facts f join people p using (contestant_id)),
recounted (scope, kind, unit, slot, registrants, participants, attempts, valid, perfect) as (
  select scope, kind, unit, slot, sum(registrants), sum(participants), sum(attempts), sum(valid), sum(perfect) from (
    select series_id as scope, 'unit' as kind, unit, category as slot, 1 as registrants, 0 as participants, 0 as attempts,
      0 as valid, 0 as perfect from people where attributed
    union all select series_id, 'day', unit, left(registered_hour, 10), 1, 0, 0, 0, 0 from people where attributed
    union all select series_id, 'hour', '', registered_hour, 1, 0, 0, 0, 0 from people where attributed
    union all select contest_id, 'unit', unit, category, 0, count(distinct contestant_id) filter (where attributed), 0, 0, 0
      from counted group by contest_id, unit, category
    union all select contest_id, 'unit', unit, category, 0, 0, 1, valid, perfect from counted
    union all select contest_id, 'day', unit, left(hour, 10), 0, 0, 1, valid, perfect from counted
    union all select contest_id, 'hour', '', hour, 0, 0, 1, valid, perfect from counted
    union all select contest_id, 'right', '', right_answers::text, 0, 0, 1, valid, perfect from counted
  ) as each group by scope, kind, unit, slot)"""

_DIFFERENT = " or ".join(f"coalesce(r.{name}, 0) <> coalesce(c.{name}, 0)" for name in _COUNTS)
_SIDES = ", ".join(f"r.{name} as stored_{name}, c.{name} as recounted_{name}" for name in _COUNTS)


async def differences(connection: Connection) -> list[dict[str, Any]]:
    """Rollups that do not equal the recount, both sides of each; empty when all is well. Call in one snapshot."""
    rows = await connection.fetch(
        f"""with {RECOUNT} select scope, kind, unit, slot, {_SIDES} from rollups r
        full join recounted c using (scope, kind, unit, slot) where {_DIFFERENT} order by 1, 2, 3, 4"""
    )
    return [_sides(dict(row)) for row in rows]


def _sides(row: dict[str, Any]) -> dict[str, Any]:
    key = {name: row[name] for name in ("scope", "kind", "unit", "slot")}
    stored = {name: int(row[f"stored_{name}"] or 0) for name in _COUNTS}
    return {**key, "stored": stored, "recounted": {name: int(row[f"recounted_{name}"] or 0) for name in _COUNTS}}


async def facts(connection: Connection) -> dict[str, Any]:
    """How many attempts are held, and the digest of their ids and versions."""
    row = await connection.fetchrow(
        f"""select count(*) as count, {digest_sum_sql("attempt_id || '|' || version")} as digest from facts"""
    )
    assert row is not None
    return {"count": row["count"], "digest": render(row["digest"])}


async def document(connection: Connection) -> dict[str, Any]:
    """The document of `GET /audit`. Call in one snapshot."""
    different = await differences(connection)
    contests = await connection.fetch(
        f"""select contest_id, c.closed_attempts, c.closed_digest, c.closed_version > 0 and c.closed_definition >= c.version as closed,
          coalesce(f.count, 0) as attempts, f.digest, coalesce(r.rev, 0) + coalesce(s.rev, 0) as rev,
          coalesce(r.published, 0) as published
        from contests c left join (
          select contest_id, count(*) as count, {digest_sum_sql("attempt_id")} as digest from facts group by 1
        ) f using (contest_id) left join revs r on r.scope = c.contest_id
        left join revs s on s.scope = c.series_id and s.scope <> c.contest_id
        order by 1"""
    )
    return {
        "service": "stats",
        "outbox": await connection.fetchval("select count(*) from outbox"),
        "facts": {"scores": await facts(connection)},
        "contests": {row["contest_id"]: await _contest(connection, row) for row in contests},
        "rollups": await connection.fetchval("select count(*) from rollups"),
        "rollups_equal": not different,
        "differences": different[:DIFFERENCES_SHOWN],
    }


async def _contest(connection: Connection, row: Any) -> dict[str, Any]:
    own = {"attempts": row["attempts"], "digest": render(row["digest"])}
    closing = {"attempts": row["closed_attempts"], "digest": row["closed_digest"]} if row["closed"] else None
    return {
        **own,
        "closed": closing,
        "matches_closing": closing and closing == own,
        "counts": await totals(connection, row["contest_id"]),
        "rev": row["rev"],
        "rev_lag": row["rev"] - row["published"],
    }


async def totals(connection: Connection, contest_id: str) -> dict[str, int]:
    """The five counts from rollups, nothing withheld: for auditors only."""
    row = await connection.fetchrow(
        """select coalesce(sum(registrants) filter (where scope = c.series_id), 0) as registrants,
          coalesce(sum(participants) filter (where scope = contest_id), 0) as participants,
          coalesce(sum(attempts) filter (where scope = contest_id), 0) as attempts,
          coalesce(sum(valid) filter (where scope = contest_id), 0) as valid,
          coalesce(sum(perfect) filter (where scope = contest_id), 0) as perfect
        from contests c left join rollups r on r.kind = 'unit' and r.scope in (c.contest_id, c.series_id)
        where contest_id = $1""",
        contest_id,
    )  # fmt: skip
    return {name: int(row[name]) for name in _COUNTS} if row else dict.fromkeys(_COUNTS, 0)


async def unequal(connection: Connection, one: str, other: str, columns: Sequence[str] = _COUNTS) -> tuple[int, int]:
    """(equal, different) rollups of two schemas; rows of zeros only are the same as no row."""
    different = " or ".join(f"coalesce(a.{name}, 0) <> coalesce(b.{name}, 0)" for name in columns)
    row = await connection.fetchrow(
        f"""select count(*) filter (where not ({different})), count(*) filter (where {different})
        from {one}.rollups a full join {other}.rollups b using (scope, kind, unit, slot)"""
    )
    assert row is not None
    return row[0], row[1]

"""What a contestant asks for, and what an auditor compares."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from services.contracts.digest import digest_sum_sql, render
from services.runtime.database import Connection
from services.scoring.repository.scores import Paper

_paper = msgspec.json.Decoder(Paper)


async def own(connection: Connection, contestant_id: str, contest_id: str) -> list[dict[str, Any]]:
    """The person's attempts in the order in which they were started."""
    rows = await connection.fetch(
        """select attempt_id, ordinal, how, started_at, submitted_at, duration_ms, late_ms, valid, voided, within_tries,
          right_answers, questions, points, max_points, perfect, group_id
        from scores where contestant_id = $1 and contest_id = $2 order by ordinal""",
        contestant_id, contest_id,
    )  # fmt: skip
    return [dict(row) for row in rows]


async def paper(connection: Connection, contestant_id: str, attempt_id: str) -> tuple[str, str | None, Paper] | None:
    """(contest id, group, paper) of an own attempt."""
    row = await connection.fetchrow(
        "select contest_id, group_id, paper from scores where contestant_id = $1 and attempt_id = $2",
        contestant_id, attempt_id,
    )  # fmt: skip
    return (row[0], row[1], _paper.decode(row[2])) if row else None


async def audit(connection: Connection) -> dict[str, Any]:
    """The document of `GET /audit`: counts and digests only."""
    facts = await connection.fetchrow(
        f"""select count(*) as count, {digest_sum_sql("attempt_id || '|' || source_version")} as attempts,
          {digest_sum_sql("attempt_id || '|' || version")} as scores, count(*) filter (where valid) as valid,
          count(*) filter (where valid and perfect) as perfect from scores"""
    )
    assert facts is not None
    contests = await connection.fetch(
        f"""select c.contest_id, c.version, c.marking_revision, c.closed_version > 0 and c.closed_definition >= c.version as closed,
          c.closed_attempts, c.closed_digest, coalesce(s.count, 0) as attempts, s.digest,
          (select count(*) from answer_keys k where k.contest_id = c.contest_id) as keys,
          (select count(*) from answer_keys k where k.contest_id = c.contest_id and pending_sealed is not null) as keys_pending
        from contests c left join (
          select contest_id, count(*) as count, {digest_sum_sql("attempt_id")} as digest from scores group by 1
        ) s using (contest_id) order by 1"""
    )
    return {
        "service": "scoring",
        "outbox": await connection.fetchval("select count(*) from outbox"),
        "facts": {
            "attempts": {"count": facts["count"], "digest": render(facts["attempts"])},
            "scores": {"count": facts["count"], "digest": render(facts["scores"])},
        },
        "valid": facts["valid"],
        "perfect": facts["perfect"],
        "contests": {row["contest_id"]: _contest(row) for row in contests},
    }


def _contest(row: asyncpg.Record) -> dict[str, Any]:
    own_digest = render(row["digest"])
    closing = {"attempts": row["closed_attempts"], "digest": row["closed_digest"]} if row["closed"] else None
    return {
        "attempts": row["attempts"],
        "digest": own_digest,
        "definition_version": row["version"],
        "marking_revision": row["marking_revision"],
        "keys": row["keys"],
        "keys_pending": row["keys_pending"],
        "closed": closing,
        "matches_closing": closing and closing == {"attempts": row["attempts"], "digest": own_digest},
    }

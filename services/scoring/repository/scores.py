"""Scores: written once per attempt, changed only by a newer version, and read back before anything is published."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

import asyncpg
import msgspec
from msgspec import Struct

from services.contracts.events import AttemptScored, AttemptSubmitted, AttemptVoided
from services.runtime.database import Connection
from services.scoring.domain.marking import Mark

Pair = tuple[str, str]
"""(contestant id, attempt id): the primary key."""

_encode = msgspec.json.Encoder().encode

SHOWN = """s.version, s.held_at, s.recorded_at, s.rehearsal, s.contest_id, s.series_id, s.contestant_id, s.attempt_id, s.ordinal,
  s.how, s.submitted_at, s.submission_recorded_at, s.marking_revision, s.questions, s.right_answers, s.points, s.max_points,
  s.perfect, s.valid, s.duration_ms, s.late_ms, s.category, s.group_id"""

INSERT = """
insert into scores (contestant_id, attempt_id, contest_id, series_id, ordinal, source_version, marking_revision, how,
  started_at, submitted_at, held_at, submission_recorded_at, recorded_at, duration_ms, late_ms, category, group_id,
  rehearsal, paper, questions, points, max_points, right_answers, perfect, within_tries, voided)
select u.contestant_id, u.attempt_id, u.contest_id, u.series_id, u.ordinal, greatest(u.version, v.version), u.revision,
  u.how, u.started_at, u.submitted_at, coalesce(v.held_at, u.submitted_at), u.submission_recorded_at, $1, u.duration_ms,
  u.late_ms, u.category, u.group_id, u.rehearsal, u.paper, u.questions, u.points, u.max_points, u.right_answers, u.perfect,
  u.within_tries, coalesce(v.voided, false)
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::int[], $9::text[],
    $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::bigint[], $15::text[], $16::text[],
    $17::bool[], $18::bytea[], $19::int[], $20::int[], $21::int[], $22::int[], $23::bool[], $24::bool[])
  as u(contestant_id, attempt_id, contest_id, series_id, ordinal, version, revision, how, started_at, submitted_at,
    submission_recorded_at, duration_ms, late_ms, category, group_id, rehearsal, paper, questions, points, max_points,
    right_answers, perfect, within_tries)
left join voidings v on v.contestant_id = u.contestant_id and v.attempt_id = u.attempt_id
order by u.contestant_id, u.attempt_id
on conflict (contestant_id, attempt_id) do nothing"""


class Paper(Struct, frozen=True, omit_defaults=True):
    """What a paper was and what was answered: enough to mark it again."""

    questions: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]
    bank_version: int
    prediction: int | None = None


class Marked(Struct, frozen=True):
    """A submission with the mark it got under a marking revision."""

    event: AttemptSubmitted
    mark: Mark
    revision: int
    within_tries: bool


async def insert(connection: Connection, marked: Sequence[Marked], now: datetime) -> None:
    """Stores what is not there yet; an attempt that is stays as it is."""
    ordered = sorted(marked, key=lambda one: (one.event.contestant_id, one.event.attempt_id))
    events, marks = [one.event for one in ordered], [one.mark for one in ordered]
    await connection.execute(
        INSERT, now,
        [e.contestant_id for e in events], [e.attempt_id for e in events], [e.contest_id for e in events],
        [e.series_id for e in events], [e.ordinal for e in events], [e.version for e in events],
        [one.revision for one in ordered], [e.how for e in events], [e.started_at for e in events], [e.time for e in events],
        [e.recorded_at for e in events], [e.duration_ms for e in events], [e.late_ms for e in events],
        [e.category for e in events], [e.group for e in events], [e.rehearsal for e in events],
        [_encode(Paper(e.questions, e.answers, e.bank_version, e.prediction)) for e in events],
        [len(e.questions) for e in events], [m.score for m in marks], [m.max_score for m in marks], [m.right for m in marks],
        [m.perfect for m in marks], [one.within_tries for one in ordered],
    )  # fmt: skip


async def void(connection: Connection, events: Sequence[AttemptVoided], now: datetime) -> None:
    """`events`: at most one per attempt. Kept beside an attempt that is not here yet. The contests must be locked alone."""
    ordered = sorted(events, key=lambda event: (event.contestant_id, event.attempt_id))
    await connection.execute(
        """insert into voidings as v (contestant_id, attempt_id, version, voided, held_at)
        select * from unnest($1::text[], $2::text[], $3::int[], $4::bool[], $5::timestamptz[])
        on conflict (contestant_id, attempt_id) do update
        set version = excluded.version, voided = excluded.voided, held_at = excluded.held_at
        where v.version < excluded.version""",
        [e.contestant_id for e in ordered], [e.attempt_id for e in ordered], [e.version for e in ordered],
        [e.voided for e in ordered], [e.time for e in ordered],
    )  # fmt: skip
    await connection.execute(
        """with found as (
          select contestant_id, attempt_id from scores join unnest($1::text[], $2::text[]) as u(contestant_id, attempt_id)
          using (contestant_id, attempt_id) order by 1, 2 for update of scores)
        update scores s set voided = v.voided, source_version = v.version, held_at = v.held_at, recorded_at = $3
        from found join voidings v using (contestant_id, attempt_id)
        where s.contestant_id = v.contestant_id and s.attempt_id = v.attempt_id and s.source_version < v.version""",
        [e.contestant_id for e in ordered], [e.attempt_id for e in ordered], now,
    )  # fmt: skip


async def stored(connection: Connection, pairs: Collection[Pair]) -> list[AttemptScored]:
    """What the database holds for these attempts, as the event that tells it. Attempts it does not hold are absent."""
    rows = await connection.fetch(
        f"""select {SHOWN} from unnest($1::text[], $2::text[]) as u(contestant_id, attempt_id)
        join scores s on s.contestant_id = u.contestant_id and s.attempt_id = u.attempt_id""",
        [pair[0] for pair in pairs], [pair[1] for pair in pairs],
    )  # fmt: skip
    return [_event(row) for row in rows]


async def everything(connection: Connection, size: int = 1000) -> AsyncIterator[list[AttemptScored]]:
    """Every stored score, `size` at a time. Needs a transaction."""
    cursor = await connection.cursor(f"select {SHOWN} from scores s")
    while rows := await cursor.fetch(size):
        yield [_event(row) for row in rows]


def _event(row: asyncpg.Record) -> AttemptScored:
    return AttemptScored(
        version=row[0], time=row[1], recorded_at=row[2], rehearsal=row[3], contest_id=row[4], series_id=row[5],
        contestant_id=row[6], attempt_id=row[7], ordinal=row[8], how=row[9], submitted_at=row[10],
        submission_recorded_at=row[11], marking_revision=row[12], questions=row[13], right=row[14], score=row[15],
        max_score=row[16], perfect=row[17], valid=row[18], duration_ms=row[19], late_ms=row[20], category=row[21],
        group=row[22],
    )  # fmt: skip

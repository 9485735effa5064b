"""Saves and submissions in one statement each, written only where the row still stands as it was seen (rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.quiz.repository.rows import Row, key_of, unzip
from services.runtime.database import Connection
from services.runtime.outbox import INTO, Outgoing, columns


class Writing(Struct, frozen=True):
    """New answers of an open paper, good only where its row still stands as `row` says."""

    row: Row
    answers: bytes


class Handing(Struct, frozen=True):
    """What changes in a row when its paper is handed in or abandoned, good only where it still stands as `row` says."""

    row: Row
    state: int
    answers: bytes
    how: str
    submitted_at: datetime
    received_at: datetime
    recorded_at: datetime
    trace: str | None
    receipt: bytes | None


async def hold_all_open(connection: Connection, contest_ids: Sequence[str]) -> None:
    await connection.execute(
        """select pg_advisory_xact_lock_shared(hashtextextended(c, 7))
           from (select distinct c from unnest($1::text[]) c order by c) s""",
        contest_ids,
    )


async def hold_closed(connection: Connection, contest_id: str) -> None:
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 7))", contest_id)


def _held(asked: str, more: str = "") -> str:
    """Locks in key order what is open and still as it was seen; where another was faster, the row is left out."""
    return f"""held as materialized (
    select a.contestant_id, a.contest_id, a.ordinal, k.* from {asked}
    join attempts a on (a.contestant_id, a.contest_id, a.ordinal) = (k.c, k.t, k.o)
    where a.state = 0 and (a.rev, a.writer, a.ends_at) = (k.r, k.w, k.e) {more}
    order by a.contestant_id, a.contest_id, a.ordinal for update of a)"""


_SEEN = "$1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::timestamptz[]"


_THESE = "(a.contestant_id, a.contest_id, a.ordinal) = (h.contestant_id, h.contest_id, h.ordinal)"


def _seen(rows: Sequence[Row]) -> tuple[list[Any], ...]:
    """The arrays of _SEEN: whose paper, and what it looked like when it was decided upon."""
    return (
        *unzip([key_of(row) for row in rows]),
        *([row[name] for row in rows] for name in ("rev", "writer", "ends_at")),
    )


_WRITE = f"""
with {_held(f"unnest({_SEEN}, $7::bytea[]) with ordinality as k(c, t, o, r, w, e, answers, n)")}
update attempts a set answers = h.answers, rev = a.rev + 1 from held h where {_THESE} returning h.n"""


async def write_answers(connection: Connection, writings: Sequence[Writing]) -> list[Writing]:
    """Those that are written: the paper is open and nobody else has changed it since it was read. One statement."""
    done = await connection.fetch(_WRITE, *_seen([w.row for w in writings]), [w.answers for w in writings])
    return [writings[row[0] - 1] for row in done]


_HANDED = f"""unnest({_SEEN}, $7::smallint[], $8::bytea[], $9::text[], $10::timestamptz[], $11::timestamptz[],
        $12::timestamptz[], $13::text[], $14::bytea[]) with ordinality
    as k(c, t, o, r, w, e, state, answers, how, submitted_at, received_at, recorded_at, trace, receipt, n)"""


_HAND_IN = f"""
with closing as materialized (
    select count(pg_advisory_xact_lock_shared(hashtextextended(c, 7))) as held
    from (select distinct c from unnest($2::text[]) c order by c) s),
{_held(_HANDED, "and (select held from closing) > 0")},
handed as (
    update attempts a set state = h.state, version = case when h.state = 1 then 1 else a.version end, answers = h.answers,
        rev = a.rev + 1, how = h.how, submitted_at = h.submitted_at, received_at = h.received_at,
        recorded_at = h.recorded_at, trace = h.trace, receipt = h.receipt
    from held h where {_THESE} returning h.n),
told as (
    {INTO} select f.topic, f.key, f.headers, f.payload
    from unnest($15::bigint[], $16::text[], $17::text[], $18::bytea[], $19::bytea[]) as f(n, topic, key, headers, payload)
    join handed using (n) order by n)
select n from handed"""


async def hand_in(
    connection: Connection, handings: Sequence[Handing], facts: Sequence[tuple[int, Outgoing]]
) -> list[Handing]:
    """Those that are handed in, their facts (by place in `handings`) in the outbox with them. One statement.

    Left out is what is open no longer, or was changed since it was read. The contest is held open meanwhile (rule 5).
    """
    names = ("state", "answers", "how", "submitted_at", "received_at", "recorded_at", "trace", "receipt")
    done = await connection.fetch(
        _HAND_IN, *_seen([h.row for h in handings]), *([getattr(h, name) for h in handings] for name in names),
        [n + 1 for n, _ in facts], *columns([fact for _, fact in facts], "quiz"),
    )  # fmt: skip
    return [handings[row[0] - 1] for row in done]

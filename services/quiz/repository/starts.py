"""What a start depends on, and the insert that is its limit (rule 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asyncpg import Record
from msgspec import Struct

from services.quiz.repository.rows import COLUMNS
from services.runtime.database import Connection


class NewAttempt(Struct, frozen=True):
    """A paper about to be started."""

    contestant_id: str
    contest_id: str
    ordinal: int
    attempt_id: str
    start_key: str
    seed: int
    bank_version: int
    category: str | None
    paper_group: str | None
    definition_version: int
    questions: Sequence[str]
    started_at: datetime
    ends_at: datetime


_STATE = """
select c.version, c.closed_at, p.excluded, p.erased, p.not_before,
       (select array_agg(a.started_at order by a.ordinal) from attempts a
         where a.contestant_id = $1 and a.contest_id = $2) as starts,
       (select array_agg(g.given_at order by g.nth) from tries_given g
         where g.contestant_id = $1 and g.contest_id = $2) as given,
       (select max(a.ordinal) from attempts a where a.contestant_id = $1 and a.contest_id = $2) as ordinal,
       (select row(a.ordinal, a.attempt_id, a.ends_at) from attempts a
         where a.contestant_id = $1 and a.contest_id = $2 and a.state = 0) as running,
       (select a.ordinal from attempts a
         where a.contestant_id = $1 and a.contest_id = $2 and a.start_key = $3) as repeated
from contests c
left join contestants p on p.contestant_id = $1
where c.contest_id = $2"""


class Standing(Struct, frozen=True):
    """All that a start depends on, from one snapshot."""

    version: int
    closed: bool
    excluded: bool
    erased: bool
    not_before: datetime | None
    starts: tuple[datetime, ...]
    """Of the person's papers in the contest, by ordinal."""
    given: tuple[datetime, ...]
    """When tries were given back."""
    ordinal: int
    """Of the newest of them; 0: none."""
    running: tuple[int, str, datetime] | None
    """(ordinal, attempt id, ends_at) of the person's open paper."""
    repeated: int | None
    """Ordinal of the attempt that this Idempotency-Key started already."""


async def standing(connection: Connection, contestant: str, contest: str, key: str) -> Standing | None:
    row = await connection.fetchrow(_STATE, contestant, contest, key)
    if row is None:
        return None
    running = row["running"]
    return Standing(
        row["version"], row["closed_at"] is not None, bool(row["excluded"]), bool(row["erased"]), row["not_before"],
        tuple(row["starts"] or ()), tuple(row["given"] or ()), row["ordinal"] or 0,
        (running[0], str(running[1]), running[2]) if running is not None else None, row["repeated"],
    )  # fmt: skip


async def insert(connection: Connection, new: NewAttempt, issued_at: int) -> Record | None:
    """The new row. None where a concurrent start took the ordinal, the open place or the key, the contest was closed or
    defined anew, or the session (from `issued_at`, Unix seconds) lost its right to start: read again and answer with what
    stands."""
    return await connection.fetchrow(
        f"""insert into attempts as a (contestant_id, contest_id, ordinal, attempt_id, start_key, seed, bank_version, category,
                paper_group, definition_version, questions, started_at, ends_at, given_back)
            select $1::uuid, $2::text, $3::int, $4::uuid, $5::text, $6::bigint, $7::int, $8::text, $9::text, $10::int,
                $11::text[], $12::timestamptz, $13::timestamptz,
                (select count(*) from tries_given g where g.contestant_id = $1 and g.contest_id = $2)
            where hold_open($2, $10) and not exists (
                select from contestants p where p.contestant_id = $1
                    and (p.excluded or p.erased or p.not_before > to_timestamp($14::bigint)))
            on conflict do nothing returning {COLUMNS}""",
        new.contestant_id, new.contest_id, new.ordinal, new.attempt_id, new.start_key, new.seed, new.bank_version,
        new.category, new.paper_group, new.definition_version, new.questions, new.started_at, new.ends_at, issued_at,
    )  # fmt: skip

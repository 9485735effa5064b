"""All SQL of quiz's hot path: contests, attempts, and what is known of contestants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from asyncpg import Record
from msgspec import Struct

from services.quiz.domain.starting import Past, Spans
from services.runtime.database import Connection, Pool

OPEN, SUBMITTED, ABANDONED = 0, 1, 2
Key = tuple[str, str, int]
"""(contestant id, contest id, ordinal): the primary key of an attempt."""


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


class Handing(Struct, frozen=True):
    """What changes in a row when its paper is handed in or abandoned."""

    key: Key
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


_STATE = """
select c.version, c.closed_at, p.excluded, p.erased, p.not_before,
       m.ordinal, m.newest, m.in_day, m.in_week, m.in_hour, m.oldest_in_hour,
       (select row(a.ordinal, a.attempt_id, a.ends_at, a.start_key) from attempts a
         where a.contestant_id = $1 and a.contest_id = $2 and a.state = 0) as running,
       (select a.ordinal from attempts a
         where a.contestant_id = $1 and a.contest_id = $2 and a.start_key = $3) as repeated
from contests c
left join contestants p on p.contestant_id = $1
cross join lateral (
    select coalesce(max(ordinal), 0) as ordinal, max(started_at) as newest,
           count(*) filter (where started_at >= $4) as in_day,
           count(*) filter (where started_at >= $5) as in_week,
           count(*) filter (where started_at > $6) as in_hour,
           min(started_at) filter (where started_at > $6) as oldest_in_hour
    from attempts a where a.contestant_id = $1 and a.contest_id = $2) m
where c.contest_id = $2"""


class Standing(Struct, frozen=True):
    """All that a start depends on, from one snapshot."""

    version: int
    closed: bool
    excluded: bool
    erased: bool
    not_before: datetime | None
    past: Past
    running: tuple[int, str, datetime] | None
    """(ordinal, attempt id, ends_at) of the person's open paper."""
    repeated: int | None
    """Ordinal of the attempt that this Idempotency-Key started already."""


async def standing(connection: Connection, contestant: str, contest: str, key: str, since: Spans) -> Standing | None:
    row = await connection.fetchrow(_STATE, contestant, contest, key, since.day, since.week, since.hour)
    if row is None:
        return None
    running = row["running"]
    past = Past(*(row[name] for name in ("ordinal", "newest", "in_day", "in_week", "in_hour", "oldest_in_hour")))
    return Standing(
        row["version"], row["closed_at"] is not None, bool(row["excluded"]), bool(row["erased"]), row["not_before"], past,
        (running[0], str(running[1]), running[2]) if running is not None else None, row["repeated"],
    )  # fmt: skip


_COLUMNS = """a.contestant_id, a.contest_id, a.ordinal, a.attempt_id, a.state, a.version, a.seed, a.bank_version, a.category,
    a.paper_group, a.definition_version, a.questions, a.started_at, a.ends_at, a.writer, a.rev, a.answers, a.how,
    a.submitted_at, a.received_at, a.recorded_at, a.trace, a.voided, a.receipt"""


async def insert(connection: Connection, new: NewAttempt) -> Record | None:
    """The new row. None where a concurrent start took the ordinal, the open place or the key, or the contest was closed
    or defined anew: read again and answer with what stands."""
    return await connection.fetchrow(
        f"""insert into attempts as a (contestant_id, contest_id, ordinal, attempt_id, start_key, seed, bank_version, category,
                paper_group, definition_version, questions, started_at, ends_at)
            select $1::uuid, $2::text, $3::int, $4::uuid, $5::text, $6::bigint, $7::int, $8::text, $9::text, $10::int,
                $11::text[], $12::timestamptz, $13::timestamptz where hold_open($2, $10)
            on conflict do nothing returning {_COLUMNS}""",
        new.contestant_id, new.contest_id, new.ordinal, new.attempt_id, new.start_key, new.seed, new.bank_version,
        new.category, new.paper_group, new.definition_version, new.questions, new.started_at, new.ends_at,
    )  # fmt: skip


async def attempt(pool: Pool | Connection, key: Key) -> Record | None:
    return await pool.fetchrow(
        f"select {_COLUMNS} from attempts a where a.contestant_id = $1 and a.contest_id = $2 and a.ordinal = $3", *key
    )


async def attempt_of(pool: Pool | Connection, contestant_id: str, attempt_id: str) -> Record | None:
    """By its id, among the person's own (a person has few)."""
    return await pool.fetchrow(
        f"select {_COLUMNS} from attempts a where a.contestant_id = $1 and a.attempt_id = $2", contestant_id, attempt_id
    )


async def history(pool: Pool, contestant_id: str, contest_id: str) -> list[Record]:
    return await pool.fetch(
        """select attempt_id, ordinal, state, started_at, ends_at, submitted_at, how, voided from attempts
           where contestant_id = $1 and contest_id = $2 order by ordinal""",
        contestant_id, contest_id,
    )  # fmt: skip


async def lock(connection: Connection, keys: Sequence[Key]) -> list[Record]:
    """The rows of these attempts, locked in key order, as the batches, the sweeper and the regrade all do."""
    return await connection.fetch(
        f"""select {_COLUMNS} from unnest($1::uuid[], $2::text[], $3::int[]) as k(contestant_id, contest_id, ordinal)
            join attempts a using (contestant_id, contest_id, ordinal)
            order by a.contestant_id, a.contest_id, a.ordinal for update of a""",
        *_unzip(keys),
    )


def _unzip(keys: Sequence[Key]) -> tuple[list[str], list[str], list[int]]:
    return [k[0] for k in keys], [k[1] for k in keys], [k[2] for k in keys]


async def lock_open(connection: Connection, contest_id: str) -> list[Record]:
    """Every open paper of the contest, locked in key order."""
    return await connection.fetch(
        f"""select {_COLUMNS} from attempts a where a.contest_id = $1 and a.state = 0
            order by a.contestant_id, a.contest_id, a.ordinal for update""",
        contest_id,
    )


async def write_ends(connection: Connection, ends: Sequence[tuple[Key, datetime]]) -> None:
    """For rows that this transaction has locked and found open."""
    await connection.execute(
        """update attempts a set ends_at = k.ends_at
           from unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[]) as k(contestant_id, contest_id, ordinal, ends_at)
           where a.contestant_id = k.contestant_id and a.contest_id = k.contest_id and a.ordinal = k.ordinal""",
        *_unzip([key for key, _ in ends]), [end for _, end in ends],
    )  # fmt: skip


async def write_answers(connection: Connection, changes: Sequence[tuple[Key, bytes]]) -> None:
    await connection.execute(
        """update attempts a set answers = k.answers, rev = a.rev + 1
           from unnest($1::uuid[], $2::text[], $3::int[], $4::bytea[]) as k(contestant_id, contest_id, ordinal, answers)
           where a.contestant_id = k.contestant_id and a.contest_id = k.contest_id and a.ordinal = k.ordinal""",
        *_unzip([key for key, _ in changes]), [answers for _, answers in changes],
    )  # fmt: skip


async def hand_in(connection: Connection, handings: Sequence[Handing]) -> None:
    """Writes what `handings` say, for rows that this transaction has locked and found open."""
    await connection.execute(
        """update attempts a set state = k.state, version = case when k.state = 1 then 1 else a.version end,
               answers = k.answers, rev = a.rev + 1, how = k.how, submitted_at = k.submitted_at, received_at = k.received_at,
               recorded_at = k.recorded_at, trace = k.trace, receipt = k.receipt
           from unnest($1::uuid[], $2::text[], $3::int[], $4::smallint[], $5::bytea[], $6::text[], $7::timestamptz[],
                $8::timestamptz[], $9::timestamptz[], $10::text[], $11::bytea[])
                as k(contestant_id, contest_id, ordinal, state, answers, how, submitted_at, received_at, recorded_at, trace, receipt)
           where a.contestant_id = k.contestant_id and a.contest_id = k.contest_id and a.ordinal = k.ordinal""",
        *_unzip([h.key for h in handings]), [h.state for h in handings], [h.answers for h in handings],
        [h.how for h in handings], [h.submitted_at for h in handings], [h.received_at for h in handings],
        [h.recorded_at for h in handings], [h.trace for h in handings], [h.receipt for h in handings],
    )  # fmt: skip


async def take_pen(connection: Connection, key: Key) -> Record | None:
    return await connection.fetchrow(
        f"""update attempts a set writer = writer + 1
            where contestant_id = $1 and contest_id = $2 and ordinal = $3 and state = 0 returning {_COLUMNS}""",
        *key,
    )


async def overdue(connection: Connection, horizon: datetime, patience: timedelta, limit: int) -> list[Record]:
    """Open papers whose end, grace and `patience` are all before `horizon`, locked; those another sweeper has are skipped.

    `horizon` is the real time, or in a rehearsal the watermark.
    """
    return await connection.fetch(
        f"""select {_COLUMNS} from attempts a join contests c using (contest_id)
            where a.state = 0 and a.ends_at < $1::timestamptz - $2::interval
                and a.ends_at + make_interval(secs => c.grace_ms / 1000.0) + $2 < $1
            order by a.contestant_id, a.contest_id, a.ordinal limit $3 for update of a skip locked""",
        horizon, patience, limit,
    )  # fmt: skip


async def watermark(connection: Connection | Pool) -> datetime | None:
    moment: datetime | None = await connection.fetchval("select at from watermark")
    return moment


async def raise_watermark(pool: Pool, until: datetime) -> None:
    await pool.execute(
        """insert into watermark (at) values ($1)
           on conflict (single) do update set at = greatest(watermark.at, excluded.at)""",
        until,
    )


async def note_contestants(connection: Connection, contestant_ids: Sequence[str]) -> None:
    """Makes rows for persons not heard of before, in id order."""
    await connection.execute(
        """insert into contestants (contestant_id) select distinct id from unnest($1::uuid[]) as k(id) order by id
           on conflict do nothing""",
        contestant_ids,
    )


async def set_excluded(connection: Connection, rows: Sequence[tuple[str, int, bool]]) -> None:
    """(contestant id, event version, excluded), one row a person; what is not newer changes nothing."""
    await connection.execute(
        """update contestants c set excluded = k.excluded, excluded_version = k.version
           from unnest($1::uuid[], $2::int[], $3::boolean[]) as k(id, version, excluded)
           where c.contestant_id = k.id and c.excluded_version < k.version""",
        *[[row[n] for row in rows] for n in range(3)],
    )


async def set_erased(connection: Connection, contestant_ids: Sequence[str]) -> None:
    await connection.execute(
        "update contestants set erased = true where contestant_id = any($1::uuid[])", contestant_ids
    )


async def revoke(connection: Connection, rows: Sequence[tuple[str, datetime]]) -> None:
    """(contestant id, not_before): tokens issued earlier are refused. The latest instant stands."""
    await connection.execute(
        """update contestants c set not_before = greatest(c.not_before, k.not_before)
           from (select id, max(not_before) as not_before from unnest($1::uuid[], $2::timestamptz[]) as u(id, not_before)
                 group by id) k where c.contestant_id = k.id""",
        [row[0] for row in rows], [row[1] for row in rows],
    )  # fmt: skip

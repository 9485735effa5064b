"""All SQL of quiz's hot path: contests, attempts, and what is known of contestants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from asyncpg import Record
from msgspec import Struct

from services.runtime.database import Connection, Pool
from services.runtime.outbox import INTO, Outgoing, columns

OPEN, SUBMITTED, ABANDONED = 0, 1, 2
Key = tuple[str, str, int]
"""(contestant id, contest id, ordinal): the primary key of an attempt."""


class Row(Protocol):
    """A row of `attempts`, or what is about to be made of it."""

    def __getitem__(self, name: str, /) -> Any: ...


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
    given_back: int = 0
    """Tries that the person was given back before this start."""


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


_COLUMNS = """a.contestant_id, a.contest_id, a.ordinal, a.attempt_id, a.state, a.version, a.seed, a.bank_version, a.category,
    a.paper_group, a.definition_version, a.questions, a.started_at, a.ends_at, a.writer, a.rev, a.answers, a.how,
    a.submitted_at, a.received_at, a.recorded_at, a.trace, a.voided, a.receipt, a.given_back, a.extra_ms"""


async def insert(connection: Connection, new: NewAttempt, issued_at: int) -> Record | None:
    """The new row. None where a concurrent start took the ordinal, the open place or the key, the contest was closed or
    defined anew, or the session (from `issued_at`, Unix seconds) lost its right to start: read again and answer with what
    stands."""
    return await connection.fetchrow(
        f"""insert into attempts as a (contestant_id, contest_id, ordinal, attempt_id, start_key, seed, bank_version, category,
                paper_group, definition_version, questions, started_at, ends_at, given_back)
            select $1::uuid, $2::text, $3::int, $4::uuid, $5::text, $6::bigint, $7::int, $8::text, $9::text, $10::int,
                $11::text[], $12::timestamptz, $13::timestamptz, $15::int
            where hold_open($2, $10) and not exists (
                select from contestants p where p.contestant_id = $1
                    and (p.excluded or p.erased or p.not_before > to_timestamp($14::bigint)))
            on conflict do nothing returning {_COLUMNS}""",
        new.contestant_id, new.contest_id, new.ordinal, new.attempt_id, new.start_key, new.seed, new.bank_version,
        new.category, new.paper_group, new.definition_version, new.questions, new.started_at, new.ends_at, issued_at,
        new.given_back,
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


async def read(connection: Connection, keys: Sequence[Key]) -> list[Record]:
    return await connection.fetch(
        f"""select {_COLUMNS} from unnest($1::uuid[], $2::text[], $3::int[]) as k(contestant_id, contest_id, ordinal)
            join attempts a using (contestant_id, contest_id, ordinal)""",
        *_unzip(keys),
    )


async def lock(connection: Connection, keys: Sequence[Key]) -> list[Record]:
    """The rows of these attempts, locked in key order, as the batches, the sweeper and the regrade all do."""
    return await connection.fetch(
        f"""select {_COLUMNS} from unnest($1::uuid[], $2::text[], $3::int[]) as k(contestant_id, contest_id, ordinal)
            join attempts a using (contestant_id, contest_id, ordinal)
            order by a.contestant_id, a.contest_id, a.ordinal for update of a""",
        *_unzip(keys),
    )


def key_of(row: Row) -> Key:
    return str(row["contestant_id"]), row["contest_id"], row["ordinal"]


def _unzip(keys: Sequence[Key]) -> tuple[list[str], list[str], list[int]]:
    return [k[0] for k in keys], [k[1] for k in keys], [k[2] for k in keys]


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
        *_unzip([key_of(row) for row in rows]),
        *([row[name] for row in rows] for name in ("rev", "writer", "ends_at")),
    )


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


async def take_pen(connection: Connection, key: Key) -> Record | None:
    return await connection.fetchrow(
        f"""update attempts a set writer = writer + 1
            where contestant_id = $1 and contest_id = $2 and ordinal = $3 and state = 0 returning {_COLUMNS}""",
        *key,
    )


_OVERDUE = """from attempts a join contests c using (contest_id)
    where a.state = 0 and a.ends_at < $1::timestamptz - $2::interval
        and a.ends_at + make_interval(secs => c.grace_ms / 1000.0) + $2 < $1"""


async def overdue_contests(connection: Connection, horizon: datetime, patience: timedelta) -> list[str]:
    """Contests with papers that `overdue` would give."""
    rows = await connection.fetch(f"select distinct a.contest_id {_OVERDUE}", horizon, patience)
    return [row["contest_id"] for row in rows]


async def overdue(
    connection: Connection, contest_ids: Sequence[str], horizon: datetime, patience: timedelta, limit: int
) -> list[Record]:
    """Open papers whose end, grace and `patience` are all before `horizon`, locked; those another sweeper has are skipped.

    `horizon` is the real time, or in a rehearsal the watermark. The contests must be held open.
    """
    return await connection.fetch(
        f"""select {_COLUMNS} {_OVERDUE} and a.contest_id = any($3)
            order by a.contestant_id, a.contest_id, a.ordinal limit $4 for update of a skip locked""",
        horizon, patience, contest_ids, limit,
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


async def revoke(connection: Connection, rows: Sequence[tuple[str, datetime, bool]]) -> None:
    """(contestant id, not_before, ended): tokens issued earlier start nothing, and `ended` read nothing either. The
    latest instants stand."""
    await connection.execute(
        """update contestants c set not_before = greatest(c.not_before, k.not_before),
               ended_before = greatest(c.ended_before, k.ended_before)
           from (select id, max(not_before) as not_before, max(not_before) filter (where ended) as ended_before
                 from unnest($1::uuid[], $2::timestamptz[], $3::boolean[]) as u(id, not_before, ended) group by id) k
           where c.contestant_id = k.id""",
        *[[row[n] for row in rows] for n in range(3)],
    )


async def is_over(pool: Pool | Connection, contestant_id: str, issued_at: int) -> bool:
    """Whether a session issued then (Unix seconds) is over: ended by a new code, or its person was erased."""
    found: bool = await pool.fetchval(
        """select exists (select from contestants
           where contestant_id = $1 and (erased or ended_before > to_timestamp($2::bigint)))""",
        contestant_id, issued_at,
    )  # fmt: skip
    return found

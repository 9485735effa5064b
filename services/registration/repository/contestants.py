"""People as they stand, and what changes about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.contracts.envelope import encode
from services.contracts.events import ContestantEvent
from services.contracts.rules import Text
from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Contestant:
    """One person's row, without what only sign-in needs."""

    id: UUID
    series_id: str
    number: str
    name: str | None
    birth_date: date | None
    unit_id: str | None
    category: str | None
    group_id: str | None
    version: int
    excluded: bool
    guardian_consents: bool
    withdrawn: Sequence[str]
    """Purposes of which no consent stands any more."""
    renew_before: datetime | None
    end_before: datetime | None
    registered_at: datetime
    rehearsal: bool


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may be signing in."""

    id: UUID
    code_hmac: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of an officer's list."""

    id: UUID
    number: str
    name: str | None
    birth_date: date | None
    unit_id: str | None
    category: str | None
    excluded: bool
    registered_at: datetime
    took_part_in: Sequence[str]
    """Contests of the series in which the person has handed in a paper."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a person may look up of the own file; `sealed`: phone and ID number."""

    unit: Text | None
    sealed: tuple[bytes | None, bytes | None]


_CONTESTANT = """
select c.id, c.series_id, c.number, c.name, c.birth_date, c.unit_id, c.category, c.group_id, c.version, c.excluded,
    exists (select from guardians g where g.contestant_id = c.id and g.withdrawn_at is null) as guardian_consents,
    array(select w.purpose from consents w where w.contestant_id = c.id
        group by w.purpose having bool_and(w.withdrawn_at is not null)) as withdrawn,
    c.renew_before, c.end_before, c.registered_at, c.rehearsal
from contestants c where c.id = $1 and c.erased_at is null
"""


async def find(connection: Connection, contestant_id: UUID, *, lock: bool = False) -> Contestant | None:
    """`lock` holds the row until the transaction ends: do so before any change."""
    row = await connection.fetchrow(_CONTESTANT + (" for update of c" if lock else ""), contestant_id)
    return Contestant(*row.values()) if row else None


async def settle(connection: Connection, contestant_id: UUID) -> None:
    """Waits for whatever changes the person at this moment: what is read afterwards holds for a session that was asked
    for before, or is changed by something that ends that session."""
    await connection.execute("select from contestants where id = $1 for share", contestant_id)


@dataclass(frozen=True, slots=True, eq=False)
class Login:
    """`name`: a contestant number, or the keyed hash of a phone."""

    series_id: str
    name: str | bytes


async def accounts(connection: Connection, logins: Sequence[Login]) -> list[list[Account]]:
    """For each login who has this number (at most one) or this phone (as many as share it, the first to register first)."""
    found: list[list[Account]] = [[] for _ in logins]
    for kind, statement in _ACCOUNTS.items():
        places = [place for place, login in enumerate(logins) if isinstance(login.name, kind)]
        if places:
            asked = [logins[place] for place in places]
            names = [login.name for login in asked]
            for row in await connection.fetch(statement, places, [login.series_id for login in asked], names):
                found[row[0]].append(Account(row[1], row[2]))
    return found


_ACCOUNTS = {
    kind: f"""
    select asked.place, c.id, c.code_hmac from unnest($1::int[], $2::text[], $3::{array}) as asked (place, series_id, name)
    cross join lateral (
        select id, code_hmac from contestants c
        where c.series_id = asked.series_id and c.{column} = asked.name and c.erased_at is null order by phone_slot offset 0
    ) as c
    """
    for kind, array, column in ((str, "text[]", "number"), (bytes, "bytea[]", "phone_hmac"))
}


async def code_of(connection: Connection, contestant_id: UUID) -> bytes:
    """The keyed hash of the entry code; empty for nobody."""
    return await connection.fetchval("select code_hmac from contestants where id = $1", contestant_id) or b""


async def held(connection: Connection, contestant_id: UUID) -> Held:
    row = await connection.fetchrow(
        """select u.name_vi, u.name_en, c.phone_enc, c.id_number_enc from contestants c
           left join units u on (u.series_id, u.unit_id) = (c.series_id, c.unit_id) where c.id = $1""",
        contestant_id,
    )
    vi, en, phone, id_number = row.values() if row else (None,) * 4
    return Held(Text(vi, en) if vi else None, (phone, id_number))


async def took_part(connection: Connection, contestant_id: UUID) -> tuple[str, ...]:
    rows = await connection.fetch("select contest_id from took_part where contestant_id = $1 order by 1", contestant_id)
    return tuple(row[0] for row in rows)


async def list_under(
    connection: Connection, series_id: str, units: Collection[str], after: UUID | None, limit: int
) -> list[Listed]:
    """The next `limit` people of these units behind the person `after`, by given name."""
    rows = await connection.fetch(
        """
        select id, number, name, birth_date, unit_id, category, excluded, registered_at,
            array(select t.contest_id from took_part t where t.contestant_id = c.id order by 1) as took_part_in
        from contestants c
        where series_id = $1 and unit_id = any($2) and erased_at is null
            and ($3::uuid is null or (coalesce(sort_name, ''), id) > (
                select coalesce(a.sort_name, ''), a.id from contestants a where a.id = $3))
        order by coalesce(sort_name, ''), id limit $4
        """,
        series_id, list(units), after, limit,
    )  # fmt: skip
    return [Listed(*row.values()) for row in rows]


async def move(connection: Connection, person: Contestant, place: Sequence[str | None]) -> None:
    """`place` is unit, category and group; what stood at registration is kept for publishing it again."""
    await connection.execute(
        """
        update contestants set unit_id = $2, category = $3, group_id = $4,
            entered = coalesce(entered, jsonb_build_object('unit_id', unit_id, 'category', category, 'group', group_id))
        where id = $1
        """,
        person.id, *place,
    )  # fmt: skip


async def set_excluded(connection: Connection, contestant_id: UUID, excluded: bool) -> None:
    await connection.execute("update contestants set excluded = $2 where id = $1", contestant_id, excluded)


async def release_phone(connection: Connection, contestant_id: UUID, phone_hmac: bytes) -> bool:
    """Frees the number's slot. False where the person does not have this number."""
    released = await connection.fetchval(
        """update contestants set phone_enc = null, phone_hmac = null, phone_slot = null
           where id = $1 and phone_hmac = $2 and erased_at is null returning true""",
        contestant_id, phone_hmac,
    )  # fmt: skip
    return bool(released)


async def set_code(connection: Connection, contestant_id: UUID, code_hmac: bytes, now: datetime) -> bool:
    """False where it is the code already. `now` is real time."""
    changed = await connection.fetchval(
        """update contestants set code_hmac = $2, code_changed_at = $3
           where id = $1 and code_hmac <> $2 returning true""",
        contestant_id, code_hmac, now,
    )  # fmt: skip
    return bool(changed)


async def end_sessions(connection: Connection, contestant_id: UUID, before: datetime) -> None:
    """Tokens issued before are over, not only to be exchanged."""
    await connection.execute(
        "update contestants set renew_before = $2, end_before = $2 where id = $1", contestant_id, before
    )


async def renew_sessions(connection: Connection, contestant_id: UUID, before: datetime) -> None:
    await connection.execute("update contestants set renew_before = $2 where id = $1", contestant_id, before)


async def keep_facts(connection: Connection, contestant_id: UUID, facts: Sequence[ContestantEvent]) -> None:
    """Raises the person's version to that of the last fact."""
    await connection.executemany(
        "insert into contestant_facts (contestant_id, version, type, payload) values ($1, $2, $3, $4)",
        [(contestant_id, fact.version, fact.type, encode(fact)) for fact in facts],
    )
    await connection.execute("update contestants set version = $2 where id = $1", contestant_id, facts[-1].version)


async def mark_took_part(connection: Connection, attempts: Collection[tuple[str, str]]) -> None:
    """`attempts` as (contestant id, contest id); repeats change nothing. An erasure under way is waited for: it must not
    find its person a participant again once it is done."""
    ordered = sorted(set(attempts))
    await connection.execute(
        """
        with fresh as materialized (
            select * from unnest($1::uuid[], $2::text[]) as t(contestant_id, contest_id)
            where not exists (select from took_part p where p.contestant_id = t.contestant_id and p.contest_id = t.contest_id)),
        settled as materialized (
            select id, erased_at from contestants where id in (select contestant_id from fresh) order by id for share)
        insert into took_part (contestant_id, contest_id)
        select * from fresh where not exists (
            select from settled where settled.id = fresh.contestant_id and settled.erased_at is not null)
        on conflict do nothing
        """,
        [UUID(person) for person, _ in ordered], [contest for _, contest in ordered],
    )  # fmt: skip

"""Entering many people with one statement, every limit being a unique key (rule 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from uuid import UUID

import asyncpg

from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is stored of a new person; the fields stand in the order of the statement's arrays."""

    id: UUID
    series_id: str
    number: str
    name: str | None
    sort_name: str | None
    birth_date: date | None
    unit_id: str | None
    category: str | None
    group_id: str | None
    phone_enc: bytes | None
    phone_hmac: bytes | None
    phone_limit: int
    id_number_enc: bytes | None
    id_number_hmac: bytes | None
    code_hmac: bytes
    entry_key: bytes
    entry_body: bytes
    consent_version: str | None
    purposes: str
    """Separated by line feeds."""
    slip_id: UUID | None
    guardian_name: str | None
    guardian_phone_enc: bytes | None
    registered_at: datetime
    recorded_at: datetime
    rehearsal: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """What of a newcomer tells whether an earlier request entered them; nothing stands in the way of nobody."""

    series_id: str
    entry_key: bytes
    entry_body: bytes
    phone_hmac: None = None
    phone_limit: int = 0
    id_number_hmac: None = None
    slip_id: None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """Who stands in the row: the newcomer, or, on a repeat (`new` False), whoever the first request entered."""

    id: UUID
    number: str
    birth_date: date | None
    category: str | None
    group_id: str | None
    excluded: bool
    guardian_consents: bool
    withdrawn: Sequence[str]
    """Purposes of which no consent stands any more."""
    new: bool


class Refused(Enum):
    OTHER_BODY = "other body"
    CODE_CHANGED = "code changed"
    """The person has set a new code since: the old one signs nobody in."""
    ID_NUMBER_TAKEN = "id number taken"
    SLIP_TAKEN = "slip taken"
    SLIP_GONE = "slip gone"
    """It was taken back between looking at it and entering."""
    PHONE_LIMIT = "phone limit"
    TRY_AGAIN = "try again"
    """Another request took the number or the slot in between: nothing stands in the way of a second try."""


_COLUMNS = [each.name for each in fields(Newcomer)]
_TYPES = {
    "id": "uuid", "slip_id": "uuid", "phone_limit": "int", "birth_date": "date", "registered_at": "timestamptz",
    "recorded_at": "timestamptz", "rehearsal": "boolean", "entry_key": "bytea", "entry_body": "bytea",
    **{name: "bytea" for name in _COLUMNS if name.endswith(("_enc", "_hmac"))},
}  # fmt: skip
_UNNEST = ", ".join(f"${at}::{_TYPES.get(name, 'text')}[]" for at, name in enumerate(_COLUMNS, 1))
_OWN = ("id", "number", "birth_date", "category", "group_id", "excluded", "guardian_consents", "withdrawn")
_ELSEWHERE = ("phone_limit", "consent_version", "purposes", "guardian_name", "guardian_phone_enc")
_STORED = [name for name in _COLUMNS if name not in _ELSEWHERE]

# Rows go in in the order of their phones, so that two batches that share phones wait for each other and never deadlock.
# A slip is locked until the commit: whoever takes it back meanwhile waits, and then sees who registered with it.
_ENTER = f"""
with asked as (
    select *, row_number() over (partition by series_id, phone_hmac order by ordinality) as nth
    from unnest({_UNNEST}) with ordinality as a({", ".join(_COLUMNS)}, ordinality)
), placed as (
    select asked.*, (
        select free.slot from (
            select s.slot, row_number() over (order by s.slot) as nth
            from generate_series(1, asked.phone_limit) as s(slot)
            where not exists (
                select from contestants c
                where c.series_id = asked.series_id and c.phone_hmac = asked.phone_hmac and c.phone_slot = s.slot)
            and not exists (
                select from held_digests h where h.series_id = asked.series_id and h.kind = 'phone'
                    and h.digest = asked.phone_hmac and h.slot = s.slot)
        ) as free where free.nth = asked.nth
    ) as phone_slot
    from asked
), entered as (
    insert into contestants ({", ".join(_STORED)}, phone_slot)
    select {", ".join(_STORED)}, case when phone_hmac is not null then phone_slot end
    from placed where (phone_hmac is null or phone_slot is not null) and not exists (
        select from held_digests h where h.series_id = placed.series_id and h.kind = 'id_number'
            and h.digest = placed.id_number_hmac)
    and (slip_id is null or exists (select from slips s where s.id = placed.slip_id for key share))
    order by series_id, phone_hmac, id_number_hmac, entry_key
    on conflict do nothing
    returning id
), agreed as (
    insert into consents (contestant_id, purpose, text_version, given_at)
    select entered.id, purpose, asked.consent_version, asked.registered_at
    from entered join asked using (id), unnest(string_to_array(asked.purposes, E'\\n')) as purpose
), vouched as (
    insert into guardians (contestant_id, name, phone_enc, text_version, consented_at)
    select entered.id, asked.guardian_name, asked.guardian_phone_enc, asked.consent_version, asked.registered_at
    from entered join asked using (id) where asked.guardian_name is not null
)
select id from entered
"""

_WHY_NOT = """
select own.id, own.number, own.birth_date, own.category, own.group_id, own.excluded, own.entry_body,
    own.code_changed_at is not null as code_changed,
    exists (select from guardians g where g.contestant_id = own.id and g.withdrawn_at is null) as guardian_consents,
    array(select w.purpose from consents w where w.contestant_id = own.id
        group by w.purpose having bool_and(w.withdrawn_at is not null)) as withdrawn,
    exists (
        select from contestants c where c.series_id = a.series_id and c.id_number_hmac = a.id_number_hmac
        union all
        select from held_digests h
        where h.series_id = a.series_id and h.kind = 'id_number' and h.digest = a.id_number_hmac
    ) as id_number_taken,
    exists (select from contestants c where c.slip_id = a.slip_id) as slip_taken,
    a.slip_id is not null and not exists (select from slips s where s.id = a.slip_id) as slip_gone,
    a.phone_hmac is not null and a.phone_limit <= (
        select count(*) from contestants c
        where c.series_id = a.series_id and c.phone_hmac = a.phone_hmac and c.phone_slot <= a.phone_limit
    ) + (
        select count(*) from held_digests h
        where h.series_id = a.series_id and h.kind = 'phone' and h.digest = a.phone_hmac and h.slot <= a.phone_limit
    ) as phone_full
from unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::int[], $6::uuid[]) with ordinality
    as a(series_id, entry_key, id_number_hmac, phone_hmac, phone_limit, slip_id, ordinality)
left join contestants own on own.entry_key = a.entry_key
order by a.ordinality
"""


async def enter(connection: Connection, newcomers: Sequence[Newcomer]) -> list[Entered | Refused]:
    """One result per newcomer. No two of them may have the same entry_key."""
    rows = await connection.fetch(_ENTER, *map(list, zip(*map(_values, newcomers), strict=True)))
    entered = {row["id"] for row in rows}
    left = [each for each in newcomers if each.id not in entered]
    reasons = dict(zip((each.id for each in left), await _why_not(connection, left), strict=True))
    return [_entered(each) if each.id in entered else reasons[each.id] for each in newcomers]


async def standing(connection: Connection, newcomer: Newcomer | Repeat) -> Entered | Refused:
    """Whoever an earlier request with the same key entered; Refused.TRY_AGAIN where there was none and it may be tried."""
    return (await _why_not(connection, [newcomer]))[0]


def _entered(newcomer: Newcomer) -> Entered:
    own = (newcomer.id, newcomer.number, newcomer.birth_date, newcomer.category, newcomer.group_id)
    consents = newcomer.guardian_name is not None
    return Entered(*own, excluded=False, guardian_consents=consents, withdrawn=(), new=True)


def _values(newcomer: Newcomer) -> tuple[object, ...]:
    return tuple(getattr(newcomer, name) for name in _COLUMNS)


async def _why_not(connection: Connection, left: Sequence[Newcomer | Repeat]) -> list[Entered | Refused]:
    if not left:
        return []
    rows = await connection.fetch(
        _WHY_NOT,
        [each.series_id for each in left], [each.entry_key for each in left], [each.id_number_hmac for each in left],
        [each.phone_hmac for each in left], [each.phone_limit for each in left],
        [each.slip_id for each in left],
    )  # fmt: skip
    return [_reason(row, each) for row, each in zip(rows, left, strict=True)]


def _reason(row: asyncpg.Record, asked: Newcomer | Repeat) -> Entered | Refused:
    if row["id"] is not None:
        if row["entry_body"] != asked.entry_body:
            return Refused.OTHER_BODY
        if row["code_changed"]:
            return Refused.CODE_CHANGED
        return Entered(**{name: row[name] for name in _OWN}, new=False)
    if row["slip_taken"]:
        return Refused.SLIP_TAKEN
    if row["slip_gone"]:
        return Refused.SLIP_GONE
    if row["id_number_taken"]:
        return Refused.ID_NUMBER_TAKEN
    return Refused.PHONE_LIMIT if row["phone_full"] else Refused.TRY_AGAIN

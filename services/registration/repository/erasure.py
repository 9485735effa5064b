"""What keeps an identity, what is known of a person, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.contracts.events import AwardAnnounced, RankingSealed
from services.runtime.database import Connection

OWNED = ("consents", "guardians", "notices", "tickets", "corrections", "took_part")
"""Tables whose rows are about one person and go with the identity."""


async def erased_at(
    connection: Connection, contestant_id: UUID, series_id: str, *, lock: bool = False
) -> datetime | None:
    """None where the person is not erased, or never was here. `lock`: before erasing, so that repeats wait for the first."""
    statement = "select erased_at from contestants where id = $1 and series_id = $2" + (" for update" if lock else "")
    found: datetime | None = await connection.fetchval(statement, contestant_id, series_id)
    return found


async def holds(connection: Connection, contestant_id: UUID) -> list[str]:
    rows = await connection.fetch("select kind from holds where contestant_id = $1 order by 1", contestant_id)
    return [row[0] for row in rows]


async def hold(connection: Connection, contestant_id: UUID, kind: str, now: datetime) -> bool:
    """False where it is held for that already."""
    held = await connection.fetchval(
        "insert into holds values ($1, $2, $3) on conflict do nothing returning true", contestant_id, kind, now
    )
    return bool(held)


async def release(connection: Connection, contestant_id: UUID, kind: str) -> bool:
    gone = await connection.fetchval(
        "delete from holds where contestant_id = $1 and kind = $2 returning true", contestant_id, kind
    )
    return bool(gone)


async def keep_digests(connection: Connection, contestant_id: UUID) -> None:
    """Phone and ID number keep their places until sealing, told by nothing but their digests."""
    await connection.execute(
        """insert into held_digests
           select c.series_id, d.kind, d.digest, d.slot from contestants c
           cross join lateral (values ('phone', c.phone_hmac, c.phone_slot), ('id_number', c.id_number_hmac, 1::smallint))
             as d(kind, digest, slot)
           where c.id = $1 and d.digest is not null
             and exists (select from contests k where k.series_id = c.series_id and k.sealed_at is null)
           on conflict do nothing""",
        contestant_id,
    )


async def forget(connection: Connection, contestant_id: UUID, now: datetime) -> None:
    """Everything that tells who it was; what was published about the id can still be published again."""
    await connection.execute(
        "delete from slips s using contestants c where c.id = $1 and s.id = c.slip_id", contestant_id
    )
    await connection.execute(
        """update contestants set slip_id = null, number = null, name = null, sort_name = null, birth_date = null, phone_enc = null,
             phone_hmac = null, phone_slot = null, id_number_enc = null, id_number_hmac = null, code_hmac = '',
             entry_key = null, entry_body = null, code_changed_at = null, erased_at = $2
           where id = $1""",
        contestant_id, now,
    )  # fmt: skip
    for table in OWNED:
        await connection.execute(f"delete from {table} where contestant_id = $1", contestant_id)


async def everything(connection: Connection, contestant_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row about the person, by table; sealed values are sealed still."""
    found = {}
    for name, statement in _EVERYTHING.items():
        rows = await connection.fetch(statement, contestant_id)
        found[name] = [dict(row) for row in rows]
    return found


_EVERYTHING = {
    "person": """select id, series_id, number, name, birth_date, unit_id, category, group_id, phone_enc, id_number_enc,
        excluded, registered_at, erased_at, rehearsal from contestants where id = $1 and erased_at is null""",
    "consents": "select purpose, text_version, given_at, withdrawn_at from consents where contestant_id = $1 order by id",
    "guardians": """select name, phone_enc, text_version, marked_by, marked_on, consented_at, withdrawn_at, withdrawn_by
        from guardians where contestant_id = $1 order by id""",
    "slips": """select s.name, s.birth_date, s.category, s.unit_id, s.created_by, s.created_at from slips s
        join contestants c on c.slip_id = s.id where c.id = $1""",
    "notices": "select what, by_role, at, seen_at from notices where contestant_id = $1 order by id",
    "tickets": """select kind, role, issued_at, expires_at, spent_at from tickets where contestant_id = $1
        order by issued_at""",
    "corrections": "select field, was, becomes, by, at from corrections where contestant_id = $1 order by id",
    "took_part": "select contest_id from took_part where contestant_id = $1 order by 1",
    "holds": "select kind, since from holds where contestant_id = $1 order by 1",
    "published": """select version, type, convert_from(payload, 'UTF8') as payload from contestant_facts
        where contestant_id = $1 order by version""",
    "log": "select at, actor, action, reason, old, new from audit where subject = ($1::uuid)::text order by id",
}


async def seal(connection: Connection, sealed: Sequence[RankingSealed]) -> None:
    """A series whose every contest is sealed needs no digest of anybody any more."""
    await connection.execute(
        """update contests set sealed_at = s.at from unnest($1::text[], $2::timestamptz[]) as s(contest_id, at)
           where contests.contest_id = s.contest_id""",
        [event.contest_id for event in sealed], [event.time for event in sealed],
    )  # fmt: skip
    await connection.execute(
        """delete from held_digests h where not exists (
             select from contests c where c.series_id = h.series_id and c.sealed_at is null)"""
    )


async def announce(connection: Connection, awards: Sequence[AwardAnnounced]) -> None:
    """A winner's file is kept: who gave whom what must be shown for years."""
    await connection.execute(
        """update contests set announced_at = coalesce(announced_at, a.at)
           from (select u.contest_id, min(u.at) as at from unnest($1::text[], $2::timestamptz[]) as u(contest_id, at)
                 group by 1) as a where contests.contest_id = a.contest_id""",
        [event.contest_id for event in awards], [event.time for event in awards],
    )  # fmt: skip
    winners = [event for event in awards if event.contestant_id is not None]
    await connection.execute(
        """insert into holds select c.id, 'winner', w.at from unnest($1::uuid[], $2::timestamptz[]) as w(id, at)
           join contestants c using (id) where c.erased_at is null order by c.id for share of c on conflict do nothing""",
        [event.contestant_id for event in winners], [event.time for event in winners],
    )  # fmt: skip

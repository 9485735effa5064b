"""Members of staff, their roles, and the invitations by which both come about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.registration.domain.staffing import Grant, is_held
from services.registration.repository.invitations import Invitation
from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID
    login: str
    name: str
    password_hash: str
    has_factor: bool = False
    """Whether an authenticator app belongs to the account."""


async def create(connection: Connection, member: Member, now: datetime) -> bool:
    """False if the login is taken. A second factor is set apart."""
    added = await connection.fetchval(
        """
        insert into staff (id, login, name, password_hash, created_at) values ($1, $2, $3, $4, $5)
        on conflict (login) do nothing returning true
        """,
        member.id, member.login, member.name, member.password_hash, now,
    )  # fmt: skip
    return bool(added)


async def grant(
    connection: Connection, member: UUID, what: Invitation, now: datetime, expires_at: datetime | None
) -> None:
    """A role again after it ended runs from now."""
    await connection.execute(
        """
        insert into roles (staff_id, role, series_id, unit_id, granted_by, granted_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (staff_id, role, series_id, unit_id) do update set expires_at = excluded.expires_at
        """,
        member, what.grant.role, what.grant.series, what.grant.unit, what.invited_by, now, expires_at,
    )  # fmt: skip


async def by_login(connection: Connection, login: str) -> Member | None:
    row = await connection.fetchrow(
        "select id, login, name, password_hash, totp_enc is not null from staff where login = $1 and disabled_at is null",
        login,
    )
    return Member(*row.values()) if row else None


async def by_id(connection: Connection, member: UUID) -> Member | None:
    row = await connection.fetchrow(
        "select id, login, name, password_hash, totp_enc is not null from staff where id = $1 and disabled_at is null",
        member,
    )
    return Member(*row.values()) if row else None


async def grants(connection: Connection, member: UUID, now: datetime) -> tuple[Grant, ...]:
    """The roles in force at `now`."""
    rows = await connection.fetch(
        """
        select role, series_id, unit_id, expires_at,
            (select max((c.rules ->> 'closes')::timestamptz) from contests c where c.series_id = r.series_id) as closes
        from roles r where staff_id = $1 order by role, series_id, unit_id
        """,
        member,
    )
    return tuple(
        Grant(row["role"], row["series_id"], row["unit_id"])
        for row in rows
        if is_held(row["expires_at"], row["closes"], now)
    )


async def organisers(connection: Connection, series_id: str | None, now: datetime) -> int:
    """How many members hold the role of an organiser in the series at `now`; None: in any."""
    rows = await connection.fetch(
        """
        select staff_id, expires_at,
            (select max((c.rules ->> 'closes')::timestamptz) from contests c where c.series_id = r.series_id) as closes
        from roles r join staff s on s.id = r.staff_id and s.disabled_at is null
        where role = 'organiser' and ($1::text is null or series_id is null or series_id = $1)
        """,
        series_id,
    )
    return len({row["staff_id"] for row in rows if is_held(row["expires_at"], row["closes"], now)})


async def factor(connection: Connection, member: UUID) -> tuple[bytes | None, int | None]:
    """The sealed secret and the newest step used; holds the row until the transaction ends."""
    row = await connection.fetchrow("select totp_enc, totp_last from staff where id = $1 for update", member)
    return (row["totp_enc"], row["totp_last"]) if row else (None, None)


async def set_factor(connection: Connection, member: UUID, sealed: bytes, step: int) -> None:
    await connection.execute("update staff set totp_enc = $2, totp_last = $3 where id = $1", member, sealed, step)


async def use_factor(connection: Connection, member: UUID, step: int) -> None:
    await connection.execute("update staff set totp_last = $2 where id = $1", member, step)

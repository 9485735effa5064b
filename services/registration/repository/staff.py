"""Members of staff, their roles, and the invitations by which both come about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.registration.domain.staffing import Grant, is_held
from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID
    login: str
    name: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Invitation:
    id: UUID
    login: str | None
    grant: Grant
    invited_by: str
    expires_at: datetime
    accepted_by: UUID | None


async def invite(connection: Connection, invitation: Invitation, token_hash: bytes, now: datetime) -> Invitation:
    """Stores it, or gives the one that stands under this token already."""
    await connection.execute(
        """
        insert into invitations (id, token_hash, login, role, series_id, unit_id, invited_by, invited_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (token_hash) do nothing
        """,
        invitation.id, token_hash, invitation.login, invitation.grant.role, invitation.grant.series,
        invitation.grant.unit, invitation.invited_by, now, invitation.expires_at,
    )  # fmt: skip
    stored = await invitation_of(connection, token_hash)
    assert stored is not None
    return stored


async def invitation_of(connection: Connection, token_hash: bytes) -> Invitation | None:
    """Holds the row until the transaction ends: an invitation is taken once."""
    row = await connection.fetchrow("select * from invitations where token_hash = $1 for update", token_hash)
    if row is None:
        return None
    grant = Grant(row["role"], row["series_id"], row["unit_id"])
    return Invitation(row["id"], row["login"], grant, row["invited_by"], row["expires_at"], row["accepted_by"])


async def accept(connection: Connection, invitation: Invitation, member: UUID, now: datetime) -> None:
    await connection.execute(
        "update invitations set accepted_by = $2, accepted_at = $3 where id = $1", invitation.id, member, now
    )


async def create(connection: Connection, member: Member, now: datetime) -> bool:
    """False if the login is taken."""
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
        "select id, login, name, password_hash from staff where login = $1 and disabled_at is null", login
    )
    return Member(*row.values()) if row else None


async def by_id(connection: Connection, member: UUID) -> Member | None:
    row = await connection.fetchrow(
        "select id, login, name, password_hash from staff where id = $1 and disabled_at is null", member
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

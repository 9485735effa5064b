"""Who holds which role, which invitations are open, and how both end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.registration.domain.staffing import Grant, is_held
from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Holding:
    """One role of one member."""

    staff_id: UUID
    login: str
    name: str
    has_factor: bool
    grant: Grant
    granted_by: str
    granted_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    id: UUID
    grant: Grant
    invited_by: str
    expires_at: datetime
    waits: bool


async def holdings(connection: Connection, now: datetime) -> Sequence[Holding]:
    """Every role in force, by login."""
    rows = await connection.fetch(
        """
        select s.id, s.login, s.name, s.totp_enc is not null as factor, r.role, r.series_id, r.unit_id, r.granted_by,
            r.granted_at, r.expires_at,
            (select max((c.rules ->> 'closes')::timestamptz) from contests c where c.series_id = r.series_id) as closes
        from roles r join staff s on s.id = r.staff_id and s.disabled_at is null
        order by s.login, r.series_id, r.role, r.unit_id
        """
    )
    return [
        Holding(
            row["id"], row["login"], row["name"], row["factor"], Grant(row["role"], row["series_id"], row["unit_id"]),
            row["granted_by"], row["granted_at"], row["expires_at"],
        )
        for row in rows
        if is_held(row["expires_at"], row["closes"], now)
    ]  # fmt: skip


async def open_invitations(connection: Connection, now: datetime) -> Sequence[OpenInvitation]:
    """Those that can still be taken, or wait for a second person."""
    rows = await connection.fetch(
        """
        select id, role, series_id, unit_id, invited_by, expires_at, needs_second and confirmed_at is null as waits
        from invitations where accepted_at is null and withdrawn_at is null and expires_at > $1 order by invited_at, id
        """,
        now,
    )
    return [
        OpenInvitation(
            row["id"], Grant(row["role"], row["series_id"], row["unit_id"]), row["invited_by"], row["expires_at"],
            row["waits"],
        )
        for row in rows
    ]  # fmt: skip


async def hold_roles(connection: Connection) -> None:
    """Until the transaction ends nobody else takes roles away: else two could remove each other as the last ones."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended('roles', 0))")


async def revoke(connection: Connection, member: UUID, grant: Grant) -> bool:
    """False where the member does not hold it."""
    found = await connection.fetchval(
        """
        delete from roles where staff_id = $1 and role = $2 and series_id is not distinct from $3
            and unit_id is not distinct from $4 returning true
        """,
        member, grant.role, grant.series, grant.unit,
    )  # fmt: skip
    return bool(found)


async def series_without_organiser(connection: Connection, now: datetime) -> Sequence[str]:
    """Series that nobody runs, though their roles are not over by themselves."""
    held = [h.grant for h in await holdings(connection, now) if h.grant.role == "organiser"]
    rows = await connection.fetch(
        "select series_id, max((rules ->> 'closes')::timestamptz) as closes from contests group by series_id"
    )
    return [
        row["series_id"]
        for row in rows
        if is_held(None, row["closes"], now) and not any(g.series in (None, row["series_id"]) for g in held)
    ]


async def withdraw(connection: Connection, invitation: UUID, actor: str, now: datetime) -> None:
    await connection.execute(
        "update invitations set withdrawn_at = $3, withdrawn_by = $2 where id = $1", invitation, actor, now
    )

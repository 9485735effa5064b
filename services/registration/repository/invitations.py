"""Invitations: who is asked to take which role, until when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registration.domain.staffing import Grant
from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Invitation:
    id: UUID
    login: str | None
    grant: Grant
    invited_by: str
    expires_at: datetime
    accepted_by: UUID | None
    needs_second: bool = False
    confirmed_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """A second person has not confirmed it yet."""
        return self.needs_second and self.confirmed_at is None


async def invite(connection: Connection, invitation: Invitation, token_hash: bytes, now: datetime) -> Invitation:
    """Stores it, or gives the one that stands under this token already."""
    await connection.execute(
        """
        insert into invitations (id, token_hash, login, role, series_id, unit_id, invited_by, invited_at, expires_at,
            needs_second)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (token_hash) do nothing
        """,
        invitation.id, token_hash, invitation.login, invitation.grant.role, invitation.grant.series,
        invitation.grant.unit, invitation.invited_by, now, invitation.expires_at, invitation.needs_second,
    )  # fmt: skip
    stored = await invitation_of(connection, token_hash)
    assert stored is not None
    return stored


async def invitation_of(connection: Connection, token_hash: bytes) -> Invitation | None:
    """Holds the row until the transaction ends: an invitation is taken once."""
    row = await connection.fetchrow("select * from invitations where token_hash = $1 for update", token_hash)
    return None if row is None else _invitation(row)


def _invitation(row: Any) -> Invitation:
    grant = Grant(row["role"], row["series_id"], row["unit_id"])
    return Invitation(
        row["id"], row["login"], grant, row["invited_by"], row["expires_at"], row["accepted_by"], row["needs_second"],
        row["confirmed_at"], row["withdrawn_at"],
    )  # fmt: skip


async def accept(connection: Connection, invitation: Invitation, member: UUID, now: datetime) -> None:
    await connection.execute(
        "update invitations set accepted_by = $2, accepted_at = $3 where id = $1", invitation.id, member, now
    )


async def confirm(connection: Connection, invitation: UUID, actor: str, at: datetime) -> None:
    await connection.execute(
        "update invitations set confirmed_by = $2, confirmed_at = $3 where id = $1", invitation, actor, at
    )

"""How somebody becomes staff: an invitation is taken, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from services.registration.domain.staffing import ROLE_WITHOUT_SERIES, login, password_fault
from services.registration.passwords import Passwords
from services.registration.problems import (
    INVITATION_FAULTS,
    INVITATION_SPENT,
    INVITATION_WAITS,
    LOGIN_TAKEN,
    WEAK_PASSWORD,
)
from services.registration.repository import invitations, staff
from services.registration.repository.invitations import Invitation
from services.registration.repository.staff import Member
from services.registration.vault import spent_hash
from services.runtime.audit import note
from services.runtime.database import Connection, Pool
from services.runtime.problems import Problem


@dataclass(frozen=True)
class Acceptance:
    token: str
    login: str | None
    name: str | None
    password: str


async def accept(pool: Pool, passwords: Passwords, taken: Acceptance, now: datetime) -> Member:
    """The member who took the invitation. The password is hashed before the transaction: it takes its time."""
    async with pool.acquire() as connection, connection.transaction():
        invitation = await _living(connection, taken.token, now)
        name = _login(invitation, taken)
        known = await staff.by_login(connection, name)
    if known is None:
        if (fault := password_fault(taken.password, name)) is not None:
            raise Problem(WEAK_PASSWORD, fault)
        hashed = await passwords.hash(taken.password)
        known = Member(uuid4(), name, " ".join((taken.name or name).split())[:120], hashed)
    elif not await passwords.verify(known.password_hash, taken.password):
        raise Problem(LOGIN_TAKEN, "Give this account's own password, or choose another login.")
    async with pool.acquire() as connection, connection.transaction():
        return await _take(connection, taken.token, known, now)


async def _take(connection: Connection, token: str, member: Member, now: datetime) -> Member:
    invitation = await _living(connection, token, now)
    if invitation.accepted_by is not None:
        if invitation.accepted_by == member.id:
            return member
        raise Problem(INVITATION_SPENT, "Ask for a new one.")
    stored = await staff.by_login(connection, member.login)
    if stored is None:
        if not await staff.create(connection, member, now):
            raise Problem(LOGIN_TAKEN, "Choose another login.")
    elif stored.id != member.id:
        raise Problem(LOGIN_TAKEN, "Choose another login.")
    ends = None if invitation.grant.series else now + ROLE_WITHOUT_SERIES
    await staff.grant(connection, member.id, invitation, now, ends)
    await invitations.accept(connection, invitation, member.id, now)
    await note(connection, f"staff:{member.id}", "staff.accept", str(invitation.id), new=vars(invitation.grant))
    return member


async def _living(connection: Connection, token: str, now: datetime) -> Invitation:
    invitation = await invitations.invitation_of(connection, spent_hash(token))
    over = invitation is not None and (now >= invitation.expires_at or invitation.withdrawn_at is not None)
    if invitation is None or (invitation.accepted_by is None and over):
        raise Problem(INVITATION_SPENT, "Ask for a new one.")
    if invitation.waits:
        raise Problem(INVITATION_WAITS, "Whoever sent it asks a colleague to confirm it; then the same link works.")
    return invitation


def _login(invitation: Invitation, taken: Acceptance) -> str:
    name = invitation.login or login(taken.login or "")
    if name is None:
        raise Problem(INVITATION_FAULTS, "login: 3 to 80 letters, digits and @ . _ + -", faults=["login"])
    return name

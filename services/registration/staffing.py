"""How somebody becomes staff: an invitation is made, and taken once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from services.registration.domain.staffing import (
    INVITATION_LIVES,
    ROLE_WITHOUT_SERIES,
    Grant,
    invitation_faults,
    login,
    password_fault,
)
from services.registration.passwords import Passwords
from services.registration.problems import INVITATION_FAULTS, INVITATION_SPENT, LOGIN_TAKEN, WEAK_PASSWORD
from services.registration.repository import staff
from services.registration.repository.staff import Invitation, Member
from services.registration.vault import Vault, spent_hash
from services.runtime.audit import note
from services.runtime.database import Connection, Pool
from services.runtime.problems import KEY_REUSED, Problem


@dataclass(frozen=True)
class Asked:
    """An invitation somebody asks for, under an Idempotency-Key."""

    grant: Grant
    login: str | None
    actor: str
    key: str


@dataclass(frozen=True)
class Acceptance:
    token: str
    login: str | None
    name: str | None
    password: str


async def invite(connection: Connection, vault: Vault, asked: Asked, now: datetime) -> tuple[Invitation, str]:
    """The invitation and its token. The token follows from actor and key, so a repeat tells it again unstored."""
    name = login(asked.login) if asked.login is not None else None
    faults = invitation_faults(asked.grant)
    if asked.login is not None and name is None:
        faults.append("login: 3 to 80 letters, digits and @ . _ + -")
    if faults:
        raise Problem(INVITATION_FAULTS, "; ".join(faults), faults=faults)
    secret = vault.mac("invitation-1", asked.actor, asked.key) + vault.mac("invitation-2", asked.actor, asked.key)
    token = urlsafe_b64encode(secret).decode().rstrip("=")
    wanted = Invitation(uuid4(), name, asked.grant, asked.actor, now + INVITATION_LIVES, None)
    stored = await staff.invite(connection, wanted, spent_hash(token), now)
    if (stored.grant, stored.login) != (wanted.grant, wanted.login):
        raise Problem(KEY_REUSED, "Use a new Idempotency-Key for another invitation.")
    if stored.id == wanted.id:
        await note(connection, asked.actor, "staff.invite", str(stored.id), new=vars(asked.grant))
    return stored, token


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
    await staff.accept(connection, invitation, member.id, now)
    await note(connection, f"staff:{member.id}", "staff.accept", str(invitation.id), new=vars(invitation.grant))
    return member


async def _living(connection: Connection, token: str, now: datetime) -> Invitation:
    invitation = await staff.invitation_of(connection, spent_hash(token))
    if invitation is None or (invitation.accepted_by is None and now >= invitation.expires_at):
        raise Problem(INVITATION_SPENT, "Ask for a new one.")
    return invitation


def _login(invitation: Invitation, taken: Acceptance) -> str:
    name = invitation.login or login(taken.login or "")
    if name is None:
        raise Problem(INVITATION_FAULTS, "login: 3 to 80 letters, digits and @ . _ + -", faults=["login"])
    return name

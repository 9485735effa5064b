"""How somebody becomes staff: an invitation is taken, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from services.registration import factor
from services.registration.desk import Desk
from services.registration.domain.staffing import FACTORED, ROLE_WITHOUT_SERIES, login, password_fault
from services.registration.problems import (
    FACTOR_NEEDED,
    INVITATION_FAULTS,
    INVITATION_SPENT,
    INVITATION_WAITS,
    LOGIN_TAKEN,
    WEAK_PASSWORD,
    WRONG_FACTOR,
)
from services.registration.repository import invitations, staff
from services.registration.repository.invitations import Invitation
from services.registration.repository.staff import Member
from services.registration.vault import spent_hash
from services.runtime.audit import note
from services.runtime.database import Connection, Pool
from services.runtime.edge import Edge
from services.runtime.problems import Problem


@dataclass(frozen=True)
class Acceptance:
    token: str
    login: str | None
    name: str | None
    password: str
    code: str | None
    """Of an authenticator app."""


async def show(pool: Pool, token: str, now: datetime) -> Invitation:
    """The invitation behind a link, for whoever holds it. Raises 410 for one that is over."""
    async with pool.acquire() as connection, connection.transaction():
        return await _living(connection, token, now)


async def accept(desk: Desk, taken: Acceptance, edge: Edge) -> Member:
    """The member who took the invitation. The password is hashed before the transaction: it takes its time."""
    pool, now = desk.parts.pool, edge.now
    async with pool.acquire() as connection, connection.transaction():
        invitation = await _ready(connection, taken.token, now)
        name = _login(invitation, taken)
        known = await staff.by_login(connection, name)
    if known is None:
        if (fault := password_fault(taken.password, name)) is not None:
            raise Problem(WEAK_PASSWORD, fault)
        hashed = await desk.passwords.hash(taken.password)
        known = Member(uuid4(), name, " ".join((taken.name or name).split())[:120], hashed)
    elif not await desk.passwords.verify(known.password_hash, taken.password):
        await desk.refuse(edge, "staff", name, kind=LOGIN_TAKEN)
    step = await _factor(desk, known, invitation, taken, edge.real_now)
    async with pool.acquire() as connection, connection.transaction():
        member = await _take(connection, taken.token, known, now)
        if step is not None and not member.has_factor:
            sealed = desk.vault.seal(factor.enrolment(desk.vault, taken.token), str(member.id))
            await staff.set_factor(connection, member.id, sealed, step)
            await note(connection, f"staff:{member.id}", "staff.factor", str(member.id))
        return replace(member, has_factor=member.has_factor or step is not None)


async def _factor(desk: Desk, member: Member, invitation: Invitation, taken: Acceptance, now: datetime) -> int | None:
    """The step of a code that shows that the offered secret is in somebody's app; None where none is to be set."""
    if member.has_factor:
        await factor.check(desk.parts.pool, desk.vault, member.id, taken.code, now)
        return None
    if invitation.grant.role not in FACTORED:
        return None
    if taken.code is None:
        raise Problem(FACTOR_NEEDED, "Scan the secret of this invitation with an authenticator app, and give its code.")
    step = factor.used_step(factor.enrolment(desk.vault, taken.token), taken.code, now)
    if step is None:
        raise Problem(WRONG_FACTOR, "Scan the secret again. Does the phone show the right time?")
    return step


async def _take(connection: Connection, token: str, member: Member, now: datetime) -> Member:
    invitation = await _ready(connection, token, now)
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


async def _ready(connection: Connection, token: str, now: datetime) -> Invitation:
    """Raises 403 for an invitation that still waits for a second person."""
    invitation = await _living(connection, token, now)
    if invitation.waits:
        raise Problem(INVITATION_WAITS, "Whoever sent it asks a colleague to confirm it; then the same link works.")
    return invitation


async def _living(connection: Connection, token: str, now: datetime) -> Invitation:
    invitation = await invitations.invitation_of(connection, spent_hash(token))
    over = invitation is not None and (now >= invitation.expires_at or invitation.withdrawn_at is not None)
    if invitation is None or (invitation.accepted_by is None and over):
        raise Problem(INVITATION_SPENT, "Ask for a new one.")
    return invitation


def _login(invitation: Invitation, taken: Acceptance) -> str:
    name = invitation.login or login(taken.login or "")
    if name is None:
        raise Problem(INVITATION_FAULTS, "login: 3 to 80 letters, digits and @ . _ + -", faults=["login"])
    return name

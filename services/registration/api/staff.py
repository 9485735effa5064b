"""Staff: invited by a link, with a password of their own, for minutes at a time (rule 11)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from litestar import Response, delete, get, post

from services.registration import factor, staffing
from services.registration.api import inviting
from services.registration.api.reach import grants_of
from services.registration.api.shape import NOTHING_INSIDE, refuses
from services.registration.api.shape_staff import (
    Accept,
    GrantView,
    InvitationView,
    Invite,
    Invited,
    Offered,
    Open,
    StaffMe,
    StaffSignIn,
)
from services.registration.desk import Desk
from services.registration.domain.staffing import FACTORED, WORKING_DAY, Grant, login, password
from services.registration.problems import (
    FACTOR_NEEDED,
    INVITATION_FAULTS,
    INVITATION_SPENT,
    INVITATION_WAITS,
    LOGIN_TAKEN,
    OUTSIDE_SUBTREE,
    SESSION_OVER,
    TOO_MANY_WRONG_CODES,
    UNKNOWN_SERIES,
    WEAK_PASSWORD,
    WRONG_FACTOR,
    WRONG_PASSWORD,
)
from services.registration.repository import staff
from services.registration.repository.staff import Member
from services.registration.sessions import ended, staff_cookie
from services.runtime.access import STAFF_COOKIE, Principal, Role, allow
from services.runtime.audit import note
from services.runtime.edge import Edge
from services.runtime.idempotency import Keyed
from services.runtime.problems import FORBIDDEN, KEY_REUSED, Problem

STAFF = (Role.UNIT_OFFICER, Role.HELPDESK, Role.ORGANISER, Role.OPERATOR, Role.AUDITOR)


@post(
    "/staff/invitations",
    guards=[allow(Role.ORGANISER, Role.OPERATOR, Role.UNIT_OFFICER)],
    responses=refuses(INVITATION_FAULTS, OUTSIDE_SUBTREE, UNKNOWN_SERIES, KEY_REUSED, keyed=True),
)
async def invite(data: Invite, desk: Desk, principal: Principal, keyed: Keyed, edge: Edge) -> Invited:
    """A link for one person and one role, which works once a second person confirmed it.

    Organisers invite officers of units, officers those of units below; any other role starts at the command line.
    """
    grant = Grant(data.role, data.series_id, data.unit_id)
    await inviting.check_may_invite(desk, principal, grant)
    asked = inviting.asked_by(principal, grant, data.login, keyed.key, (edge.now, edge.real_now))
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        invitation, token, request = await inviting.invite(connection, desk.vault, asked)
    # Behind "#" it reaches no server, no log and no Referer.
    link = f"{desk.parts.settings.origin}/staff/accept#{token}"
    return Invited(invitation.id, link, invitation.expires_at, request)


@post("/staff/invitations/open", guards=[allow(Role.ANYONE)], responses=refuses(INVITATION_SPENT), status_code=200)
async def show(data: Open, desk: Desk, now: datetime) -> InvitationView:
    """What the link is for, and the secret for an authenticator app where the role needs one. Changes nothing."""
    found = await staffing.show(desk.parts.pool, data.token, now)
    grant, taken = found.grant, found.accepted_by is not None
    offered = None
    if grant.role in FACTORED and not taken:
        secret = factor.enrolment(desk.vault, data.token)
        offered = Offered(secret, factor.uri(secret, found.login or grant.role))
    return InvitationView(
        grant.role, grant.series, grant.unit, found.login, found.expires_at, taken, found.waits, offered
    )


@post(
    "/staff/invitations/accept",
    guards=[allow(Role.ANYONE)],
    responses=refuses(
        INVITATION_SPENT,
        INVITATION_WAITS,
        INVITATION_FAULTS,
        WEAK_PASSWORD,
        LOGIN_TAKEN,
        FACTOR_NEEDED,
        WRONG_FACTOR,
        TOO_MANY_WRONG_CODES,
    ),
)
async def accept(data: Accept, desk: Desk, edge: Edge) -> Response[StaffMe]:
    """Makes the account, or gives an existing one the role; the token works once, its repeat with password and code too."""
    taken = staffing.Acceptance(data.token, data.login, data.name, password(data.password), data.totp)
    member = await staffing.accept(desk, taken, edge)
    return await _signed_in(desk, member, edge.now, 201)


@post(
    "/staff/sessions",
    guards=[allow(Role.ANYONE)],
    responses=refuses(WRONG_PASSWORD, TOO_MANY_WRONG_CODES, FACTOR_NEEDED, WRONG_FACTOR),
)
async def sign_in(data: StaffSignIn, desk: Desk, edge: Edge) -> Response[StaffMe]:
    """For SESSION; `GET /staff/me` renews it, up to WORKING_DAY after the password was given."""
    name = login(data.login) or ""
    async with desk.parts.pool.acquire() as connection:
        member = await staff.by_login(connection, name)
    right = await desk.passwords.verify(member.password_hash if member else None, password(data.password))
    if member is None or not right:
        await desk.refuse(edge, "staff", name, kind=WRONG_PASSWORD)
    if member.has_factor:
        await factor.check(desk.parts.pool, desk.vault, member.id, data.totp, edge.real_now)
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        await note(connection, f"staff:{member.id}", "staff.sign-in", str(member.id))
    return await _signed_in(desk, member, edge.now, 201)


@delete("/staff/sessions", guards=[allow(Role.ANYONE)], responses={**refuses(), 204: NOTHING_INSIDE}, status_code=204)
async def sign_out(desk: Desk) -> Response[None]:
    return Response(None, status_code=204, cookies=[ended(desk.parts, STAFF_COOKIE)])


@get("/staff/me", guards=[allow(*STAFF)], responses=refuses(SESSION_OVER))
async def me(desk: Desk, principal: Principal, edge: Edge) -> Response[StaffMe]:
    """Who is signed in, with the roles as they are now."""
    if principal.kind != "staff":
        raise Problem(FORBIDDEN, "A machine is nobody's colleague.", grants=[vars(g) for g in grants_of(principal)])
    signed_in = datetime.fromtimestamp(principal.claims["signed_in"], UTC)
    async with desk.parts.pool.acquire() as connection:
        member = await staff.by_id(connection, UUID(principal.id))
    if member is None or edge.real_now - signed_in > WORKING_DAY:
        raise Problem(SESSION_OVER, "Sign in with your password again.")
    return await _signed_in(desk, member, edge.now, 200, signed_in)


async def _signed_in(
    desk: Desk, member: Member, now: datetime, status: int, signed_in: datetime | None = None
) -> Response[StaffMe]:
    async with desk.parts.pool.acquire() as connection:
        held = await staff.grants(connection, member.id, now)
    grants = tuple(grant for grant in held if member.has_factor or grant.role not in FACTORED)
    views = [GrantView(grant.role, grant.series, grant.unit) for grant in grants]
    cookie = staff_cookie(desk.parts, member.id, grants, signed_in or desk.parts.clock.now())
    answer = StaffMe(member.id, member.login, member.name, views, member.has_factor, now)
    return Response(answer, status_code=status, cookies=[cookie], headers={"cache-control": "no-store"})


routes = [invite, show, accept, sign_in, sign_out, me]

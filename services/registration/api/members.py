"""Who is on the staff, and how a role or an invitation is taken back."""

from __future__ import annotations

from uuid import UUID

from litestar import delete, get, post

from services.registration.api.reach import actor, grants_of
from services.registration.api.shape import NOTHING_INSIDE, refuses
from services.registration.api.shape_staff import HoldingView, InvitationLine, Revocation, Revoked, StaffList
from services.registration.desk import Desk
from services.registration.domain.staffing import Grant, may_take, roots
from services.registration.domain.units import subtree
from services.registration.problems import LAST_ORGANISER, UNKNOWN_STAFF
from services.registration.repository import members
from services.runtime.access import Principal, Role, allow
from services.runtime.audit import note
from services.runtime.edge import Edge
from services.runtime.problems import FORBIDDEN, Problem

MANAGERS = allow(Role.ORGANISER, Role.UNIT_OFFICER, Role.OPERATOR)


@get("/staff", guards=[MANAGERS], responses=refuses())
async def list_staff(desk: Desk, principal: Principal, edge: Edge) -> StaffList:
    """Roles in force and open invitations that the caller may take back. The reading is logged: it shows names."""
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        held = await members.holdings(connection, edge.now)
        invited = await members.open_invitations(connection, edge.now)
        shown = [each for each in held if await _may_take(desk, principal, each.grant)]
        open_ = [each for each in invited if await _may_take(desk, principal, each.grant)]
        await note(connection, actor(principal), "staff.list", "staff", new={"count": len(shown)})
    return StaffList(
        [
            HoldingView(each.staff_id, each.login, each.name, each.has_factor, *_flat(each.grant), each.granted_by,
                        each.granted_at, each.expires_at)
            for each in shown
        ],
        [InvitationLine(each.id, *_flat(each.grant), each.invited_by, each.expires_at, each.waits) for each in open_],
    )  # fmt: skip


@post(
    "/staff/{staff_id:uuid}/revocation",
    guards=[MANAGERS],
    responses=refuses(UNKNOWN_STAFF, LAST_ORGANISER),
    status_code=200,
)
async def revoke(staff_id: UUID, data: Revocation, desk: Desk, principal: Principal, edge: Edge) -> Revoked:
    """Takes one role of one member; a session that has it renews without it, within a quarter of an hour.

    The last organiser of a series cannot be removed, however many try at the same time.
    """
    grant = Grant(data.role, data.series_id, data.unit_id)
    if not await _may_take(desk, principal, grant):
        raise Problem(FORBIDDEN, "This role is taken back by an organiser, an officer above, or at the command line.")
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        await members.hold_roles(connection)
        before = set(await members.series_without_organiser(connection, edge.now))
        if not await members.revoke(connection, staff_id, grant):
            raise Problem(UNKNOWN_STAFF, "Nobody with this id holds this role.")
        if left := sorted(set(await members.series_without_organiser(connection, edge.now)) - before):
            raise Problem(LAST_ORGANISER, f"Invite another organiser for {', '.join(left)} first.", series=left)
        await note(connection, actor(principal), "staff.revoke", str(staff_id), data.reason, old=vars(grant))
    return Revoked(staff_id, data.role, data.series_id, data.unit_id)


@delete(
    "/staff/invitations/{invitation:uuid}",
    guards=[MANAGERS],
    responses={**refuses(UNKNOWN_STAFF), 204: NOTHING_INSIDE},
    status_code=204,
)
async def withdraw(invitation: UUID, desk: Desk, principal: Principal, edge: Edge) -> None:
    """Takes back an invitation that nobody has taken yet: its link is spent."""
    async with desk.parts.pool.acquire() as connection, connection.transaction():
        found = {each.id: each for each in await members.open_invitations(connection, edge.now)}.get(invitation)
        if found is None:
            raise Problem(UNKNOWN_STAFF, "No open invitation has this id.")
        if found.invited_by != actor(principal) and not await _may_take(desk, principal, found.grant):
            raise Problem(FORBIDDEN, "An invitation is taken back by who sent it, or by an organiser.")
        await members.withdraw(connection, invitation, actor(principal), edge.real_now)
        await note(connection, actor(principal), "staff.withdraw", str(invitation), old=vars(found.grant))


def _flat(grant: Grant) -> tuple[str, str | None, str | None]:
    return grant.role, grant.series, grant.unit


async def _may_take(desk: Desk, principal: Principal, grant: Grant) -> bool:
    if principal.kind == "machine":
        return True
    held = grants_of(principal)
    if not may_take(held, grant):
        return False
    if grant.series is None or any(g.role == "organiser" and g.series in (None, grant.series) for g in held):
        return True
    tree = await desk.book.tree(grant.series)
    return any(grant.unit in subtree(tree.parents, root) for root in roots(held, grant.series) - {grant.unit})


routes = [list_staff, revoke, withdraw]

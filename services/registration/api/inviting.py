"""Who may give which role to whom: down the tree, and with a second person (rule 11)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.registration.api.reach import grants_of, within
from services.registration.desk import Desk, desk_of
from services.registration.domain.staffing import (
    INVITATION_LIVES,
    Grant,
    covers,
    invitation_faults,
    login,
    may_confirm,
    may_invite,
    roots,
)
from services.registration.domain.units import subtree
from services.registration.problems import INVITATION_FAULTS, OUTSIDE_SUBTREE
from services.registration.repository import invitations, staff
from services.registration.repository.invitations import Invitation
from services.registration.vault import Vault, spent_hash
from services.runtime import Parts, second
from services.runtime.access import Principal, actor_of
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.problems import FORBIDDEN, KEY_REUSED, Problem
from services.runtime.second import Request
from services.runtime.second_api import Act, Confirmed

EVERY_SERIES = "*"
GRANT = "role.grant"


@dataclass(frozen=True)
class Asked:
    """An invitation somebody asks for, under an Idempotency-Key. `now` is the contest's time, `recorded_at` real."""

    grant: Grant
    login: str | None
    actor: str
    key: str
    now: datetime
    recorded_at: datetime


async def check_may_invite(desk: Desk, principal: Principal, grant: Grant) -> None:
    """Raises 422 for a role, series or unit that is none, 403 for one that the caller may not give."""
    if faults := invitation_faults(grant):
        raise Problem(INVITATION_FAULTS, "; ".join(faults), faults=faults)
    if principal.kind != "machine" and not may_invite(grants_of(principal), grant):
        raise Problem(FORBIDDEN, "Officers and organisers invite officers; the rest starts with `hoithi staff invite`.")
    if grant.series is None:
        return
    await desk.book.series(grant.series)
    if grant.unit is None:
        return
    tree = await desk.book.tree(grant.series)
    if grant.unit not in tree.open_to_entry:
        fault = (
            f"unit_id: the series {grant.series!r} has no unit {grant.unit[:100]!r}; its list of units shows them all"
        )
        raise Problem(INVITATION_FAULTS, fault, faults=[fault])
    if principal.kind != "machine":
        within(principal, grant.series, tree, grant.unit)
        above = roots(grants_of(principal), grant.series) - {grant.unit}
        is_below = any(grant.unit in subtree(tree.parents, root) for root in above)
        if not is_below and not covers(grants_of(principal), "organiser", grant.series):
            raise Problem(OUTSIDE_SUBTREE, "Officers invite for units below their own; a colleague comes from above.")


async def invite(connection: Connection, vault: Vault, asked: Asked) -> tuple[Invitation, str, Request | None]:
    """The invitation, its token, and the request that a second person must confirm before anybody can take it.

    The token follows from actor and key, so a repeat tells it again unstored.
    """
    name = login(asked.login) if asked.login is not None else None
    if asked.login is not None and name is None:
        fault = "login: 3 to 80 letters, digits and @ . _ + -"
        raise Problem(INVITATION_FAULTS, fault, faults=[fault])
    secret = vault.mac("invitation-1", asked.actor, asked.key) + vault.mac("invitation-2", asked.actor, asked.key)
    token = urlsafe_b64encode(secret).decode().rstrip("=")
    needs_second = await _needs_second(connection, asked)
    wanted = Invitation(uuid4(), name, asked.grant, asked.actor, asked.now + INVITATION_LIVES, None, needs_second)
    stored = await invitations.invite(connection, wanted, spent_hash(token), asked.now)
    if (stored.grant, stored.login) != (wanted.grant, wanted.login):
        raise Problem(KEY_REUSED, "Use a new Idempotency-Key for another invitation.")
    if stored.id == wanted.id:
        await note(connection, asked.actor, "staff.invite", str(stored.id), new=vars(asked.grant))
    request = await second.ask(connection, _request(stored), asked.recorded_at) if stored.waits else None
    return stored, token, request


async def _needs_second(connection: Connection, asked: Asked) -> bool:
    """Always, but for the server's own key where no organiser is there yet who could confirm."""
    if not asked.actor.startswith("machine:"):
        return True
    return await staff.organisers(connection, asked.grant.series, asked.now) > 0


def _request(invitation: Invitation) -> second.Asked:
    # Without the login, which may be an address of a person: the invitation's id stands for it.
    grant = invitation.grant
    content = {"invitation": str(invitation.id), "role": grant.role, "series_id": grant.series, "unit_id": grant.unit}
    scope = grant.series or EVERY_SERIES
    return second.Asked(GRANT, str(invitation.id), scope, content, None, invitation.invited_by)


async def _may_confirm(parts: Parts, principal: Principal, request: Request) -> None:
    if principal.kind == "machine":
        return
    grant = Grant(request.content["role"], request.content["series_id"], request.content["unit_id"])
    if not may_confirm(grants_of(principal), grant):
        raise Problem(FORBIDDEN, "An organiser confirms this, or for an officer's role an officer above.")
    if grant.unit is not None and grant.series is not None:
        within(principal, grant.series, await desk_of(parts).book.tree(grant.series), grant.unit)


async def _confirmed(_: Parts, connection: Connection, confirmed: Confirmed) -> None:
    await invitations.confirm(connection, UUID(confirmed.request.subject), confirmed.actor, confirmed.recorded_at)


GRANTING = Act(GRANT, _may_confirm, _confirmed)


def asked_by(
    principal: Principal, grant: Grant, login: str | None, key: str, times: tuple[datetime, datetime]
) -> Asked:
    return Asked(grant, login, actor_of(principal), key, *times)

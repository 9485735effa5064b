"""Whose data a member of staff may touch, from the token alone."""

from __future__ import annotations

from services.registration.book import Tree
from services.registration.changes import Order
from services.registration.domain.barred import fold
from services.registration.domain.staffing import Grant, covers, roots
from services.registration.domain.units import subtree
from services.registration.problems import FORM, OUTSIDE_SUBTREE
from services.registration.repository.contestants import Contestant
from services.runtime import access
from services.runtime.access import Principal, Role, actor_of
from services.runtime.edge import Edge
from services.runtime.problems import Problem

actor = actor_of


def grants_of(principal: Principal) -> tuple[Grant, ...]:
    """A machine's roles hold in every series: its token is minted on the server itself."""
    if principal.kind == "machine":
        return tuple(Grant(role.value) for role in principal.roles)
    return tuple(Grant(*grant) for grant in principal.claims.get("grants", ()))


def order(principal: Principal, edge: Edge, reason: str) -> Order:
    """What the caller orders, by whom and when. The person's row must be locked where sessions are to end by it."""
    return Order(actor(principal), reason, edge.now, edge.real_time(), edge.trace)


def impersonal(reason: str, person: Contestant) -> None:
    """Reasons stand in the log for ever, and the log holds ids only. Raises 422 for one that names the person."""
    if person.name and fold(person.name) in fold(reason):
        message = "reason: it stands in the log for ever; write it without the person's name"
        raise Problem(FORM, message, faults=[{"field": "reason", "code": "personal", "message": message}])


def need(principal: Principal, series_id: str, *roles: str) -> str:
    """The first of the roles that is held in this series; raises 403 for none: a role elsewhere does not count."""
    access.need(principal, series_id, *(Role(role) for role in roles))
    return next(role for role in roles if access.holds(principal, series_id, Role(role)))


def within(principal: Principal, series_id: str, tree: Tree, unit: str | None) -> frozenset[str]:
    """The units that may be read: the subtree of `unit`, or of all one looks after. Raises 403 for anything beyond."""
    own = roots(grants_of(principal), series_id)
    reach = frozenset[str]().union(*(subtree(tree.parents, root) for root in own))
    if covers(grants_of(principal), "organiser", series_id):
        reach = frozenset(tree.parents)
    asked = subtree(tree.parents, unit) if unit is not None else reach
    if not asked or not asked <= reach:
        raise Problem(OUTSIDE_SUBTREE, "Ask whoever looks after that unit.")
    return asked

"""The person behind a session, and the cookie that follows a change of rights."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from litestar.datastructures import Cookie

from services.registration.desk import Desk
from services.registration.problems import SESSION_OVER
from services.registration.repository import contestants
from services.registration.repository.contestants import Contestant
from services.registration.sessions import RENEWED_AFTER, Rights, contestant_cookie
from services.runtime.access import Principal
from services.runtime.database import Connection
from services.runtime.edge import Edge
from services.runtime.problems import Problem


async def own(connection: Connection, principal: Principal, *, lock: bool = False) -> Contestant:
    """Raises 401 where the session was ended or the person erased. `lock`: before any change."""
    person = await contestants.find(connection, UUID(principal.id), lock=lock)
    if person is None or (person.end_before and principal.claims["iat"] < person.end_before.timestamp()):
        raise Problem(SESSION_OVER, "Sign in with your phone or contestant number and your code.")
    return person


def renewed(desk: Desk, person: Contestant, held: Rights, principal: Principal, edge: Edge) -> list[Cookie]:
    """A new session where the rights are others than the token's, or the token is old; else nothing."""
    if is_stale(person, held, principal, edge):
        return [contestant_cookie(desk.parts, held, edge.real_now, person.renew_before)]
    return []


def is_stale(person: Contestant, held: Rights, principal: Principal, edge: Edge) -> bool:
    others = held.claims().items() - principal.claims.items()
    return bool(others) or _must_renew(person, principal.claims["iat"], edge.real_now)


def _must_renew(person: Contestant, issued: int, now: datetime) -> bool:
    old = now.timestamp() - issued > RENEWED_AFTER.total_seconds()
    return old or (person.renew_before is not None and issued < person.renew_before.timestamp())

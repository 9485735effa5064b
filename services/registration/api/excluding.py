"""Excluding somebody: one organiser alone while the contest runs, two once there are places to lose (rule 11)."""

from __future__ import annotations

from uuid import UUID

from services.registration.api.reach import need
from services.registration.changes import Order, exclude, locked
from services.registration.desk import Desk
from services.registration.repository import contestants
from services.registration.repository.contestants import Contestant
from services.runtime import Parts, second
from services.runtime.access import Principal
from services.runtime.database import Connection
from services.runtime.second import Request
from services.runtime.second_api import Act, Confirmed

EXCLUDING = "contestant.exclusion"


async def ask_second(
    connection: Connection, desk: Desk, person: Contestant, excluded: bool, order: Order
) -> Request | None:
    """What waits now for a second person; None where one is enough.

    Registration is not told who stands in a prize place, so after the end everybody who took part counts as if they did.
    """
    series = await desk.book.series(person.series_id)
    if person.excluded == excluded or series.state(order.now) != "over":
        return None
    if not await contestants.took_part(connection, person.id):
        return None
    content = {"contestant": str(person.id), "excluded": excluded, "version": person.version}
    wanted = second.Asked(EXCLUDING, str(person.id), person.series_id, content, order.reason, order.actor)
    return await second.ask(connection, wanted, order.recorded_at)


async def _may(_: Parts, principal: Principal, request: Request) -> None:
    need(principal, request.scope, "organiser")


async def _exclude(parts: Parts, connection: Connection, confirmed: Confirmed) -> None:
    request = confirmed.request
    person = await locked(connection, request.scope, UUID(request.subject))
    order = Order(confirmed.actor, request.reason or "", confirmed.now, parts.clock.now(), confirmed.trace)
    await exclude(connection, person, bool(request.content["excluded"]), order)


EXCLUSION = Act(EXCLUDING, _may, _exclude)

"""What is held of the caller beyond `/me`, short enough to look over; all of it is in the export."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, get
from msgspec import Struct

from services.contracts.rules import Text
from services.registration.api.own import own
from services.registration.api.shape import refuses
from services.registration.desk import Desk
from services.registration.problems import SESSION_OVER
from services.registration.repository import contestants
from services.runtime.access import Principal, Role, allow


class Details(Struct):
    unit: Text | None
    phone: str
    """Whether the contest asks for it: `required`, `optional`, `off`."""
    phone_end: str | None
    """The last three digits: enough to know it again, too little to call."""
    id_number_end: str | None
    registered_at: datetime


@get("/me/details", guards=[allow(Role.CONTESTANT)], responses=refuses(SESSION_OVER))
async def details(desk: Desk, principal: Principal) -> Response[Details]:
    """Unit, and the ends of the caller's phone and ID number."""
    async with desk.parts.pool.acquire() as connection:
        person = await own(connection, principal)
        held = await contestants.held(connection, person.id)
    asked = (await desk.book.series(person.series_id)).rules.registration.fields.get("phone", "off")
    ends = [desk.vault.open(sealed, str(person.id))[-3:] if sealed else None for sealed in held.sealed]
    answer = Details(held.unit, asked, ends[0], ends[1], person.registered_at)
    return Response(answer, headers={"cache-control": "no-store"})


routes = [details]

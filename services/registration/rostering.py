"""Rosters: an officer's list of names becomes slips, a slip becomes a registration; the names go after the results."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.registration.changes import Order
from services.registration.domain import phone, text
from services.registration.domain.entry import Fault
from services.registration.domain.tickets import SLIP_DIGITS, from_bytes
from services.registration.repository import slips
from services.registration.repository.slips import Slip
from services.registration.vault import Vault
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.logs import logger
from services.runtime.parts import Parts

KEPT_AFTER_RESULTS = timedelta(days=30)
PURGE_EVERY = 3600.0


@dataclass(frozen=True)
class Name:
    """One line of an officer's list, as it was given."""

    name: str
    birth_date: date | None = None
    phone: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Roster:
    series_id: str
    unit_id: str
    key: str
    """Idempotency-Key: the numbers of the slips follow from it, so that a repeat tells them again unstored."""


def faults(names: Sequence[Name], categories: frozenset[str], today: date) -> list[Fault]:
    """Everything that is wrong with a list, by line."""
    found = []
    for at, each in enumerate(names):
        if text.name(each.name) is None:
            found.append(Fault(f"people[{at}].name", "not-valid", f"people[{at}].name: cannot be read"))
        if each.phone and phone.normalise(each.phone) is None:
            found.append(Fault(f"people[{at}].phone", "not-valid", f"people[{at}].phone: no Vietnamese mobile number"))
        if each.category is not None and each.category not in categories:
            found.append(
                Fault(f"people[{at}].category", "not-valid", f"people[{at}].category: not one of this contest")
            )
        if each.birth_date is not None and each.birth_date > today:
            found.append(Fault(f"people[{at}].birth_date", "not-valid", f"people[{at}].birth_date: lies in the future"))
    return found


async def invite(
    connection: Connection, vault: Vault, roster: Roster, names: Sequence[Name], order: Order
) -> list[tuple[Slip, str]]:
    """The slips with their numbers. `names` must be without faults."""
    made = [_slip(vault, roster, each, (at, order)) for at, each in enumerate(names)]
    await slips.add(connection, [slip for slip, _ in made])
    new = {"unit": roster.unit_id, "slips": len(made)}
    await note(connection, order.actor, "roster.import", roster.series_id, order.reason, new=new)
    return made


def _slip(vault: Vault, roster: Roster, each: Name, place: tuple[int, Order]) -> tuple[Slip, str]:
    at, order = place
    seed = (order.actor, roster.key, roster.series_id, str(at))
    number = from_bytes(vault.mac("slip", *seed), SLIP_DIGITS)
    id_ = UUID(bytes=vault.mac("slip-id", *seed))
    name = text.name(each.name) or ""
    mobile = phone.normalise(each.phone) if each.phone else None
    sealed = vault.seal(mobile, str(id_)) if mobile else None
    slip = Slip(
        id_, roster.series_id, roster.unit_id, name, text.sort_key(name), each.birth_date, each.category, sealed,
        slip_hash(vault, roster.series_id, number), order.actor, order.now,
    )  # fmt: skip
    return slip, number


def slip_hash(vault: Vault, series_id: str, number: str) -> bytes:
    return vault.mac("slip-hash", series_id, number)


async def purge_rosters(parts: Parts) -> None:
    """Background work: 30 days after the results nobody needs to know who did not come."""
    while True:
        async with parts.pool.acquire() as connection, connection.transaction():
            gone = await slips.purge(connection, parts.clock.now() - KEPT_AFTER_RESULTS)
        if gone:
            logger("rosters").info("purged", slips=gone)
        await asyncio.sleep(PURGE_EVERY)

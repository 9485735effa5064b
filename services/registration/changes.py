"""What may happen to somebody after they registered: load, decide, save, announce."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.contracts.events import ContestantEvent, ContestantExcluded, ContestantMoved, SessionsRevoked
from services.registration.problems import UNKNOWN_CONTESTANT
from services.registration.repository import contestants
from services.registration.repository.contestants import Contestant
from services.registration.sessions import next_second
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.outbox import Outgoing, put
from services.runtime.problems import Problem

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Order:
    """Who orders a change, why, and when: `now` in the contest's time, `recorded_at` in real time."""

    actor: str
    reason: str
    now: datetime
    recorded_at: datetime
    trace: str


@dataclass(frozen=True)
class Place:
    unit_id: str | None
    category: str | None
    group: str | None


async def locked(connection: Connection, series_id: str, contestant_id: UUID) -> Contestant:
    """The person's row, held until the transaction ends. Raises 404 also for somebody of another series."""
    person = await contestants.find(connection, contestant_id, lock=True)
    if person is None or person.series_id != series_id:
        raise Problem(UNKNOWN_CONTESTANT, "Nobody in this series has this id.")
    return person


async def exclude(connection: Connection, person: Contestant, excluded: bool, order: Order) -> bool:
    """False where it is so already. It acts at marking and counting; a running paper goes on."""
    if person.excluded == excluded:
        return False
    await contestants.set_excluded(connection, person.id, excluded)
    action = "contestant.exclude" if excluded else "contestant.readmit"
    what = {"old": {"excluded": person.excluded}, "new": {"excluded": excluded}}
    await note(connection, order.actor, action, str(person.id), order.reason, **what)
    fact = ContestantExcluded(**_head(person, order, 1), excluded=excluded)
    await _announce(connection, person, order, [fact, await _renew(connection, person, order, 2)])
    return True


async def move(connection: Connection, person: Contestant, place: Place, order: Order) -> bool:
    """False where the person stands there already. The whole history goes along."""
    before = Place(person.unit_id, person.category, person.group_id)
    if before == place:
        return False
    await contestants.move(connection, person, (place.unit_id, place.category, place.group))
    what = {"old": vars(before), "new": vars(place)}
    await note(connection, order.actor, "contestant.move", str(person.id), order.reason, **what)
    fact = ContestantMoved(**_head(person, order, 1), unit_id=place.unit_id, category=place.category, group=place.group)
    await _announce(connection, person, order, [fact, await _renew(connection, person, order, 2)])
    return True


async def renew(connection: Connection, person: Contestant, order: Order) -> None:
    """A right was taken away that no other fact tells of, such as a guardian's consent."""
    await _announce(connection, person, order, [await _renew(connection, person, order, 1)])


async def end_sessions(connection: Connection, person: Contestant, order: Order) -> None:
    """Every device is signed out, here, at quiz and at scoring. An open paper has a credential of its own."""
    not_before = _not_before(person, order)
    await contestants.end_sessions(connection, person.id, not_before)
    fact = SessionsRevoked(**_head(person, order, 1), not_before=not_before, ended=True)
    await _announce(connection, person, order, [fact])


def _not_before(person: Contestant, order: Order) -> datetime:
    not_before = next_second(order.recorded_at)
    if person.renew_before is not None and person.renew_before >= not_before:
        # What was handed out after the last change is dated up to its `not_before`: twice within a second must tell.
        return person.renew_before + SECOND
    return not_before


async def _renew(connection: Connection, person: Contestant, order: Order, step: int) -> SessionsRevoked:
    """Rights changed: tokens issued so far are refused, and exchanged for new ones at the next "who am I"."""
    not_before = _not_before(person, order)
    await contestants.renew_sessions(connection, person.id, not_before)
    return SessionsRevoked(**_head(person, order, step), not_before=not_before)


def _head(person: Contestant, order: Order, step: int) -> dict[str, Any]:
    return {
        "series_id": person.series_id, "contestant_id": str(person.id), "version": person.version + step,
        "time": order.now, "recorded_at": order.recorded_at, "rehearsal": person.rehearsal,
    }  # fmt: skip


async def announce(
    connection: Connection, person: Contestant, order: Order, kinds: Sequence[type[ContestantEvent]]
) -> None:
    """Facts that say no more than that they are so, the first as the person's next version."""
    facts = [kind(**_head(person, order, step)) for step, kind in enumerate(kinds, 1)]
    await _announce(connection, person, order, facts)


async def _announce(connection: Connection, person: Contestant, order: Order, facts: Sequence[ContestantEvent]) -> None:
    await contestants.keep_facts(connection, person.id, facts)
    await put(connection, [Outgoing(fact, order.trace) for fact in facts])

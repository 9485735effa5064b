"""What quiz takes from `registrations`: it only ever takes rights away."""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.events import ContestantErased, ContestantExcluded, SessionsRevoked
from services.quiz import repository
from services.runtime import Parts
from services.runtime.consumer import Received, Subscription
from services.runtime.database import Connection


def consumes(_: Parts) -> Sequence[Subscription]:
    return [
        Subscription("registrations", (ContestantExcluded, ContestantErased, SessionsRevoked), note, fetch_wait_ms=500)
    ]


async def note(connection: Connection, batch: Sequence[Received]) -> None:
    events = [received.event for received in batch]
    excluded: dict[str, ContestantExcluded] = {}
    for event in events:
        if isinstance(event, ContestantExcluded):
            known = excluded.get(event.contestant_id)
            if known is None or known.version < event.version:
                excluded[event.contestant_id] = event
    erased = [event.contestant_id for event in events if isinstance(event, ContestantErased)]
    revoked = [
        (event.contestant_id, event.not_before, event.ended) for event in events if isinstance(event, SessionsRevoked)
    ]
    told = (ContestantExcluded, ContestantErased, SessionsRevoked)
    everyone = {event.contestant_id: event.series_id for event in events if isinstance(event, told)}
    if not everyone:
        return
    await repository.note_contestants(connection, everyone)
    await repository.set_excluded(connection, [(e.contestant_id, e.version, e.excluded) for e in excluded.values()])
    await repository.set_erased(connection, erased)
    await repository.revoke(connection, revoked)

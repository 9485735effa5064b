"""Counting persons and scores: rollups move by differences, under the lock of the persons they are about (rule 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from services.contracts.events import (
    AttemptScored,
    ContestantErased,
    ContestantEvent,
    ContestantExcluded,
    ContestantMoved,
    ContestantRegistered,
)
from services.runtime.consumer import Handled, Received
from services.runtime.database import Connection
from services.runtime.logs import logger, trace_ids
from services.runtime.metrics import METRICS
from services.stats.domain.hours import local_hour
from services.stats.domain.ledger import Ledger
from services.stats.domain.people import Person, apply
from services.stats.domain.source import Newest
from services.stats.repository import definitions, facts, people, rollups
from services.stats.repository.facts import Row

_log = logger("stats")
PERSONS = (ContestantRegistered, ContestantMoved, ContestantExcluded, ContestantErased)


class Counter:
    """Counts persons and scores. One per process; remembers the time zones of contests.

    `now` is real time, for the seconds from submission to count; None where what is counted is old (a rebuild).
    """

    def __init__(self, now: Callable[[], datetime] | None) -> None:
        self._now = now
        self._zones: dict[str, str] = {}
        self._series_zones: dict[str, str] = {}

    async def take_registrations(self, connection: Connection, batch: Sequence[Received]) -> Handled:
        """A person's whole history moves with them; what names a series without a known contest waits."""
        events = [(received, received.event) for received in batch if isinstance(received.event, PERSONS)]
        await self._learn(connection, set(), {event.series_id for _, event in events})
        waiting = [received for received, event in events if event.series_id not in self._series_zones]
        ready = [event for _, event in events if event.series_id in self._series_zones]
        if ready:
            ready.sort(key=lambda event: event.version)
            before = await people.lock(connection, {event.contestant_id: event.series_id for event in ready})
            await self._change(connection, before, self._after(before, ready), _registered(ready))
        return Handled(waiting=waiting)

    def _after(self, before: dict[str, Person], events: Sequence[ContestantEvent]) -> dict[str, Person]:
        """Only those who are not the same as before."""
        after = dict(before)
        for event in events:
            hour = local_hour(event.time, self._series_zones[event.series_id])
            after[event.contestant_id] = apply(after[event.contestant_id], event, hour)
        return {id_: person for id_, person in after.items() if person is not before[id_]}

    async def _change(
        self, connection: Connection, before: dict[str, Person], after: dict[str, Person], newest: dict[str, Newest]
    ) -> None:
        with_history = [id_ for id_ in after if before[id_].took_part]
        histories = await facts.of_people(connection, with_history) if with_history else {}
        ledger = Ledger()
        for id_, person in after.items():
            ledger.change(before[id_], person, histories.get(id_, ()))
        await people.save(connection, after.values())
        await rollups.move(connection, ledger.moves, newest)

    async def take_scores(self, connection: Connection, batch: Sequence[Received]) -> Handled:
        """A score of an unknown person does not wait: it counts under no unit until the registration arrives."""
        newest: dict[str, AttemptScored] = {}
        for received in batch:
            event = received.event
            if isinstance(event, AttemptScored):
                held = newest.get(event.attempt_id)
                if held is None or held.version < event.version:
                    newest[event.attempt_id] = event
        await self._learn(connection, {event.contest_id for event in newest.values()}, set())
        waiting = [r for r in batch if isinstance(r.event, AttemptScored) and r.event.contest_id not in self._zones]
        ready = [event for event in newest.values() if event.contest_id in self._zones]
        if ready:
            ready.sort(key=lambda event: (event.contestant_id, event.attempt_id))
            counted = await self._count(connection, ready)
            self._tell(batch, counted)
        return Handled(waiting=waiting)

    async def _count(self, connection: Connection, events: Sequence[AttemptScored]) -> int:
        """How many attempts were counted for the first time."""
        # The lock comes first: whoever moves a person between units meanwhile would move a history that misses these.
        known = await people.lock(connection, {event.contestant_id: event.series_id for event in events})
        rows = [Row(event, local_hour(event.submitted_at, self._zones[event.contest_id])) for event in events]
        inserted = await facts.insert(connection, rows)
        again = [event for event in events if event.attempt_id not in inserted]
        stored = await facts.find(connection, [(e.contestant_id, e.attempt_id) for e in again]) if again else {}
        ledger, joined, changed = Ledger(), [], []
        for row in rows:
            event, old = row.event, stored.get(row.event.attempt_id)
            if old is not None and old.version >= event.version:
                continue
            person = known[event.contestant_id]
            known[event.contestant_id] = ledger.score(person, old, row.fact)
            if known[event.contestant_id] is not person:
                joined.append((event.contestant_id, event.contest_id))
            if old is not None:
                changed.append(event)
        if changed:
            await facts.update(connection, changed)
        if joined:
            await people.take_part(connection, joined)
        await rollups.move(connection, ledger.moves, _submitted(events))
        self._measure(events, inserted)
        return len(inserted)

    def _measure(self, events: Sequence[AttemptScored], inserted: set[str]) -> None:
        if self._now is not None:
            now = self._now()
            for event in events:
                if event.attempt_id in inserted:
                    METRICS.submit_to_counted.observe(max(0.0, (now - event.submission_recorded_at).total_seconds()))

    def _tell(self, batch: Sequence[Received], counted: int) -> None:
        if self._now is not None:
            traces = trace_ids(received.trace for received in batch)
            _log.info("counted", records=len(batch), counted=counted, traces=traces)

    async def _learn(self, connection: Connection, contests: set[str], series: set[str]) -> None:
        missing = contests - self._zones.keys()
        strange = series - self._series_zones.keys()
        if missing or strange:
            for rules in await definitions.zones(connection, missing, strange):
                self._zones[rules.id] = rules.time_zone
                if rules.series_id in strange:
                    # Rounds may differ: people register by the clock of the first.
                    self._series_zones.setdefault(rules.series_id, rules.time_zone)


def _registered(events: Sequence[ContestantEvent]) -> dict[str, Newest]:
    newest: dict[str, datetime] = {}
    for event in events:
        if isinstance(event, ContestantRegistered):
            newest[event.series_id] = max(event.time, newest.get(event.series_id, event.time))
    return {scope: Newest(registered_at=at) for scope, at in newest.items()}


def _submitted(events: Sequence[AttemptScored]) -> dict[str, Newest]:
    newest: dict[str, datetime] = {}
    for event in events:
        newest[event.contest_id] = max(event.submitted_at, newest.get(event.contest_id, event.submitted_at))
    return {scope: Newest(submitted_at=at) for scope, at in newest.items()}

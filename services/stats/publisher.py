"""Telling the public numbers: one elected process, each changed key at most once a second, all of them every minute."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from services.contracts.events import Phase, StatsUnit
from services.runtime import Parts
from services.runtime.database import Connection
from services.runtime.leadership import lead
from services.runtime.metrics import METRICS
from services.runtime.periodic import every
from services.runtime.publisher import Outgoing
from services.stats.domain.hours import local_hour
from services.stats.domain.phases import phase
from services.stats.domain.snapshot import Snapshot
from services.stats.repository import rollups
from services.stats.repository.definitions import Contest
from services.stats.view import View

EVERYTHING_AFTER = 60.0
_PHASES: tuple[Phase, ...] = ("not_open", "open", "closing", "closed", "published")


async def refresh(parts: Parts) -> None:
    """Background of every process: keeps its view new."""
    view: View = parts.state["view"]
    await every(1.0, lambda: view.refresh(parts.clock.now()))


async def run(parts: Parts) -> None:
    """Background of every process; only the one that leads publishes."""
    await lead(parts.settings, "publisher", Publishing(parts).lead)


class Publishing:
    """One term of leading: begins with everything, because what the last leader got out is not known."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._view: View = parts.state["view"]
        self._told: dict[str, Snapshot] = {}

    async def lead(self, connection: Connection) -> None:
        try:
            await self._publish_for_ever(connection)
        finally:
            # Whoever leads now says in which phase a contest is: what was true here would stand for ever.
            METRICS.contest_phase.clear()

    async def _publish_for_ever(self, connection: Connection) -> None:
        self._told.clear()
        everything_at = 0.0
        while True:
            started = self._parts.clock.monotonic()
            if started - everything_at > EVERYTHING_AFTER:
                self._told.clear()
                everything_at = started
            await self.once(connection)
            await asyncio.sleep(max(0.05, 1.0 - (self._parts.clock.monotonic() - started)))

    async def once(self, connection: Connection) -> int:
        """Moves what time alone changes, and publishes what differs from what was told. How many events."""
        now = self._parts.clock.now()
        await self._tick(connection, now)
        await self._view.refresh(now)
        new = {
            contest_id: shown.snapshot
            for contest_id, shown in self._view.shown.items()
            if self._told.get(contest_id) is not shown.snapshot
        }
        # First what is small and looked at most: the totals are in their files while the units are still being told.
        await self._parts.publish([Outgoing(snapshot.contest) for snapshot in new.values()])
        told = len(new)
        for contest_id, snapshot in new.items():
            units = list(_changed(self._told.get(contest_id), snapshot))
            await self._parts.publish([Outgoing(unit) for unit in units])
            self._told[contest_id] = snapshot
            await rollups.mark_published(connection, contest_id, snapshot.contest.version)
            METRICS.stats_age.set(now.timestamp())
            told += len(units)
        return told

    async def _tick(self, connection: Connection, now: datetime) -> None:
        for contest_id, contest in self._view.contests.items():
            current = self._phase(contest, now)
            METRICS.contest_phase.labels(contest_id).set(_PHASES.index(current))
            hour = local_hour(self._view.data_time(contest, now), "UTC")
            known = self._view.revs.get(contest_id)
            if known is not None and (known.phase != current or (known.held_hour != hour and current == "open")):
                async with connection.transaction():
                    await rollups.tick(connection, contest_id, current, hour)

    def _phase(self, contest: Contest, now: datetime) -> Phase:
        at = self._view.data_time(contest, now)
        return phase(contest.rules, at, closed=contest.closed, announced=contest.announced)


def _changed(before: Snapshot | None, after: Snapshot) -> Iterator[StatsUnit]:
    """Every unit that reads otherwise than it was told."""
    told = {**before.units, **before.gone} if before else {}
    for unit_id, unit in {**after.units, **after.gone}.items():
        if not _same(told.get(unit_id), unit):
            yield unit


def _same(told: StatsUnit | None, unit: StatsUnit) -> bool:
    return told is not None and unit == replace(
        told, version=unit.version, time=unit.time, recorded_at=unit.recorded_at
    )

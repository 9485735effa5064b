"""Events of one made-up contest for stats, and the handlers as the runtime calls them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from services.contracts.events import AttemptScored, ContestantRegistered, ContestDefined, Event, UnitDefined
from services.contracts.rules import Paper, PredictedQuantity, Prediction, Rules, Text
from services.runtime.consumer import Handled, Received
from services.runtime.publisher import Outgoing
from services.stats import handlers
from services.stats.counter import Counter
from services.stats.repository import audit

OPENS = datetime(2023, 8, 31, 17, tzinfo=UTC)


def received(events: Sequence[Event]) -> list[Received]:
    return [Received(event, event.topic, 0, offset, 0, None) for offset, event in enumerate(events)]


@dataclass
class Story:
    """A contest whose ids no other test has; `series` is the contest itself unless given."""

    contest: str = field(default_factory=lambda: f"c-{uuid.uuid4().hex[:8]}")
    series: str = ""
    predicted: PredictedQuantity | None = None

    def __post_init__(self) -> None:
        self.series = self.series or self.contest

    def at(self, moment: datetime, version: int) -> dict[str, Any]:
        return {"version": version, "time": moment, "recorded_at": moment, "series_id": self.series, "rehearsal": True}

    def defined(self, version: int = 1) -> ContestDefined:
        rules = Rules(
            id=self.contest, series_id=self.series, title=Text("Thi"), opens=OPENS, closes=OPENS + timedelta(days=30),
            paper=Paper(minutes=20, fixed=("q1",)),
            prediction=Prediction(Text("?"), self.predicted) if self.predicted else None,
        )  # fmt: skip
        return ContestDefined(**self.at(OPENS, version), contest_id=self.contest, rules=rules, bank_version=1)

    def unit(self, unit: str, parent: str | None = None, version: int = 1, **more: Any) -> UnitDefined:
        return UnitDefined(**self.at(OPENS, version), unit_id=unit, name=Text(unit.upper()), parent=parent, **more)

    def person(self, n: int) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.series}|{n}"))

    def about(self, kind: Any, n: int, version: int, **more: Any) -> Any:
        when = OPENS + timedelta(hours=version, minutes=n)
        return kind(**self.at(when, version), contestant_id=self.person(n), **more)

    def registered(self, n: int, unit: str | None) -> ContestantRegistered:
        found: ContestantRegistered = self.about(ContestantRegistered, n, 1, unit_id=unit, category="x")
        return found

    def scored(self, n: int, ordinal: int, version: int = 1, contest: str = "", **more: Any) -> AttemptScored:
        when = OPENS + timedelta(hours=3 * ordinal, minutes=n)
        values: dict[str, Any] = {
            "right": (n + ordinal) % 3, "valid": True, "perfect": (n + ordinal) % 3 == 2, "submitted_at": when, **more,
        }  # fmt: skip
        return AttemptScored(
            **self.at(when, version), contest_id=contest or self.contest, contestant_id=self.person(n),
            attempt_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.contest}|{n}|{ordinal}")), ordinal=ordinal, how="by_hand",
            submission_recorded_at=when, marking_revision=1, questions=2, score=values["right"], max_score=2,
            duration_ms=1000, **values,
        )  # fmt: skip


class Stats:
    """One process: each batch in a transaction of its own, as the runtime does it."""

    def __init__(self, pool: Any) -> None:
        self.pool, self.counter = pool, Counter(None)
        self._take = {s.topic: s.handle for s in handlers.subscriptions(self.counter)}

    async def take(self, *events: Event) -> Handled:
        """A batch of one topic; a deadlock is tried again, like the runtime does."""
        for attempt in range(20):
            try:
                async with self.pool.acquire() as connection, connection.transaction():
                    return await self._take[events[0].topic](connection, received(events)) or Handled()
            except asyncpg.DeadlockDetectedError:
                if attempt == 19:
                    raise
        raise AssertionError

    async def differences(self) -> list[dict[str, Any]]:
        async with self.pool.acquire() as connection:
            return await audit.differences(connection)

    async def counts(self, contest: str) -> tuple[int, ...]:
        async with self.pool.acquire() as connection:
            return tuple((await audit.totals(connection, contest)).values())

    async def unit(self, unit: str) -> tuple[int, ...]:
        row = await self.pool.fetchrow(
            """select sum(registrants), sum(participants), sum(attempts), sum(valid), sum(perfect)
            from rollups where kind = 'unit' and unit = $1""",
            unit,
        )  # fmt: skip
        return tuple(int(n or 0) for n in row)


class Heard:
    """A publisher that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        self.events += [item.event for item in outgoing]

    def taken(self) -> list[Event]:
        taken, self.events = self.events, []
        return taken

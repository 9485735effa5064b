"""What stats does with what it reads. The runtime opens and commits the transactions."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.contracts.events import (
    AttemptScored,
    AwardAnnounced,
    ContestClosed,
    ContestDefined,
    RankingSealed,
    UnitDefined,
    UnitMerged,
)
from services.runtime import Parts
from services.runtime.consumer import Handled, Received, Refused, Subscription
from services.runtime.database import Connection
from services.stats.counter import PERSONS, Counter
from services.stats.domain.source import Newest
from services.stats.repository import definitions, rollups


def consumes(parts: Parts) -> Sequence[Subscription]:
    return subscriptions(Counter(parts.clock.now))


def subscriptions(counter: Counter, max_records: int = 1000) -> Sequence[Subscription]:
    return (
        Subscription("units", (UnitDefined, UnitMerged), take_units, reference=True),
        Subscription("contests", (ContestDefined, ContestClosed), take_contests, reference=True),
        Subscription("registrations", PERSONS, counter.take_registrations, max_records=max_records),
        Subscription("scores", (AttemptScored,), counter.take_scores, max_records=max_records),
        Subscription("published", (RankingSealed, AwardAnnounced), take_published, fetch_wait_ms=500),
    )


async def take_units(connection: Connection, batch: Sequence[Received]) -> None:
    """Units move no rollup: the tree is resolved when the snapshot is built."""
    series: set[str] = set()
    for received in batch:
        event = received.event
        if isinstance(event, UnitDefined):
            await definitions.define_unit(connection, event)
            series.add(event.series_id)
        elif isinstance(event, UnitMerged):
            await definitions.merge_unit(connection, event)
            series.add(event.series_id)
    await rollups.bump(connection, dict.fromkeys(series, Newest()), definitions=True)


async def take_contests(connection: Connection, batch: Sequence[Received]) -> None:
    ids: set[str] = set()
    for received in batch:
        event = received.event
        if isinstance(event, ContestDefined):
            _check_zone(event)
            await definitions.define(connection, event)
            ids.add(event.contest_id)
        elif isinstance(event, ContestClosed):
            await definitions.close(connection, event)
            ids.add(event.contest_id)
    await rollups.bump(connection, dict.fromkeys(ids, Newest()), definitions=True)


def _check_zone(event: ContestDefined) -> None:
    try:
        ZoneInfo(event.rules.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(f"{event.contest_id}: time_zone: {event.rules.time_zone[:60]!r} does not exist") from None


async def take_published(connection: Connection, batch: Sequence[Received]) -> Handled:
    known = await definitions.contests(connection)
    announced: set[str] = set()
    waiting = []
    for received in batch:
        event = received.event
        if isinstance(event, AwardAnnounced) and event.contest_id in known:
            await definitions.announce(connection, event.contest_id, event.time)
            announced.add(event.contest_id)
        elif isinstance(event, AwardAnnounced):
            waiting.append(received)
    await rollups.bump(connection, dict.fromkeys(announced, Newest()), definitions=True)
    return Handled(waiting=waiting)

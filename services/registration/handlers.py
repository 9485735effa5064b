"""What registration reads from Kafka: the rules it registers by, who has handed in a paper, what was announced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.contracts.events import AttemptSubmitted, AwardAnnounced, ContestClosed, ContestDefined, RankingSealed
from services.registration.repository import contestants, contests, erasure
from services.runtime import Parts
from services.runtime.consumer import Received, Subscription
from services.runtime.database import Connection


def consumes(_: Parts) -> Sequence[Subscription]:
    return (
        Subscription("contests", (ContestDefined, ContestClosed), keep_rules, reference=True),
        Subscription("published", (RankingSealed, AwardAnnounced), take_published, fetch_wait_ms=500),
        Subscription("attempts", (AttemptSubmitted,), mark_took_part, fetch_wait_ms=500),
    )


async def keep_rules(connection: Connection, batch: Sequence[Received]) -> None:
    """The newest definition of each contest; then what was closed."""
    events = [received.event for received in batch]
    await contests.keep(connection, _newest(event for event in events if isinstance(event, ContestDefined)))
    await contests.close(connection, [event for event in events if isinstance(event, ContestClosed)])


def _newest(defined: Iterable[ContestDefined]) -> list[ContestDefined]:
    newest: dict[str, ContestDefined] = {}
    for event in defined:
        if event.contest_id not in newest or event.version > newest[event.contest_id].version:
            newest[event.contest_id] = event
    return list(newest.values())


async def mark_took_part(connection: Connection, batch: Sequence[Received]) -> None:
    """A voided attempt was handed in all the same: it stays."""
    submitted = [received.event for received in batch if isinstance(received.event, AttemptSubmitted)]
    await contestants.mark_took_part(connection, [(event.contestant_id, event.contest_id) for event in submitted])


async def take_published(connection: Connection, batch: Sequence[Received]) -> None:
    """What ends with sealing, what begins with results, and whose file is kept for a prize."""
    events = [received.event for received in batch]
    await erasure.seal(connection, [event for event in events if isinstance(event, RankingSealed)])
    await erasure.announce(connection, [event for event in events if isinstance(event, AwardAnnounced)])

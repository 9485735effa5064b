"""What scoring does with what it reads. The runtime opens and commits the transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial

from services.contracts.events import (
    AnswerKeySealed,
    AttemptSubmitted,
    AttemptVoided,
    ContestantErased,
    ContestantExcluded,
    ContestClosed,
    ContestDefined,
    SessionsRevoked,
)
from services.runtime import Parts
from services.runtime.clock import Clock
from services.runtime.consumer import Handled, Received, Refused, Subscription
from services.runtime.database import Connection
from services.runtime.logs import logger, trace_ids
from services.runtime.metrics import METRICS
from services.runtime.publisher import Outgoing
from services.scoring.domain.folding import Folded, fold
from services.scoring.domain.keys import Known, decide
from services.scoring.domain.marking import mark, within_tries
from services.scoring.keyring import BadBox, Keyring
from services.scoring.known import Contests
from services.scoring.repository import contests, keys, scores
from services.scoring.repository.scores import Marked

_log = logger("scoring")
NEVER_AGAIN = datetime(9999, 1, 1, tzinfo=UTC)
"""No session of an erased person is ever good again."""


def consumes(parts: Parts) -> Sequence[Subscription]:
    keyring: Keyring = parts.state["keyring"]
    marker = Marker(Contests(keyring), parts.clock)
    return (
        Subscription("contests", (ContestDefined, ContestClosed), take_contests, reference=True),
        Subscription("answer-keys", (AnswerKeySealed,), partial(take_keys, keyring), reference=True),
        Subscription(
            "registrations",
            (ContestantExcluded, ContestantErased, SessionsRevoked),
            take_registrations,
            fetch_wait_ms=500,
        ),
        Subscription("attempts", (AttemptSubmitted, AttemptVoided), marker.take_attempts),
    )


async def take_contests(connection: Connection, batch: Sequence[Received]) -> None:
    events = [received.event for received in batch]
    await contests.define(connection, [event for event in events if isinstance(event, ContestDefined)])
    await contests.close(connection, [event for event in events if isinstance(event, ContestClosed)])


async def take_registrations(connection: Connection, batch: Sequence[Received]) -> None:
    """It only takes away: validity from who is excluded, and results from sessions that are over."""
    await take_exclusions(connection, batch)
    over: dict[tuple[str, str], datetime] = {}
    for received in batch:
        event = received.event
        if isinstance(event, ContestantErased):
            over[event.contestant_id, event.series_id] = NEVER_AGAIN
        elif isinstance(event, SessionsRevoked) and event.ended:
            person = event.contestant_id, event.series_id
            over[person] = max(event.not_before, over.get(person, event.not_before))
    await contests.revoke_sessions(connection, over)


async def take_exclusions(connection: Connection, batch: Sequence[Received]) -> None:
    newest: dict[str, ContestantExcluded] = {}
    for received in batch:
        event = received.event
        if isinstance(event, ContestantExcluded) and (
            (held := newest.get(event.contestant_id)) is None or held.version < event.version
        ):
            newest[event.contestant_id] = event
    await contests.exclude(connection, list(newest.values()))


async def take_keys(keyring: Keyring, connection: Connection, batch: Sequence[Received]) -> None:
    """Keys that say nothing new are ignored; one that says something else too late is kept beside, and told."""
    events = [received.event for received in batch if isinstance(received.event, AnswerKeySealed)]
    of_contest: dict[str, list[AnswerKeySealed]] = {}
    for event in events:
        of_contest.setdefault(event.contest_id, []).append(event)
    await contests.create_missing(connection, of_contest.keys())
    # Alone: nothing is being marked by the old keys while they are replaced.
    await contests.lock(connection, of_contest.keys(), alone=True)
    for contest_id, of_one in sorted(of_contest.items()):
        await _take_keys_of(keyring, connection, contest_id, of_one)


async def _take_keys_of(
    keyring: Keyring, connection: Connection, contest_id: str, events: Sequence[AnswerKeySealed]
) -> None:
    marked = await keys.anything_marked(connection, contest_id)
    boxes = await keys.boxes(connection, contest_id, {event.question_id for event in events})
    known = {question: Known(keyring.open(box.sealed), box.newest) for question, box in boxes.items()}
    replaced = False
    for event in events:
        try:
            arrived = keyring.open(event.sealed)
        except BadBox as fault:
            raise Refused(f"{event.subject}: {fault}") from None
        fate = decide(known.get(event.question_id), arrived, event.version, marked=marked)
        if fate in ("store", "replace"):
            await keys.apply(connection, event)
            known[event.question_id] = Known(arrived, event.version)
            replaced = replaced or fate == "replace"
        elif fate == "settle":
            await keys.settle(connection, event)
        elif fate == "pend":
            await keys.keep_pending(connection, event)
            _log.warning("a key differs from the one in use and waits for a regrade", key=event.subject)
        if fate in ("settle", "pend"):
            known[event.question_id] = Known(known[event.question_id].key, event.version)
    if replaced:
        await contests.raise_revision(connection, contest_id)
    METRICS.keys_pending.labels(contest_id).set(await keys.pending(connection, contest_id))


class Marker:
    """Marks submissions with the keys of their contest, and tells what is stored."""

    def __init__(self, known: Contests, clock: Clock) -> None:
        self._known, self._clock = known, clock

    async def take_attempts(self, connection: Connection, batch: Sequence[Received]) -> Handled:
        """Attempts whose contest or keys are not here wait. Of all others what is *stored* is published, repeats too."""
        folded = fold(received.event for received in batch)
        now = self._clock.now()
        marked = await self._mark(connection, folded)
        ready = {one.event.attempt_id for one in marked}
        await scores.insert(connection, marked, now)
        if folded.voidings:
            await scores.void(connection, list(folded.voidings.values()), now)
        waiting = [received for received in batch if _attempt(received) in folded.submissions.keys() - ready]
        told = _newest_traces(batch, {_attempt(received) for received in waiting})
        stored = await scores.stored(connection, told.keys())
        for one in marked:
            METRICS.submit_to_scored.observe(max(0.0, (now - one.event.recorded_at).total_seconds()))
        _log.info("marked", records=len(batch), marked=len(marked), traces=trace_ids(told.values()))
        return Handled([Outgoing(event, told[event.contestant_id, event.attempt_id]) for event in stored], waiting)

    async def _mark(self, connection: Connection, folded: Folded) -> list[Marked]:
        """The submissions that can be marked now, marked."""
        events = folded.submissions.values()
        ids = {event.contest_id for event in (*events, *folded.voidings.values())}
        # Voiding alone: a paper marked at the same moment must not miss it.
        locked = await contests.lock(connection, ids, alone=bool(folded.voidings))
        needed = _questions(event for event in events if event.contest_id in locked)
        marked = []
        known = {id_: await self._known.get(connection, id_, locked[id_], needed[id_]) for id_ in needed}
        for event in events:
            contest = known.get(event.contest_id)
            if contest is not None and contest.keys.keys() >= set(event.questions):
                score = mark(event.questions, event.answers, contest.keys, event.group)
                fits = within_tries(event.ordinal - event.given_back, contest.rules.tries.contest)
                marked.append(Marked(event, score, contest.revision, fits))
        return marked


def _questions(events: Iterable[AttemptSubmitted]) -> dict[str, set[str]]:
    needed: dict[str, set[str]] = {}
    for event in events:
        needed.setdefault(event.contest_id, set()).update(event.questions)
    return needed


def _attempt(received: Received) -> str:
    event = received.event
    return event.attempt_id if isinstance(event, AttemptSubmitted | AttemptVoided) else ""


def _newest_traces(batch: Sequence[Received], without: set[str]) -> dict[tuple[str, str], str | None]:
    """(contestant, attempt) -> trace of the last record about it."""
    return {
        (event.contestant_id, event.attempt_id): received.trace
        for received in batch
        if isinstance(event := received.event, AttemptSubmitted | AttemptVoided) and event.attempt_id not in without
    }

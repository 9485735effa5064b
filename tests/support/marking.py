"""scoring's handlers on a database, each batch in a transaction of its own as the runtime does it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from nacl.public import PrivateKey, SealedBox

from services.contracts.events import (
    AnswerKey,
    AnswerKeySealed,
    AttemptScored,
    AttemptSubmitted,
    AttemptVoided,
    ContestDefined,
    Event,
)
from services.contracts.rules import Paper, Rules, Text, Tries
from services.runtime.clock import Clock
from services.runtime.consumer import Handled, Received
from services.scoring import handlers
from services.scoring.handlers import Marker
from services.scoring.keyring import Keyring
from services.scoring.known import Contests

OPENS = datetime(2023, 8, 31, 17, tzinfo=UTC)
PRIVATE = PrivateKey.generate()
CONTEST = "bg-thads-2023"


def received(event: Event, offset: int = 0, trace: str | None = None) -> Received:
    return Received(event, event.topic, 0, offset, 0, trace)


def defined(
    version: int = 1, limit: int | None = None, questions: tuple[str, ...] = ("q1", "q2"), **changes: Any
) -> ContestDefined:
    rules = Rules(
        id=CONTEST, series_id=CONTEST, title=Text("Thi"), opens=OPENS, closes=OPENS + timedelta(days=30),
        **{"paper": Paper(minutes=20, fixed=questions), "tries": Tries(contest=limit), **changes},
    )  # fmt: skip
    return ContestDefined(
        version=version, time=OPENS, recorded_at=OPENS, contest_id=CONTEST, series_id=CONTEST, rules=rules,
        bank_version=1, questions=questions,
    )  # fmt: skip


def sealed(question: str, *correct: str, version: int = 1, **about: Any) -> AnswerKeySealed:
    box = SealedBox(PRIVATE.public_key).encrypt(msgspec.json.encode(AnswerKey(correct, **about)))
    return AnswerKeySealed(
        version=version, time=OPENS, recorded_at=OPENS, contest_id=CONTEST, question_id=question,
        sealed=base64.b64encode(box).decode(),
    )  # fmt: skip


def submitted(person: str = "p1", ordinal: int = 1, version: int = 1, **answers: tuple[str, ...]) -> AttemptSubmitted:
    end = OPENS + timedelta(minutes=ordinal)
    return AttemptSubmitted(
        version=version, time=end, recorded_at=end, contest_id=CONTEST, series_id=CONTEST, contestant_id=person,
        attempt_id=f"{person}-{ordinal}", ordinal=ordinal, how="by_hand", started_at=OPENS, ends_at=end, received_at=end,
        duration_ms=60_000, bank_version=1, questions=("q1", "q2"), answers=answers,
    )  # fmt: skip


def voided(of: AttemptSubmitted, version: int = 2, on: bool = True) -> AttemptVoided:
    return AttemptVoided(
        version=version, time=of.time + timedelta(hours=1), recorded_at=of.recorded_at, contest_id=CONTEST,
        series_id=CONTEST, contestant_id=of.contestant_id, attempt_id=of.attempt_id, ordinal=of.ordinal, voided=on,
    )  # fmt: skip


RIGHT = {"q1": ("a",), "q2": ("a", "b")}


class Scoring:
    """The four handlers of one process, each batch in a transaction of its own as the runtime does it."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.keyring = Keyring(bytes(PRIVATE))
        self.marker = Marker(Contests(self.keyring), Clock())

    async def contest(self, *events: Event) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            await handlers.take_contests(connection, [received(event) for event in events])

    async def keys(self, *events: Event) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            await handlers.take_keys(self.keyring, connection, [received(event) for event in events])

    async def attempts(self, *events: Event) -> Handled:
        async with self.pool.acquire() as connection, connection.transaction():
            batch = [received(event, offset, f"trace-{offset}") for offset, event in enumerate(events)]
            return await self.marker.take_attempts(connection, batch)

    async def ready(self) -> Scoring:
        await self.contest(defined())
        await self.keys(sealed("q1", "a"), sealed("q2", "a", "b"))
        return self


def told(handled: Handled) -> dict[str, AttemptScored]:
    return {one.event.attempt_id: one.event for one in handled.publish if isinstance(one.event, AttemptScored)}

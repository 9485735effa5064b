"""A batch of events about attempts, folded to the newest per attempt: order and repetition do not matter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from msgspec import Struct, field

from services.contracts.events import AttemptSubmitted, AttemptVoided, Event

E = TypeVar("E", AttemptSubmitted, AttemptVoided)


class Folded(Struct, frozen=True):
    """The newest submission and the newest voiding of each attempt, by attempt id."""

    submissions: dict[str, AttemptSubmitted] = field(default_factory=dict)
    voidings: dict[str, AttemptVoided] = field(default_factory=dict)


def fold(events: Iterable[Event]) -> Folded:
    folded = Folded()
    for event in events:
        if isinstance(event, AttemptSubmitted):
            _keep_newest(folded.submissions, event)
        elif isinstance(event, AttemptVoided):
            _keep_newest(folded.voidings, event)
    return folded


def _keep_newest(kept: dict[str, E], event: E) -> None:
    held = kept.get(event.attempt_id)
    if held is None or held.version < event.version:
        kept[event.attempt_id] = event

"""A batch of events about attempts, folded to the newest per attempt."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.events import AttemptSubmitted, AttemptVoided
from services.scoring.domain.folding import fold

NOW = datetime(2023, 9, 1, tzinfo=UTC)
COMMON = {"time": NOW, "recorded_at": NOW, "contest_id": "c", "series_id": "c", "contestant_id": "p", "ordinal": 1}


def submitted(attempt: str, version: int) -> AttemptSubmitted:
    return AttemptSubmitted(
        **COMMON, version=version, attempt_id=attempt, how="by_hand", started_at=NOW, ends_at=NOW, received_at=NOW,
        duration_ms=1, bank_version=1, questions=("q",), answers={},
    )  # fmt: skip


def voided(attempt: str, version: int, on: bool) -> AttemptVoided:
    return AttemptVoided(**COMMON, version=version, attempt_id=attempt, voided=on)


@given(st.lists(st.sampled_from(
    [submitted("a", 1), submitted("b", 1), voided("a", 2, True), voided("a", 3, False), voided("b", 2, True)]
)))  # fmt: skip
def test_order_and_repetition_of_a_batch_do_not_matter(events):
    folded = fold(events)
    assert folded.submissions.keys() == {e.attempt_id for e in events if isinstance(e, AttemptSubmitted)}
    newest: dict[str, int] = {}
    for event in events:
        if isinstance(event, AttemptVoided):
            newest[event.attempt_id] = max(event.version, newest.get(event.attempt_id, 0))
    assert {attempt: event.version for attempt, event in folded.voidings.items()} == newest

"""A row of quiz as the event that tells of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contracts.rules import Paper, Rules, Text
from services.quiz import facts
from services.quiz.book import Contest
from services.quiz.domain.receipt import Handed, receipt

NOON = datetime(2023, 9, 15, 5, tzinfo=UTC)
FULL = timedelta(minutes=20)


def contest(*, rehearsal: bool) -> Contest:
    paper = Paper(minutes=20, fixed=("q1",))
    rules = Rules(id="c", series_id="c", title=Text("Thi"), opens=NOON, closes=NOON + timedelta(days=1), paper=paper)
    return Contest(rules, 1, 1, None, rehearsal, None)


def row(received: datetime) -> dict[str, Any]:
    return {
        "contest_id": "c", "contestant_id": "p", "attempt_id": "a", "ordinal": 1, "how": "by_hand", "answers": b"{}",
        "started_at": NOON, "ends_at": NOON + FULL, "submitted_at": received, "received_at": received,
        "recorded_at": received, "bank_version": 1, "questions": ["q1"], "category": None, "paper_group": None,
        "given_back": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("after", "duration", "late"),
    [
        (timedelta(milliseconds=-40), 0, 0),
        (timedelta(minutes=7), 420_000, 0),
        (FULL, 1_200_000, 0),
        (FULL + timedelta(seconds=30), 1_200_000, 30_000),
    ],
    ids=["another gateway's clock is behind", "in time", "at its end", "within the grace"],
)
def test_rule_5_a_duration_is_between_nothing_and_the_full_time(after: timedelta, duration: int, late: int) -> None:
    event = facts.submitted(row(NOON + after), contest(rehearsal=False))  # type: ignore[arg-type]
    assert (event.duration_ms, event.late_ms, event.received_at) == (duration, late, NOON + after)


@pytest.mark.parametrize("rehearsal", [True, False])
def test_rule_6_what_was_handed_in_at_a_rehearsal_says_so_in_fact_and_receipt(rehearsal: bool) -> None:
    event = facts.submitted(row(NOON), contest(rehearsal=rehearsal))  # type: ignore[arg-type]
    handed = Handed("a", "c", 1, NOON, NOON, NOON + FULL, "by_hand", rehearsal)
    assert (event.rehearsal, receipt(handed, {}).rehearsal) == (rehearsal, rehearsal)

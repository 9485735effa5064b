"""How often one person may try at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.contracts.rules import Paper, Rules, Text, Tries
from services.contracts.tries import most_tries

MONDAY = datetime(2025, 9, 7, 17, tzinfo=UTC)
"""Midnight in Việt Nam."""
WEEK = timedelta(days=7)


def rules(tries: Tries, opens: datetime = MONDAY, length: timedelta = WEEK) -> Rules:
    return Rules(
        id="c", series_id="c", title=Text("C"), opens=opens, closes=opens + length, paper=Paper(20), tries=tries
    )


@pytest.mark.parametrize(
    ("tries", "most"),
    [
        (Tries(), None),
        (Tries(contest=3), 3),
        (Tries(week=2), 2),
        (Tries(day=2), 14),
        (Tries(contest=5, day=2), 5),
        (Tries(gap_ms=3_600_000), 168),
        (Tries(gap_ms=7 * 86_400_000 - 1), 2),
        (Tries(starts_per_hour=3), 504),
    ],
)
def test_the_tightest_limit_bounds_the_tries_of_a_week(tries: Tries, most: int | None) -> None:
    assert most_tries(rules(tries)) == most


def test_a_window_that_begins_before_monday_touches_one_week_more_and_closing_is_exclusive() -> None:
    early = timedelta(milliseconds=1)
    assert most_tries(rules(Tries(week=1), MONDAY - early, WEEK + early)) == 2
    assert most_tries(rules(Tries(week=1), MONDAY, WEEK + early)) == 2
    assert most_tries(rules(Tries(day=1), MONDAY - early, 2 * early)) == 2

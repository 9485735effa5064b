"""Which of a person's attempts stands for them, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.counted import Counted, Try, counted

START = datetime(2023, 9, 1, tzinfo=UTC)
RULE = ("score", "submitted_at")


def a_try(ordinal: int, score: int, minute: int, *, valid: bool = True, duration_ms: int = 1000) -> Try:
    return Try(f"t{ordinal}", ordinal, START + timedelta(minutes=minute), score, duration_ms, valid)


def test_the_highest_score_stands_and_the_earlier_one_of_equal_scores():
    tries = [a_try(1, 10, 0), a_try(2, 19, 60), a_try(3, 19, 90)]
    assert counted(tries, RULE) == Counted("t2", "submitted_at", "t3")


def test_the_reason_is_the_first_key_on_which_it_beats_the_next_best():
    assert counted([a_try(1, 10, 0), a_try(2, 19, 60)], RULE) == Counted("t2", "score", "t1")


def test_first_and_last_look_at_the_time_only():
    tries = [a_try(1, 10, 0), a_try(2, 19, 60), a_try(3, 5, 90)]
    assert counted(tries, "first") == Counted("t1", "first", "t2")
    assert counted(tries, "last") == Counted("t3", "last", "t2")


def test_an_attempt_that_is_not_valid_never_stands():
    assert counted([a_try(1, 10, 0), a_try(2, 19, 60, valid=False)], RULE) == Counted("t1", "only_valid")
    assert counted([a_try(1, 10, 0, valid=False)], RULE) is None


def test_nothing_of_an_excluded_person_stands():
    assert counted([a_try(1, 10, 0)], RULE, excluded=True) is None


def test_a_shorter_paper_stands_before_a_longer_one_where_the_rule_says_duration():
    tries = [a_try(1, 10, 0, duration_ms=900_000), a_try(2, 10, 60, duration_ms=300_000)]
    assert counted(tries, ("score", "duration")) == Counted("t2", "duration", "t1")


def test_a_key_that_cannot_be_told_yet_ties_and_the_first_started_stands():
    assert counted([a_try(2, 9, 5), a_try(1, 10, 0)], ("prediction_distance",)) == Counted("t1", "ordinal", "t2")


@given(st.permutations([a_try(n, n % 3, 10 - n, valid=n != 4) for n in range(1, 8)]))
def test_the_order_in_which_attempts_are_read_does_not_matter(tries):
    assert counted(tries, RULE) == Counted("t5", "submitted_at", "t2")

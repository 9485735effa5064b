"""Rule 8: starts at a rate, first refused first admitted, and never more papers than can be handed in."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from services.quiz.domain.admission import CALM, FLOOR, LATE, LATEST, SLICE_MS, SOONEST, TOP, Refused, Turnstile

NOW = 1_700_000_000.0


def refused(turnstile: Turnstile, now: float, first: int | None = None) -> Refused:
    result = turnstile.knock(first, now)
    assert result is not None, "it was admitted"
    return result


def empty(rate: float) -> Turnstile:
    """One that has just admitted all it may."""
    turnstile = Turnstile(NOW, rate)
    while turnstile.knock(None, NOW) is None:
        pass
    return turnstile


def test_as_many_start_in_a_second_as_the_rate_says() -> None:
    turnstile = empty(10.0)
    admitted, first = 0, {0: 0}
    for step in range(1, 1001):
        at = NOW + step / 100
        shown = first.pop(step - 1, None) or None
        result = turnstile.knock(shown, at)
        if result is None:
            admitted += 1
        else:
            first[step] = result.first_ms
    assert 90 <= admitted <= 110


def test_nobody_new_is_admitted_before_those_who_were_refused() -> None:
    turnstile = empty(1.0)
    waiting = refused(turnstile, NOW + 0.1)
    newcomer = turnstile.knock(None, NOW + 1.0)
    assert newcomer is not None, "the place that came free belongs to who was refused before"
    assert turnstile.knock(waiting.first_ms, NOW + 2.2) is None, "one was refused before, to empty it"


def test_who_was_refused_first_is_admitted_first() -> None:
    turnstile = empty(2.0)
    moments = [refused(turnstile, NOW + 0.05 * place).first_ms for place in range(1, 9)]
    admitted: list[int] = []
    for tick in range(10, 80):
        for first in reversed(moments):  # the last one knocks first, each time
            if first not in admitted and turnstile.knock(first, NOW + tick * 0.1) is None:
                admitted.append(first)
    assert sorted(admitted) == moments
    assert all(earlier - SLICE_MS <= later for earlier, later in pairwise(admitted))


def test_a_turn_that_came_is_kept_for_who_comes_back_late() -> None:
    turnstile = empty(5.0)
    first = refused(turnstile, NOW + 0.01).first_ms
    while turnstile.knock(None, NOW + 60) is None:
        pass
    assert turnstile.knock(first, NOW + 60) is None


def test_of_those_refused_at_the_same_moment_as_many_go_on_as_there_are_turns() -> None:
    turnstile = empty(0.5)
    same = [refused(turnstile, NOW + 1) for _ in range(4)]
    went = [turnstile.knock(each.first_ms, NOW + 4.6) is None for each in same]
    assert went == [True, False, False, False], "two turns, and one of them for who was refused to empty it"
    went = [turnstile.knock(each.first_ms, NOW + 6.6) is None for each in same[1:]]
    assert went == [True, False, False]


def test_turns_that_come_while_nobody_knocks_are_kept_for_those_who_wait() -> None:
    turnstile = empty(1.0)
    waiting = [refused(turnstile, NOW + place * 0.05).first_ms for place in range(1, 6)]
    assert all(turnstile.knock(first, NOW + 30) is None for first in waiting)


def test_the_wait_that_is_told_grows_with_those_ahead_and_has_its_bounds() -> None:
    turnstile = empty(10.0)
    waits = [refused(turnstile, NOW + place * SLICE_MS / 1000).wait for place in range(1, 600)]
    assert waits[0] == SOONEST
    assert waits[-1] == LATEST
    assert all(earlier <= later for earlier, later in pairwise(waits))


def test_while_what_has_begun_comes_late_fewer_start_and_never_none() -> None:
    turnstile = Turnstile(NOW)
    turnstile.steer(LATE + 0.01, 0)
    assert FLOOR < turnstile.rate < TOP
    for _ in range(100):
        turnstile.steer(1.0, 0)
    assert turnstile.rate == FLOOR
    turnstile.steer((LATE + CALM) / 2, 0)
    assert turnstile.rate == FLOOR, "between the two nothing changes"
    for _ in range(1000):
        turnstile.steer(0.0, 0)
    assert turnstile.rate == TOP


def test_a_lateness_that_fewer_starts_do_not_cure_does_not_end_in_nobody_working() -> None:
    turnstile = Turnstile(NOW)
    for step in range(200):
        turnstile.steer(1.0, 40.0)
        turnstile.knock(None, NOW + step / 4)
    assert turnstile.rate >= 0.95 * 40


def test_what_is_admitted_falls_soon_to_what_really_starts_and_then_by_a_tenth_at_a_time() -> None:
    turnstile, at, rates = Turnstile(NOW), NOW, []
    for _ in range(12):
        for _ in range(25):
            at += 0.01
            turnstile.knock(None, at)
        turnstile.steer(1.0, 30.0)
        rates.append(turnstile.rate)
    assert rates[0] > 200
    assert rates[-1] < 100, "100 a second knock: that is all that can be too many"


def test_no_more_papers_are_opened_than_the_submissions_queue_has_places() -> None:
    turnstile = Turnstile(NOW)
    turnstile.room = 3
    assert [turnstile.knock(None, NOW) is None for _ in range(5)] == [True, True, True, False, False]
    turnstile.room = 1
    assert turnstile.knock(None, NOW + 5) is not None, "the place that came free is for who was refused"


def test_what_is_kept_of_the_refused_is_bounded() -> None:
    turnstile = empty(FLOOR)
    for step in range(300_000):
        turnstile.knock(None, NOW + step * 0.02)
    assert len(turnstile._ends) <= 100_000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=1, max_size=200), st.floats(FLOOR, 50))
def test_whatever_the_clock_does_nobody_is_refused_for_ever(steps: list[tuple[float, bool]], rate: float) -> None:
    turnstile, now, held = Turnstile(NOW, rate), NOW, list[int]()
    for moved, new in steps:
        now += moved
        result = turnstile.knock(None if new or not held else held.pop(), now)
        if result is not None:
            held.append(result.first_ms)
    for second in range(1, 400):
        held = [first for first in held if turnstile.knock(first, now + 20 + second) is not None]
    assert not held

"""Rule 8: starts at a rate, first refused first admitted, and never more papers than can be handed in."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import pairwise
from random import Random
from statistics import mean, quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.quiz.domain.admission import CALM, FLOOR, LATE, LATEST, SOONEST, TOP, Refused, Turnstile

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
    assert turnstile.knock(waiting.first_ms, NOW + 1.2) is None


def test_who_was_refused_first_is_admitted_first() -> None:
    turnstile, back, went = empty(FLOOR), list[tuple[float, int]](), list[int]()
    for place in range(1, 401):
        if (newcomer := turnstile.knock(None, NOW + 0.005 * place)) is not None:
            heappush(back, (NOW + 0.005 * place + newcomer.wait, newcomer.first_ms))
    first = sorted(moment for _, moment in back)
    while back:
        now, moment = heappop(back)
        result = turnstile.knock(moment, now)
        if result is None:
            went.append(moment)
        else:
            heappush(back, (now + result.wait, moment))
    # Twenty seconds for four hundred people, and nobody is more than two of them away from their own place.
    assert max(abs(place - first.index(moment)) for place, moment in enumerate(went)) <= 2 * FLOOR


def test_where_more_come_back_than_may_start_the_longest_refused_go_on() -> None:
    went = list[tuple[float, float]]()
    crowd(Turnstile(NOW, 300.0), 1.0, 60, went)
    spreads = list[float]()
    for second in range(20, 60):
        waited = [each for at, each in went if int(at) == second]
        spreads.append(quantiles(waited, n=10)[-1] - quantiles(waited, n=10)[0] if len(waited) > 20 else 0.0)
    assert mean(spreads) < 2.5, "all who start at one time have waited about as long"
    assert min(waited) > 20


def test_who_comes_back_late_is_still_before_newcomers() -> None:
    turnstile = empty(1.0)
    first = refused(turnstile, NOW + 0.01).first_ms
    while turnstile.knock(None, NOW + 60) is None:
        pass
    assert turnstile.knock(first, NOW + 60) is None


def test_who_knocks_all_the_time_is_counted_once() -> None:
    turnstile = empty(0.001)
    first = refused(turnstile, NOW + 0.01).first_ms
    turnstile._tokens = -1.0
    for step in range(100):
        assert refused(turnstile, NOW + 0.1 * step, first).first_ms == first
        assert turnstile.waiting <= 3, "the other one was refused to empty it"


def test_the_wait_that_is_told_grows_with_those_ahead_and_has_its_bounds() -> None:
    turnstile = empty(10.0)
    waits = [refused(turnstile, NOW + place / 10_000).wait for place in range(1, 600)]
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


def too_much(rate: float) -> Turnstile:
    """One that has just learnt that so many a second are too much."""
    turnstile = Turnstile(NOW, rate)
    for step in range(12):
        for knock in range(round(rate / 4)):
            assert turnstile.knock(None, NOW + step / 4 + knock / rate) is None
        turnstile.steer(0.0 if step < 11 else LATE + 0.01, round(rate / 4))
    assert turnstile.rate == pytest.approx(0.95 * rate, rel=0.1)
    return turnstile


def rates(turnstile: Turnstile, steps: int, elsewhere: bool) -> list[float]:
    found = []
    for _ in range(steps):
        turnstile.steer(0.0, 25, elsewhere=elsewhere)
        found.append(turnstile.rate)
    return found


def test_near_what_was_too_much_more_start_only_slowly_while_anybody_is_refused() -> None:
    assert rates(too_much(100.0), 8, elsewhere=True)[-1] < 150
    assert rates(too_much(100.0), 8, elsewhere=False)[-1] > 250
    knocked = too_much(100.0)
    for step in range(8):
        while knocked.knock(None, NOW + 3 + step / 4) is None:
            pass
        knocked.steer(0.0, 25)
    assert knocked.rate < 150


def test_after_a_long_lateness_the_rate_is_soon_where_it_was_before() -> None:
    turnstile = too_much(200.0)
    for _ in range(12):
        turnstile.steer(LATE + 0.01, 0)
    assert turnstile.rate < 120
    assert 160 < rates(turnstile, 6, elsewhere=True)[-1] < 230


def test_what_was_a_moments_trouble_is_forgotten_within_seconds() -> None:
    found = rates(too_much(60.0), 40, elsewhere=True)
    assert found[7] < 100
    assert found[-1] > 400


def test_a_lateness_that_fewer_starts_do_not_cure_does_not_end_in_nobody_working() -> None:
    turnstile = Turnstile(NOW)
    for step in range(200):
        turnstile.steer(1.0, 10)
        turnstile.knock(None, NOW + step / 4)
    assert turnstile.rate == pytest.approx(0.95 * 40, rel=0.01)


@pytest.mark.parametrize("passed", [0.25, 1.0])
def test_a_process_that_steers_late_does_not_take_more_papers_for_ended_than_were(passed: float) -> None:
    turnstile, at = Turnstile(NOW), NOW
    for _ in range(round(60 / passed)):
        for _ in range(round(100 * passed)):
            at += 0.01
            turnstile.knock(None, at)
        turnstile.steer(1.0, round(48 * passed), passed)
    assert turnstile.rate == pytest.approx(0.95 * 48, rel=0.01)


def test_what_is_admitted_falls_soon_to_what_really_starts_and_then_by_a_tenth_at_a_time() -> None:
    turnstile, at, rates = Turnstile(NOW), NOW, []
    for _ in range(12):
        for _ in range(25):
            at += 0.01
            turnstile.knock(None, at)
        turnstile.steer(1.0, 7)
        rates.append(turnstile.rate)
    assert rates[0] > 200
    assert rates[-1] < 100, "100 a second knock: that is all that can be too many"


def test_no_more_papers_are_opened_than_the_submissions_queue_has_places() -> None:
    turnstile = Turnstile(NOW)
    turnstile.room = 3
    assert [turnstile.knock(None, NOW) is None for _ in range(5)] == [True, True, True, False, False]
    turnstile.room = 1
    assert turnstile.knock(None, NOW + 0.5) is not None, "the place that came free is for who was refused"


def test_what_is_kept_of_the_refused_is_bounded() -> None:
    turnstile = empty(FLOOR)
    for step in range(100_000):
        now = NOW + step * 0.002
        turnstile.knock(None, now)
        turnstile.knock(int(1000 * (now - step % 7000)), now)
    assert len(turnstile._told) <= 130
    assert sum(map(len, turnstile._knocks)) <= 1.25 * 500


def crowd(
    turnstile: Turnstile, patient: float, seconds: int, went: list[tuple[float, float]] | None = None
) -> list[int]:  # fmt: skip
    """Starts admitted in each second while 900 a second knock; of the refused the patient come back when they were told to.

    `went`: second and how long they had waited of all who came back and were admitted.
    """
    rng, back, admitted = Random(1), list[tuple[float, int]](), [0] * seconds
    for step in range(seconds * 900):
        now = NOW + step / 900
        shown = heappop(back)[1] if back and back[0][0] <= now else None
        result = turnstile.knock(shown, now)
        admitted[step // 900] += result is None
        if shown is not None and result is None and went is not None:
            went.append((step / 900, now - shown / 1000))
        if result is not None and rng.random() < patient:
            heappush(back, (now + result.wait + rng.random(), result.first_ms))
        if step % 225 == 0:
            turnstile.room = TOP
    return admitted


@pytest.mark.parametrize(("patient", "least"), [(0.02, 285), (0.1, 285), (0.3, 285), (0.5, 255), (1.0, 255)])
def test_a_turn_that_nobody_comes_back_for_is_given_to_somebody_else(patient: float, least: int) -> None:
    admitted = crowd(Turnstile(NOW, 300.0), patient, 60)[10:]
    assert least <= mean(admitted) <= 315, admitted


def test_who_was_refused_by_the_gateway_is_not_passed_by_newcomers_either() -> None:
    turnstile = empty(1.0)
    assert turnstile.knock(None, NOW + 0.9) is not None
    assert turnstile.knock(int((NOW + 0.5) * 1000), NOW + 0.9) is None


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

"""The event queue: everybody in turn, in order of time, and the watermark behind all that is unanswered."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bench.plan import ABANDONED, SUBMITTED, build
from bench.timeline import REGISTER, SAVE, START, STEPS, SUBMIT, Moment, Turns, count, moments

PLAN = build(0.002, 3)
queues = st.lists(st.integers(0, 5), max_size=60)


def turns(people: list[int], window: int = 1000) -> Turns:
    return Turns(iter([Moment(at, START, at, person) for at, person in enumerate(people)]), window)


def test_moments_come_in_order_of_time_and_as_many_as_counted() -> None:
    found = list(moments(PLAN))
    assert [moment.at_ms for moment in found] == sorted(moment.at_ms for moment in found)
    assert len(found) == count(PLAN)


def test_every_person_registers_once_and_every_paper_is_started_once() -> None:
    kinds = Counter(moment.kind for moment in moments(PLAN))
    assert kinds[REGISTER] == len(PLAN.people.tries)
    assert kinds[START] == len(PLAN.papers.kind)


def test_a_paper_is_saved_once_or_choice_by_choice_and_an_abandoned_one_never() -> None:
    saves = Counter(moment.row for moment in moments(PLAN) if moment.kind == SAVE)
    for row, kind in enumerate(PLAN.papers.kind):
        assert saves[row] == (0 if kind == ABANDONED else STEPS if PLAN.papers.stepwise[row] else 1)


def test_what_runs_out_or_is_abandoned_is_never_submitted() -> None:
    submitted = {moment.row for moment in moments(PLAN) if moment.kind == SUBMIT}
    assert submitted == {row for row, kind in enumerate(PLAN.papers.kind) if kind == SUBMITTED}


@given(queues, st.integers(0, 2**32))
def test_a_persons_requests_go_one_after_another_whatever_order_answers_come_in(people: list[int], seed: int) -> None:
    queue, rng, flying, seen = turns(people), Random(seed), [], list[Moment]()
    while not queue.idle or flying:
        while (moment := queue.take()) is not None:
            flying.append(moment)
        if not flying:
            break
        assert len({moment.person for moment in flying}) == len(flying)
        seen.append(flying.pop(rng.randrange(len(flying))))
        if (parked := queue.answered(seen[-1])) is not None:
            flying.append(parked)
    assert len(seen) == len(people)
    for person in set(people):
        assert [m.at_ms for m in seen if m.person == person] == [at for at, who in enumerate(people) if who == person]


@given(queues.filter(bool), st.integers(0, 2**32), st.integers(1, 20))
def test_the_watermark_is_never_past_an_unanswered_request_nor_the_window_exceeded(
    people: list[int], seed: int, window: int
) -> None:
    queue, rng, flying, answered = turns(people, window), Random(seed), [], set[int]()
    while not queue.idle or flying:
        while (moment := queue.take()) is not None:
            flying.append(moment)
        if not flying:
            break
        left = [at for at in range(len(people)) if at not in answered]
        assert (queue.behind_ms() or 0) <= left[0]
        assert max(moment.at_ms for moment in flying) < left[0] + window
        done = flying.pop(rng.randrange(len(flying)))
        answered.add(done.at_ms)
        if (parked := queue.answered(done)) is not None:
            flying.append(parked)


def test_a_slow_person_holds_the_watermark_back_and_nobody_else_up_to_the_window() -> None:
    queue = turns([0, 0, 0, *range(1, 50)], window=20)
    slow = queue.take()
    others = []
    while (moment := queue.take()) is not None:
        others.append(moment)
    for moment in others:
        queue.answered(moment)
    assert queue.take() is None
    assert queue.behind_ms() == 0
    assert slow is not None
    second = queue.answered(slow)
    assert second is not None
    assert queue.behind_ms() == 1

"""The month's plan: every total exact at every scale, and nothing that a real contest could not have seen."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.plan import ABANDONED, RAN_OUT, SUBMITTED, Plan, build
from bench.plan.apportion import apportion
from bench.plan.expected import PUBLISHED, expected, over_ms
from bench.plan.model import DAY_MS, load
from bench.plan.sessions import AFTER_RUN_OUT_MS, LIMIT_MS

MODEL = load()
scales = st.floats(0.001, 0.01)
seeds = st.integers(0, 2**32)


@cache
def month() -> Plan:
    return build(1.0)


def test_at_scale_one_the_plan_is_the_published_report() -> None:
    totals = expected(month()).totals
    assert (totals.registrants, totals.attempts, totals.perfect) == PUBLISHED


def test_at_scale_one_every_day_is_the_models_day() -> None:
    days = expected(month()).days
    assert [(day.registrations, day.attempts) for day in days] == [
        (day.registrations, day.attempts) for day in MODEL.days
    ]


def test_at_scale_one_every_unit_has_its_registrants_and_attempts() -> None:
    found, plan = expected(month()).units, {top.code: (top.registrants, top.attempts) for top in MODEL.tops}
    for top in MODEL.tops:
        own = [found[leaf.code] for leaf in top.leaves if leaf.code in found]
        assert (sum(leaf.registrants for leaf in own), sum(leaf.attempts for leaf in own)) == plan[top.code]


def test_six_in_a_hundred_registrants_never_take_a_paper() -> None:
    totals = expected(month()).totals
    assert totals.registrants - totals.participants == pytest.approx(0.06 * 57_342, abs=1)


def test_two_in_a_hundred_attempts_run_out_and_four_more_are_abandoned() -> None:
    kinds = Counter(month().papers.kind)
    assert kinds[RAN_OUT] == round(0.02 * 282_063)
    assert kinds[ABANDONED] == round(0.04 * 282_063)


def test_a_first_paper_takes_eight_minutes_and_a_repeat_two_and_a_half() -> None:
    papers, first, repeat = month().papers, [], []
    for row, kind in enumerate(papers.kind):
        if kind == SUBMITTED:
            (first if papers.number[row] == 1 else repeat).append(papers.duration_ms[row] / 1000)
    for values, spread in ((first, MODEL.first), (repeat, MODEL.repeat)):
        values.sort()
        assert values[len(values) // 2] == pytest.approx(spread.median, rel=0.03)
        assert values[len(values) // 10] == pytest.approx(spread.p10, rel=0.05)
        assert values[len(values) * 9 // 10] == pytest.approx(spread.p90, rel=0.05)


def test_each_hour_of_the_month_is_near_its_profile() -> None:
    papers, first = month().papers, MODEL.days[0].starts_ms
    hours: Counter[tuple[int, int]] = Counter()
    for row, kind in enumerate(papers.kind):
        if kind != ABANDONED:
            since = papers.start_ms[row] + papers.duration_ms[row] - first
            hours[since // DAY_MS, since % DAY_MS // 3_600_000] += 1
    for place, day in enumerate(MODEL.days):
        for hour, share in enumerate(day.hours):
            assert hours[place, hour] / day.attempts == pytest.approx(share, abs=0.025)


def test_a_third_of_workday_papers_start_together_with_a_class_or_an_office() -> None:
    papers, people = month().papers, month().people
    day = MODEL.days[10]
    by_unit_minute: Counter[tuple[int, int]] = Counter()
    for row, start in enumerate(papers.start_ms):
        if day.starts_ms <= start < day.starts_ms + DAY_MS:
            by_unit_minute[people.unit[papers.person[row]], start // 300_000] += 1
    together = sum(count for count in by_unit_minute.values() if count >= 5)
    assert together > 0.15 * day.attempts


def test_the_share_of_perfect_papers_rises_with_each_repeat() -> None:
    papers, perfect, all_of = month().papers, Counter[int](), Counter[int]()
    made: Counter[int] = Counter()
    for row, kind in enumerate(papers.kind):
        if kind != ABANDONED:
            made[papers.person[row]] += 1
            all_of[made[papers.person[row]]] += 1
            perfect[made[papers.person[row]]] += not papers.wrong[row]
    for ordinal, share in ((1, 0.072), (2, 0.124), (3, 0.162), (4, 0.189), (8, 0.239), (12, 0.252)):
        assert perfect[ordinal] / all_of[ordinal] == pytest.approx(share, abs=0.012)


@settings(max_examples=40, deadline=None)
@given(scales, seeds)
def test_totals_are_the_rounded_totals_at_every_scale_and_seed(scale: float, seed: int) -> None:
    result = expected(build(scale, seed))
    assert result.totals.registrants == round(PUBLISHED[0] * scale)
    assert result.totals.attempts == round(PUBLISHED[1] * scale) == sum(day.attempts for day in result.days)
    assert result.totals.perfect == round(PUBLISHED[2] * scale)
    attempts = [day.attempts for day in MODEL.days]
    assert [day.attempts for day in result.days] == apportion(result.totals.attempts, attempts)


@settings(max_examples=40, deadline=None)
@given(scales, seeds)
def test_nobody_has_two_open_papers_or_one_before_registering(scale: float, seed: int) -> None:
    plan = build(scale, seed)
    free = {person: at + 10_000 for person, at in enumerate(plan.people.registers_ms)}
    for row, person in enumerate(plan.papers.person):
        assert plan.papers.start_ms[row] >= free[person]
        free[person] = over_ms(plan.papers, row)


@settings(max_examples=40, deadline=None)
@given(scales, seeds)
def test_everything_happens_inside_the_window(scale: float, seed: int) -> None:
    plan = build(scale, seed)
    opens, closes = MODEL.days[0].starts_ms, MODEL.days[-1].starts_ms + DAY_MS
    assert min(plan.people.registers_ms) >= opens
    assert max(plan.people.registers_ms) < closes
    ends = [start + took for start, took in zip(plan.papers.start_ms, plan.papers.duration_ms, strict=True)]
    assert max(ends) < closes


@settings(max_examples=20, deadline=None)
@given(scales, seeds)
def test_what_runs_out_takes_the_full_time_and_is_never_perfect(scale: float, seed: int) -> None:
    papers = build(scale, seed).papers
    for kind, took, wrong in zip(papers.kind, papers.duration_ms, papers.wrong, strict=True):
        assert kind == SUBMITTED or (took == LIMIT_MS and wrong > 0)
        assert kind != SUBMITTED or took < LIMIT_MS


def test_the_same_seed_gives_the_same_month_and_another_seed_another() -> None:
    assert build(0.002, 7) == build(0.002, 7)
    assert build(0.002, 7).papers != build(0.002, 8).papers


def test_up_to_a_moment_only_what_is_settled_by_then_is_expected() -> None:
    plan = build(0.01)
    end_of_day_ten = MODEL.days[10].starts_ms
    until = expected(plan, _moment(end_of_day_ten))
    attempts = [day.attempts for day in until.days]
    whole = [day.attempts for day in expected(plan).days]
    assert attempts[:9] == whole[:9]
    assert whole[9] - attempts[9] <= 1 + AFTER_RUN_OUT_MS // 60_000
    assert not any(attempts[10:])


def test_a_scale_with_too_few_people_is_refused() -> None:
    with pytest.raises(ValueError, match="scale 0\\.0001"):
        build(0.0001)


@given(st.integers(0, 10_000), st.lists(st.floats(0, 100), min_size=1).filter(lambda weights: sum(weights) > 0.01))
def test_shares_sum_to_the_whole_and_are_within_one_of_the_exact_share(total: int, weights: list[float]) -> None:
    shares = apportion(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < 1 + 1e-6


def _moment(at_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)

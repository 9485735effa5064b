"""What a run's report says, and what its parts are made of."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread

import msgspec
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.answers import Asked, Choice, fill_in, leave_out
from bench.identity import identity, start_key
from bench.observe import Meter, Usage
from bench.page import write
from bench.report import Counted, DayFigures, Figures, Report, Sample, differences
from bench.scrape import Readings, quantiles
from deploy.local.processes import wait_until

QUESTIONS = [Asked(f"Q{number}", [Choice(option) for option in "ABCD"]) for number in range(19)]
KEY = {question.id: ("B",) if number % 3 else ("A", "C", "D") for number, question in enumerate(QUESTIONS)}


def counted(attempts: int = 5) -> Counted:
    days = [DayFigures(date(2023, 9, 1), 3, 2), DayFigures(date(2023, 9, 2), 1, attempts - 2)]
    return Counted(Figures(4, 3, attempts, 1), days, {"U1": Figures(4, 3, attempts, 1)})


def report(of: Counted | None) -> Report:
    at = datetime(2023, 9, 1, tzinfo=UTC)
    return Report(
        name="small", contest="bg-thads-2023", scale=0.1, seed=1, began=at, seconds=2.0, settle_seconds=0.5,
        requests=40, expected=counted(), counted=of, differences=differences(counted(), of) if of else [],
        latency={"save": {"count": 9, "p50_ms": 1.5, "p90_ms": 2, "p99_ms": 3, "max_ms": 4}}, repeated={"save 503": 2},
        refused={}, absorbed={}, submit_to_counted={"count": 5.0, "p50": 0.3, "p99": 0.9},
        usage={"quiz": Usage(0.01, 80.0), "postgres": Usage(0.02, 120.0)},
        samples=[Sample(0.0, at, 0, 0), Sample(1.0, at, 20, 2), Sample(2.0, at, 40, 5)],
    )  # fmt: skip


def test_an_exact_run_has_no_differences() -> None:
    assert report(counted()).exact
    assert not report(None).exact


def test_each_figure_that_differs_is_named_with_both_values() -> None:
    assert differences(counted(), counted(6)) == [
        "total attempts: 5 expected, 6 counted",
        "2023-09-02 attempts: 3 expected, 4 counted",
        "unit U1 attempts: 5 expected, 6 counted",
    ]


def test_attempts_on_a_day_outside_the_plan_are_a_difference() -> None:
    found = counted()
    found.days.append(DayFigures(date(2023, 10, 1), 0, 2))
    assert differences(counted(), found) == ["2023-10-01: 2 attempts counted on a day outside the plan"]


def test_a_unit_that_nobody_should_be_in_is_a_difference() -> None:
    found = counted()
    found.units["U2"] = Figures(1)
    assert differences(counted(), found) == ["unit U2 registrants: 0 expected, 1 counted"]


def test_a_report_is_written_as_json_markdown_and_pictures(tmp_path: Path) -> None:
    page = write(report(counted(6)), tmp_path).read_text("utf-8")
    assert "3 differences" in page
    assert "2023-09-02 attempts: 3 expected, 4 counted" in page
    assert "| postgres | 0.0 | 4,000 | 120 |" in page
    assert msgspec.json.decode((tmp_path / "small.json").read_bytes(), type=Report).requests == 40
    for picture in tmp_path.glob("*.svg"):
        assert f"![{picture.name}]({picture.name})" in page


def test_the_meter_sees_what_this_process_burns() -> None:
    meter = Meter(lambda: {"me": [os.getpid()]})
    began = os.times()
    while os.times().user - began.user < 0.2:
        sum(range(10_000))
    usage = meter.usage()["me"]
    assert 0.15 < usage.cpu_seconds < 5
    assert usage.peak_mb > 5


def test_a_child_with_a_name_of_its_own_is_not_counted_for_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as child:
        meter = Meter(lambda: {"me": [os.getpid()], "child": [child.pid]})
        burned = wait_until(lambda: sum(psutil.Process(child.pid).cpu_times()[:2]) > 0.3, 60)
        usage = meter.usage()
        child.kill()
    assert burned
    assert usage["child"].cpu_seconds > 0.1
    assert usage["me"].cpu_seconds < usage["child"].cpu_seconds


def test_a_process_that_is_gone_is_no_error() -> None:
    assert Meter(lambda: {"gone": [2**22 + 1]}).usage()["gone"].cpu_seconds == 0


def test_what_was_used_waits_for_a_sample_that_a_thread_is_taking() -> None:
    inside, together = 0, 0
    slow = Event()

    def processes() -> dict[str, list[int]]:
        nonlocal inside, together
        inside += 1
        together = max(together, inside)
        slow.wait(0.05)
        inside -= 1
        return {"me": [os.getpid()]}

    meter = Meter(processes)
    sampling = Thread(target=meter.sample)
    sampling.start()
    meter.usage()
    sampling.join()
    assert together == 1


def test_quantiles_are_of_what_came_in_between_two_readings() -> None:
    def reading(*counts: int) -> Readings:
        bounds = ("0.1", "0.5", "1.0", "+Inf")
        return {("x_bucket", (("le", bound),)): float(count) for bound, count in zip(bounds, counts, strict=True)}

    found = quantiles(reading(100, 100, 100, 100), reading(100, 150, 200, 200), "x", (0.25, 0.5, 0.99))
    assert found == {"count": 100.0, "p25": 0.3, "p50": 0.5, "p99": 0.99}


def test_without_anything_in_between_there_are_no_quantiles() -> None:
    assert quantiles({}, {}, "x", (0.5,)) == {"count": 0.0}


@given(st.integers(0, 19), st.integers(0, 10**7))
def test_a_filled_in_paper_has_exactly_as_many_wrong_answers_as_planned(wrong: int, salt: int) -> None:
    answers = fill_in(QUESTIONS, KEY, wrong, salt)
    assert list(answers) == [question.id for question in QUESTIONS]
    assert sum(sorted(answers[name]) != sorted(KEY[name]) for name in answers) == wrong


@given(st.integers(1, 19), st.integers(0, 10**7))
def test_a_paper_that_runs_out_has_at_least_one_answer_and_is_never_perfect(wrong: int, salt: int) -> None:
    answers = leave_out(fill_in(QUESTIONS, KEY, wrong, salt), KEY, wrong)
    right = sum(sorted(chosen) == sorted(KEY[name]) for name, chosen in answers.items())
    assert answers
    assert right == 19 - wrong < 19


@pytest.mark.parametrize("category", ["hoc-sinh", "can-bo", "luc-luong-vu-trang", "nguoi-dan"])
def test_made_up_people_are_the_same_each_time_and_no_two_share_a_key_or_a_phone(category: str) -> None:
    people = [identity("run", person, category) for person in range(3_000)]
    assert people == [identity("run", person, category) for person in range(3_000)]
    assert len({who.key for who in people}) == len(people)
    phones = [who.phone for who in people if who.phone]
    assert len(set(phones)) == len(phones)
    assert 0.6 < len(phones) / len(people) < 0.8
    assert all(len(who.code) == 12 and who.code.isdigit() for who in people)


def test_nobody_is_under_sixteen_because_then_a_guardian_would_have_to_agree() -> None:
    for person in range(3_000):
        assert identity("run", person, "hoc-sinh").birth_date <= date(2007, 9, 1)


def test_a_start_key_belongs_to_one_start_of_one_person_of_one_run() -> None:
    keys = {start_key(run, person, number) for run in "ab" for person in range(30) for number in range(30)}
    assert len(keys) == 2 * 30 * 30

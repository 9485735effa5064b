"""The load before a deadline: who comes when, and what makes a run fail."""

from __future__ import annotations

import msgspec
import pytest
import yaml
from prometheus_client import generate_latest

from bench.lasthour import profiles
from bench.lasthour.profiles import PROFILES, Profile, arriving, scenarios
from bench.lasthour.report import Load, faults, markdown
from bench.lasthour.run import QUICK_MS, Counts, Kind, Run
from bench.lasthour.viewers import Seen
from bench.lasthour.watch import Second, submitted
from bench.observe import Usage
from bench.page import REPORTS
from services.runtime.metrics import METRICS

RATE = 0.1  # k6's scenarios count arrivals in ten seconds


def run(profile: Profile, *kinds: Kind, counts: Counts | None = None, viewers: Seen | None = None) -> Run:
    seconds, usage = [Second(1.0, 90)], {"quiz-1": Usage(10.0, 80.0)}
    return Run(profile, 100.0, list(kinds), counts or Counts(), seconds, usage, viewers or Seen(), {}, 60.0)


def kind(phase: str, name: str, ok: int, told: int = 0, bad: int = 0, ms: float = 9.0) -> Kind:
    points = {"p50": ms, "p90": ms, "p99": ms, "max": ms}
    return Kind(phase, name, ok, points, told, points if told else {}, bad, told if ms < QUICK_MS else 0)


def test_the_province_is_three_times_the_last_hour_of_the_extreme_model() -> None:
    peaks = yaml.safe_load((REPORTS.parent / "data" / "arrival.yaml").read_text())["peaks"]
    assert peaks["extreme_30_sep_last_hour"] / 3600 == pytest.approx(profiles.EXTREME_LAST_HOUR)
    province = PROFILES["province"]
    assert province.starts + province.newcomers == pytest.approx(3 * peaks["starts_per_second"]["extreme"], rel=0.01)
    assert peaks["within_hour_burst_factor"]["value"] == profiles.BURST
    assert province.saves == 19


def test_gov_uk_is_sixty_of_each_a_second() -> None:
    found = scenarios(PROFILES["gov-uk"])
    assert found["run_register"]["rate"] * RATE == 60
    assert found["run_returning"]["startRate"] * RATE == 60
    assert PROFILES["gov-uk"].saves == 0


@pytest.mark.parametrize("name", ["province", "gov-uk"])
def test_every_arrival_of_a_run_keeps_its_time_and_the_run_fails_when_one_is_dropped(name: str) -> None:
    for scenario in scenarios(PROFILES[name]).values():
        assert scenario["executor"] in ("constant-arrival-rate", "ramping-arrival-rate"), "a closed model hides stalls"
        assert scenario["preAllocatedVUs"] == scenario["maxVUs"]
    found = faults(run(PROFILES[name], counts=Counts(dropped=1)), clean=True)
    assert found
    assert "dropped" in found[0]


def test_classes_that_start_together_are_a_burst_in_the_middle() -> None:
    stages = scenarios(PROFILES["province"])["run_returning"]["stages"]
    targets = [stage["target"] for stage in stages]
    assert max(targets) == pytest.approx(profiles.BURST * targets[0], rel=0.01)
    assert targets[0] == targets[-1]


def test_an_overload_is_so_many_times_what_is_carried_between_two_normal_loads() -> None:
    found = {
        step.phase: arriving(PROFILES["x10"], 40.0, step) for step in profiles.STEPS if step.phase != profiles.LEAD
    }
    normal = profiles.NORMAL * 40
    assert found == {"before": normal, "nearly": 32, "full": 40, "over": 400, "after": normal}


def test_a_submission_that_is_refused_fails_a_run_unless_its_paper_ran_out() -> None:
    profile = PROFILES["province"]
    assert faults(run(profile, kind("run", "submit", 50, bad=2), counts=Counts(ran_out=2)), clean=True) == []
    assert faults(run(profile, kind("run", "submit", 50, bad=3), counts=Counts(ran_out=2)), clean=True) == [
        "1 submissions were refused"
    ]


def test_an_audit_that_differs_and_a_stream_that_broke_fail_a_run() -> None:
    profile = PROFILES["gov-uk"]
    assert faults(run(profile), clean=False) == ["the audit is not clean"]
    assert faults(run(profile, viewers=Seen(200, 9, 1.0, 2)), clean=True) == ["2 of the viewers' streams broke"]


def test_submissions_are_counted_from_the_metrics_of_quiz() -> None:
    before = submitted(generate_latest().decode())
    for status in ("200", "503"):
        METRICS.requests.labels("POST /api/quiz/v1/attempts/{attempt}/submission", status).inc(7)
    METRICS.requests.labels("PUT /api/quiz/v1/attempts/{attempt}/answers", "200").inc(9)
    assert submitted(generate_latest().decode()) == before + 7


def test_the_page_of_an_overload_says_what_share_was_carried_and_how_fast_the_rest_was_told() -> None:
    made = run(
        PROFILES["x3"], kind("nearly", "submit", 960), kind("full", "submit", 1140), kind("over", "submit", 2280),
        kind("over", "start", 2300, told=4900, ms=12.5),
        kind("after", "submit", 700),
    )  # fmt: skip
    made.sent_late = {"p50": 2.0, "p90": 4.1, "p99": 27.6, "max": 121.1}
    page = markdown(Load("x", "hoithi load last-hour x3", "2 cores", made, "The audit is clean.", []))
    assert "arrived in the overload 2 ms (p50), 4.1 (p90) and 27.6 ms (p99) after it was due" in page
    assert "Submissions: 80.0 a second at 0.8 and 95.0 a second at 1 times what is carried." in page
    assert "95.0 a second, 100% of their peak (wanted: 90%), 95% of what the probe carried." in page
    assert "300 papers a second wanted to start, 3.2 times the peak." in page
    assert "start: 4,900 of 7,200 told to come again, 100% within 50 ms; p50 12.5 ms, p90 12.5 ms, p99 12.5 ms." in page
    assert msgspec.json.decode(msgspec.json.encode(made), type=Run) == made

"""The cost benchmark: medians of rounds, and what changed since the report that was kept last."""

from __future__ import annotations

from pathlib import Path

from bench.cost import ATTEMPT, SATURATED, Cost, middle
from bench.cost_report import CostReport, markdown, read, write
from bench.crowd import PEOPLE, Crowd
from bench.target import Target
from tests.unit.bench import fake
from tests.unit.bench.test_replay import PLAN, contest, folder


def cost(what: str, quiz: float, p99: float = 10.0, rate: float = 300) -> Cost:
    latency = {"p50": 2.0, "p90": 4.0, "p99": p99, "max": 50.0}
    cpu = {"quiz-1": quiz, "postgres": 500.0, "caddy": 400.0, "client": 300.0}
    return Cost(what, rate, 6000, 0, cpu, {"quiz-1": 5.0}, latency, {"p50": 0.2, "count": 6000}, {"quiz-1": 90.0})


def report(*costs: Cost, date: str = "2026-11-24") -> CostReport:
    return CostReport("cost", date, "hoithi cost x", "2 cores", 3, list(costs))


def test_the_gateway_and_the_generator_are_not_part_of_the_cost() -> None:
    assert cost(ATTEMPT, 700).total_us() == 1200


def test_of_several_rounds_the_median_of_each_figure_stands_and_the_spread_beside_it() -> None:
    found = middle([cost(ATTEMPT, 900, 12), cost(ATTEMPT, 700, 30), cost(ATTEMPT, 800, 9)])
    assert (found.cpu_us["quiz-1"], found.latency_ms["p99"], found.count) == (800, 12, 18_000)
    assert found.rounds_us == [1400, 1200, 1300]
    assert "1,200–1,400" in markdown(report(found), None)


def test_what_changed_more_than_noise_is_told_from_what_did_not() -> None:
    before, now = (
        report(cost("save", 400), cost(ATTEMPT, 700), date="2026-11-01"),
        report(cost("save", 200), cost(ATTEMPT, 720)),
    )
    page = markdown(now, before)
    assert "Against the report of 2026-11-01" in page
    assert "| save, 300/s, CPU-µs | 900.0 | 700.0 | -22% |" in page
    assert "| start + submit → counted, 300/s, CPU-µs | 1,200.0 | 1,220.0 | +2% (noise) |" in page


def test_costs_at_another_rate_are_not_compared() -> None:
    page = markdown(report(cost(ATTEMPT, 700, rate=600)), report(cost(ATTEMPT, 700), date="2026-11-01"))
    assert "| start + submit → counted, 600/s, CPU-µs |" not in page


def test_saturation_is_compared_by_what_was_reached() -> None:
    before, now = report(cost(SATURATED, 700, rate=400)), report(cost(SATURATED, 600, rate=500))
    assert "a second | 400.0 | 500.0 | +25% |" in markdown(now, before)


def test_a_report_is_kept_and_read_again(tmp_path: Path) -> None:
    assert read("cost", tmp_path) is None
    made = report(cost(ATTEMPT, 700))
    write(made, tmp_path, None)
    assert read("cost", tmp_path) == made
    assert "**1,200**" in (tmp_path / "cost.md").read_text()


async def test_a_paper_choice_by_choice_is_a_start_a_save_for_each_question_and_a_submission() -> None:
    served = contest()
    server, origin = await fake.serve(served)
    crowd = Crowd(Target(origin, fake.KEY), folder(PLAN), lanes=32, seed=1)
    await crowd.register(crowd.lanes[0], 3)
    before = served.served
    await crowd.paper(crowd.lanes[0], 3 + PEOPLE)
    for lane in crowd.lanes:
        lane.close()
    server.close()
    assert served.served - before == 1 + 19 + 1
    [paper] = served.attempts
    assert len(paper["answers"]) == 19

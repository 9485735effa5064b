"""Single figures: the board's file against a plain one, submission to public, registrations, replicas."""

from __future__ import annotations

from pathlib import Path

from bench.crowd import Crowd
from bench.load import open_load
from bench.plain import Case, Plain, Side
from bench.plain import markdown as plain_page
from bench.public import Public, delays
from bench.public import markdown as public_page
from bench.rebalancing import Replicated
from bench.registering import Desk, Registering, Step
from bench.registering import markdown as registering_page
from bench.replicas import Replicas, read, write
from bench.replicas import markdown as replicas_page
from bench.target import Target
from tests.unit.bench import fake
from tests.unit.bench.test_replay import PLAN, contest, folder


def test_a_submission_is_public_with_the_first_total_that_has_room_for_it() -> None:
    sent = [10.0, 10.5, 11.0, 11.5]
    assert delays(sent, [(10.2, 0), (11.0, 2), (12.0, 4)]) == [1.0, 0.5, 1.0, 0.5]


def test_what_never_was_public_is_missing_and_not_taken_for_quick() -> None:
    assert delays([10.0, 10.5, 11.0], [(11.0, 2)]) == [1.0, 0.5]
    assert delays([10.0], []) == []


def test_what_came_before_the_measurement_is_left_out_but_counts() -> None:
    assert delays([1.0, 2.0, 10.0, 10.5], [(3.0, 2), (11.0, 3), (12.5, 4)], first=2) == [1.0, 2.0]


def public(seen_stream: int = 900, dropped: int = 0) -> Public:
    found = {"p50": 0.41, "p90": 0.7, "p99": 0.93, "max": 1.0}
    return Public(300, 3, 900, dropped, seen_stream, 900, found, found, found, found)


def test_a_run_fails_where_a_submission_never_was_public_or_an_arrival_was_dropped() -> None:
    assert public().faults() == []
    assert "| sent → on the stream of totals | 0.41 | 0.70 | 0.93 | 1.00 |" in public_page(public())
    assert public(899).faults() == ["1 submissions never were public on the stream"]
    assert "**Failed:** 2 arrivals were dropped" in public_page(public(dropped=2))


def test_the_share_is_the_plain_files_cpu_over_the_boards() -> None:
    case = Case("compressed", 200, 8000, Side([120, 100, 110], [900, 1000, 950]), Side([90, 88, 99], [1000] * 3))
    assert round(case.share, 3) == round(90 / 110, 3)
    page = plain_page(Plain("hoithi load board", "2 cores", "2026-11-29", 100, 3, [case]))
    assert "| compressed | 200, 8,000 | 110 (100–120) | 90 (88–99) | **82%** | 950 | 1,000 |" in page


def step(refused: dict[str, int], dropped: int = 0) -> Step:
    told = {"p50": 1.0, "p90": 1.0, "p99": 2.0, "max": 3.0}
    return Step(100, 20, 1990, told, refused, told, dropped, {"registration-1": 900, "postgres": 400, "caddy": 300})


def test_registrations_that_are_lost_or_dropped_fail_and_those_told_to_come_again_do_not() -> None:
    def made(entered: int, *steps: Step) -> Registering:
        return Registering("hoithi load registrations", "2 cores", "2026-11-29", list(steps), 1990, entered)

    well = made(1990, step({"503": 10}))
    assert well.faults() == []
    assert "| 100/s | 1,990 | 100 | 1, 2, 3 | 10 × 503 (p99 2 ms) | 1,300 | 900 | 300 | 0 |" in registering_page(well)
    assert made(1989, step({})).faults() == ["1,990 were acknowledged, 1,989 are counted"]
    assert made(1990, step({"500": 1}, dropped=3)).faults() == [
        "at 100/s 3 arrivals were dropped",
        "1 were answered 500",
    ]


async def test_everybody_who_registers_in_a_load_is_somebody_new_and_nobody_comes_again() -> None:
    served = contest(trouble=lambda number: "503" if number % 4 == 0 else None)
    server, origin = await fake.serve(served)
    crowd = Crowd(Target(origin, fake.KEY), folder(PLAN), lanes=64, seed=1)
    desk = Desk(crowd)
    arrivals = await open_load(crowd.lanes, 1000, 2, desk.enter)
    for lane in crowd.lanes:
        lane.close()
    server.close()
    came = 2000 - arrivals.dropped
    assert served.served == len(desk.came_of_it) == came > 941
    assert desk.entered == len(served.people) == came - came // 4
    assert desk.came_of_it.count("503") == came // 4


def replicated(count: int, counted: int = 9000, never_public: int = 0, clean: bool = True) -> Replicated:
    costs = {"quiz": 900, "scoring": 200, "stats": 100, "postgres": 500, "caddy": 500, "client": 400}
    return Replicated(
        count, 200, 3000, 0, costs, {"scoring": 90, "stats": 50},
        {f"scoring-{count}": "SIGKILL"}, {"quiz": 0, "scoring": 2, "stats": 3}, 9000, counted,
        {"p50": 0.6, "p99": 4.1, "max": 5.0}, never_public, {"submit 503": 7}, clean, "" if clean else "scored",
    )  # fmt: skip


def test_a_run_with_replicas_fails_where_anything_is_lost() -> None:
    assert replicated(2).faults() == []
    assert replicated(2).total_us() == 1700
    assert replicated(2, 8999).faults() == ["2 replicas: 9,000 submissions were acknowledged, 8,999 are counted"]
    assert replicated(4, clean=False, never_public=3).faults() == [
        "4 replicas: the audit is not clean: scored",
        "4 replicas: 3 submissions never were on the stream",
    ]


def test_a_report_has_one_column_for_each_number_of_replicas(tmp_path: Path) -> None:
    report = Replicas("replicas")
    for run in (replicated(4), replicated(1, 8999), replicated(1)):
        report.add(run)
    write(report, tmp_path)
    assert read("replicas", tmp_path) == report
    assert [run.replicas for run in report.runs] == [1, 4]
    assert not report.faults()
    page = replicas_page(report)
    assert "| quiz | 900 | 900 |" in page
    assert "| 4 | scoring-4 SIGKILL | 9,000 | 9,000 | 0.60, 4.10, 5.00 | 0, 2, 3 | 7 × submit 503 |" in page

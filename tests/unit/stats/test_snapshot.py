"""The public numbers of one contest, made from rollups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.contracts.events import Bucket, CategoryStats, Counts
from services.contracts.rules import Paper, Rules, Text
from services.stats.domain.phases import phase
from services.stats.domain.snapshot import build
from services.stats.domain.source import Newest, Source
from services.stats.domain.tree import Tree, Unit

T = datetime(2023, 8, 31, 17, tzinfo=UTC)
TREE = Tree([Unit("r", Text("R")), Unit("a", Text("A"), "r", headcount=10), Unit("b", Text("B"), "r", headcount=40)])


def rules(contest: str, series: str) -> Rules:
    return Rules(
        id=contest, series_id=series, title=Text("C"), opens=T, closes=T + timedelta(30), paper=Paper(minutes=20)
    )


def source(rows, contest: str = "c", series: str = "c", **more) -> Source:
    return Source(rules(contest, series), 3, "open", rows, TREE, **more)


def test_every_count_of_the_children_adds_up_to_the_parent_and_the_contest_adds_who_is_in_no_unit():
    rows = {
        ("c", "unit", "a", "x"): [20, 12, 30, 28, 7, 7],
        ("c", "unit", "a", "y"): [1, 1, 1, 1, 0, 0],
        ("c", "unit", "b", "x"): [9, 8, 9, 9, 1, 1],
        ("c", "unit", "", ""): [0, 0, 2, 2, 1, 1],
    }
    snapshot = build(source(rows))
    assert snapshot.units["a"].counts == Counts(21, 13, 31, 29, 7)
    assert snapshot.units["r"].counts == Counts(30, 21, 40, 38, 8)
    assert snapshot.contest.counts == Counts(30, 21, 42, 40, 9)


def test_a_rate_is_participants_by_headcount_of_the_subtree_and_is_not_clipped():
    snapshot = build(source({("c", "unit", "a", ""): [20, 12, 30, 28, 7, 7]}))
    assert snapshot.units["a"].rate == 1.2
    assert snapshot.units["b"].rate == 0
    assert snapshot.units["r"].rate == 12 / 50
    assert snapshot.contest.headcount == 50


def officials(tree: Tree, secret: frozenset[str] = frozenset()) -> dict:
    rows = {
        ("c", "unit", "a", "can-bo"): [9, 6, 9, 9, 1, 1],
        ("c", "unit", "a", "dan"): [50, 40, 50, 50, 1, 1],
        ("c", "unit", "b", "can-bo"): [3, 2, 3, 3, 0, 0],
    }
    found = build(Source(rules("c", "c"), 3, "open", rows, tree, secret=secret))
    return {unit: each.by_category for unit, each in found.units.items()}


def test_a_category_with_a_headcount_has_a_rate_of_its_own_and_the_others_have_none():
    tree = Tree(
        [Unit("r", Text("R")), Unit("a", Text("A"), "r", headcounts={"can-bo": 12}), Unit("b", Text("B"), "r", headcounts={"can-bo": 4})]
    )  # fmt: skip
    found = officials(tree)
    assert found["a"] == {"can-bo": CategoryStats(6, 12, 0.5)}, "forty citizens are in nobody's rate"
    assert found["r"] == {"can-bo": CategoryStats(8, 16, 0.5)}
    assert officials(tree, frozenset({"participants"}))["a"] == {"can-bo": CategoryStats(None, 12, None)}


def test_headcounts_per_category_follow_a_merge_and_a_parent_s_own_figure_stands():
    tree = Tree(
        [
            Unit("r", Text("R"), headcounts={"can-bo": 100}),
            Unit("a", Text("A"), "r", merged_into="b", headcounts={"can-bo": 12}),
            Unit("b", Text("B"), "r", headcounts={"can-bo": 4}),
        ]
    )
    found = officials(tree)
    assert found["b"] == {"can-bo": CategoryStats(8, 16, 0.5)}
    assert found["r"] == {"can-bo": CategoryStats(8, 100, 0.08)}


def test_a_round_shows_the_registrants_of_its_series_and_the_attempts_of_its_own():
    rows = {
        ("s", "unit", "a", ""): [20, 99, 99, 99, 99, 99],
        ("s/1", "unit", "a", ""): [99, 6, 7, 7, 2, 2],
        ("s", "hour", "", "2023-09-01T00"): [20, 0, 9, 9, 9, 0],
        ("s/1", "hour", "", "2023-09-01T01"): [9, 0, 7, 7, 2, 0],
    }
    contest = build(source(rows, "s/1", "s")).contest
    assert contest.counts == Counts(20, 6, 7, 7, 2)
    assert contest.by_hour == (Bucket("2023-09-01T00", 0, 20), Bucket("2023-09-01T01", 7, 0))
    assert contest.by_day == (Bucket("2023-09-01", 7, 20),)


def test_the_distribution_counts_valid_attempts_by_right_answers():
    rows = {("c", "right", "", "0"): [0, 0, 5, 4, 0, 0], ("c", "right", "", "2"): [0, 0, 3, 3, 3, 0]}
    assert build(source(rows)).contest.distribution == (4, 0, 3)


def test_the_time_of_the_numbers_is_that_of_the_newest_fact_in_them_and_each_count_has_its_own():
    newest = Newest(T + timedelta(hours=5), T + timedelta(hours=3))
    contest = build(source({}, newest=newest)).contest
    assert contest.time == T + timedelta(hours=5)
    assert contest.as_of["registrants"] == T + timedelta(hours=5)
    assert contest.as_of["perfect"] == T + timedelta(hours=3)


@pytest.mark.parametrize(
    ("days", "closed", "announced", "expected"),
    [
        (-1, False, False, "not_open"),
        (0, False, False, "open"),
        (30, False, False, "closing"),
        (30, True, False, "closed"),
        (30, True, True, "published"),
    ],
)
def test_a_contest_is_open_from_opens_to_before_closes_and_closed_when_it_was_counted(
    days, closed, announced, expected
):
    assert phase(rules("c", "c"), T + timedelta(days=days), closed=closed, announced=announced) == expected


def test_a_unit_that_was_merged_away_is_told_so_and_shows_no_numbers_of_its_own():
    tree = Tree([Unit("a", Text("A"), merged_into="b"), Unit("b", Text("B"))])
    rows = {("c", "unit", "a", ""): [9, 8, 7, 6, 5, 5]}
    snapshot = build(Source(rules("c", "c"), 3, "open", rows, tree))
    assert snapshot.units.keys() == {"b"}
    assert snapshot.units["b"].counts == Counts(9, 8, 7, 6, 5)
    assert snapshot.units["b"].merged == ("A",)
    assert snapshot.gone["a"].into == "b"
    assert snapshot.gone["a"].counts == Counts(0, 0, 0, 0, 0)

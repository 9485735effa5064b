"""What must not be shown, and what it could be derived from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.rules import Group, Paper, Prediction, Rules, Text, Tries
from services.stats.domain.secrecy import FEW, few_participants, predicted_secret, unrevealed
from services.stats.domain.snapshot import build
from services.stats.domain.source import Newest, Source
from services.stats.domain.tree import Tree, Unit

T = datetime(2023, 8, 31, 17, tzinfo=UTC)


def test_a_try_a_week_in_a_contest_of_one_week_is_one_try() -> None:
    monday = datetime(2023, 9, 3, 17, tzinfo=UTC)
    weekly = msgspec.structs.replace(rules("attempts"), opens=monday, tries=Tries(week=1))
    assert "participants" in predicted_secret(msgspec.structs.replace(weekly, closes=monday + timedelta(7)))
    assert "participants" not in predicted_secret(msgspec.structs.replace(weekly, closes=monday + timedelta(8)))


@pytest.mark.parametrize("where", ["paper", "group"])
def test_where_a_paper_tells_nothing_the_bar_that_a_submission_moves_tells_nothing_either(where: str) -> None:
    mute = Paper(minutes=20, fixed=("q",), reveal="nothing")
    changes = {"paper": mute} if where == "paper" else {"groups": (Group("g", ("a",), paper=mute),)}
    assert unrevealed(msgspec.structs.replace(rules(None), **changes)) == {"perfect", "distribution"}
    assert unrevealed(rules(None)) == frozenset()


def rules(of: str | None, tries: int | None = None) -> Rules:
    return Rules(
        id="c", series_id="c", title=Text("C"), opens=T, closes=T + timedelta(30), paper=Paper(minutes=20, fixed=("q",)),
        prediction=Prediction(Text("?"), of) if of else None, tries=Tries(contest=tries),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "tries", "secret"),
    [
        (None, None, set()),
        ("perfect_attempts", None, {"perfect", "distribution"}),
        ("perfect_contestants", None, {"perfect", "distribution"}),
        ("attempts", None, {"attempts", "valid", "distribution"}),
        ("attempts", 1, {"attempts", "valid", "distribution", "participants"}),
        ("participants", 3, {"participants"}),
        ("participants", 1, {"participants", "attempts", "valid", "distribution"}),
        ("registrants", None, {"registrants"}),
    ],
)
def test_the_predicted_quantity_is_secret_with_everything_it_can_be_worked_out_from(of, tries, secret):
    assert predicted_secret(rules(of, tries)) == secret


def source(of: str | None, tries: int | None, phase: str = "open") -> Source:
    rows = {
        ("c", "unit", "a", "x"): [61, 47, 83, 79, 23, 23],
        ("c", "day", "a", "2023-09-01"): [61, 0, 83, 79, 23, 0],
        ("c", "hour", "", "2023-09-01T08"): [61, 0, 83, 79, 23, 0],
        ("c", "right", "", "0"): [0, 0, 60, 56, 0, 0],
        ("c", "right", "", "1"): [0, 0, 23, 23, 23, 0],
    }
    return Source(
        rules(of, tries), 7, phase, rows, Tree([Unit("a", Text("A"), headcount=1000)]), Newest(T, T),
        frozenset() if phase == "closed" else predicted_secret(rules(of, tries)),
    )  # fmt: skip


NUMBERS = {"registrants": 61, "participants": 47, "attempts": 83, "valid": 79, "perfect": 23}


@pytest.mark.parametrize("tries", [None, 1])
@pytest.mark.parametrize(
    ("of", "told_by"),
    [
        ("perfect_attempts", {23}), ("perfect_contestants", {23}), ("attempts", {83, 79, 56 + 23}),
        ("participants", {47, 0.047}), ("registrants", {61}),
    ],
)  # fmt: skip
def test_the_predicted_number_stands_nowhere_in_what_is_published_until_closing(of, tries, told_by):
    def numbers(value) -> set[float]:
        if isinstance(value, dict):
            return set().union(*(numbers(item) for item in value.values()), set())
        if isinstance(value, list):
            listed = set().union(*(numbers(item) for item in value), set())
            return listed | {sum(v for v in value if isinstance(v, int))}
        return {value} if isinstance(value, int | float) else set()

    def published(phase: str) -> set[float]:
        snapshot = build(source(of, tries, phase))
        told = [msgspec.to_builtins(snapshot.contest), *(msgspec.to_builtins(unit) for unit in snapshot.units.values())]
        return numbers(told)

    assert not published("open") & told_by
    assert published("closed") & told_by


def test_what_is_withheld_says_why_and_its_time_is_withheld_with_it():
    contest = build(source("perfect_attempts", None)).contest
    assert contest.withheld == {"perfect": "until_closing", "distribution": "until_closing"}
    assert contest.counts.perfect is None
    assert contest.distribution is None
    assert "perfect" not in contest.as_of
    assert contest.counts.valid == 79


def test_a_unit_s_perfect_attempts_are_those_of_the_last_full_hour_until_closing():
    held = source(None, None)
    held.rows["c", "unit", "a", "x"][5] = 20
    assert build(held).units["a"].counts.perfect == 20
    assert build(held).contest.counts.perfect == 23
    assert build(msgspec.structs.replace(held, phase="closed")).units["a"].counts.perfect == 23


def tree_of(shape: dict[str, str | None]) -> Tree:
    return Tree([Unit(unit, Text(unit), parent) for unit, parent in shape.items()])


def test_a_unit_of_fewer_than_five_takes_a_sibling_with_it_where_it_alone_could_be_derived():
    tree = tree_of({"r": None, "a": "r", "b": "r", "c": "r"})
    assert few_participants(tree, {"a": 4, "b": 10, "c": 20}) == {"a", "b"}
    assert few_participants(tree, {"a": 4, "b": 4, "c": 20}) == {"a", "b"}
    assert few_participants(tree, {"a": 2, "b": 2, "c": 20}) == {"a", "b", "c"}
    assert few_participants(tree, {"a": 5, "b": 10, "c": 20}) == set()


def test_a_unit_without_participants_shows_nothing_and_hides_nobody_else():
    tree = tree_of({"r": None, "a": "r", "b": "r"})
    assert few_participants(tree, {"b": 10}) == {"a"}


def test_a_sibling_that_is_withheld_cannot_be_added_up_from_its_own_parts():
    tree = tree_of({"r": None, "a": "r", "b": "r", "b1": "b", "b2": "b"})
    assert few_participants(tree, {"a": 2, "b1": 30, "b2": 10}) == {"a", "b", "b2"}


def test_people_entered_directly_under_a_parent_are_a_group_of_their_own():
    tree = tree_of({"r": None, "a": "r", "b": "r"})
    assert few_participants(tree, {"r": 3, "a": 10, "b": 20}) == {"a"}
    assert few_participants(tree, {"r": 3, "a": 2, "b": 20}) == set("a")


SHAPES = st.lists(st.integers(0, 6), min_size=2, max_size=9).map(
    lambda picks: {f"u{n}": None if n == 0 or pick >= n else f"u{pick}" for n, pick in enumerate(picks)}
)


@settings(max_examples=400, deadline=None)
@given(SHAPES, st.lists(st.sampled_from([0, 0, 1, 2, 4, 5, 9]), min_size=9, max_size=9))
def test_no_number_of_a_small_unit_follows_from_what_is_shown_by_adding_and_subtracting(shape, sizes):
    own = {unit: size for unit, size in zip(shape, sizes, strict=False) if size}
    tree = tree_of(shape)
    total = tree.sums(own)
    withheld = few_participants(tree, own)

    def below(unit: str) -> set[str]:
        return {unit}.union(*(below(child) for child in tree.children[unit]))

    groups = sorted(own)

    def row(units: set[str]) -> list[Fraction]:
        return [Fraction(group in units) for group in groups]

    shown = [row(below(unit)) for unit in shape if unit not in withheld]
    everything = row(set(shape))
    if sum(own.values()) < FEW:
        return  # the contest's own total is public whoever takes part
    for unit in shape:
        if 0 < total[unit] < FEW:
            assert unit in withheld
            assert rank([*shown, everything, row(below(unit))]) == rank([*shown, everything]) + 1, (
                f"{unit} can be derived"
            )


def rank(rows: list[list[Fraction]]) -> int:
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / rows[found][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found

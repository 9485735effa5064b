"""`check` as quiz calls it on import: rules from anywhere end in faults, never in an exception."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.rules import DrawStep, Group, Paper, Prediction, Rules, Text, Tries
from services.folder import Bank, check
from services.folder.later_model import later_of

NUMBER = st.integers(-(10**15), 10**15)
JSON = st.recursive(st.none() | st.booleans() | NUMBER | st.text(max_size=4), lambda inner: st.lists(inner, max_size=2))
AWARD = st.fixed_dictionaries({"id": st.text(max_size=3)}, optional={"prizes": NUMBER, "only_if": JSON, "points": JSON})
LATER = st.fixed_dictionaries(
    {}, optional={"awards": st.fixed_dictionaries({"individual": st.lists(AWARD, max_size=2)}) | JSON, "ranking": JSON}
)
PAPER = st.builds(
    Paper,
    NUMBER,
    st.lists(st.builds(DrawStep, NUMBER), max_size=2).map(tuple),
    st.lists(st.text(), max_size=2).map(tuple),
)
INSTANT = st.datetimes() | st.datetimes(timezones=st.just(UTC))
RULES = st.builds(
    Rules,
    st.text(),
    st.text(),
    st.just(Text("?")),
    INSTANT,
    INSTANT,
    PAPER,
    time_zone=st.sampled_from(("Asia/Ho_Chi_Minh", "../etc", "", "x" * 300, "a\0b")),
    grace_ms=NUMBER,
    groups=st.lists(st.builds(Group, st.text(), paper=st.none() | PAPER), max_size=2).map(tuple),
    prediction=st.none() | st.builds(Prediction, st.just(Text("?")), st.just("attempts"), low=NUMBER, high=NUMBER),
    tries=st.builds(Tries, st.none() | NUMBER, gap_ms=st.none() | NUMBER),
    later=LATER,
)


@settings(max_examples=200, deadline=None)
@given(RULES)
def test_rules_from_anywhere_end_in_faults_and_never_in_an_exception(rules: Rules) -> None:
    assert check(rules, Bank()), "no paper can be drawn from an empty bank"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"series_id": "a b"}, "id"),
        ({"time_zone": "Asia/Hanoi"}, "time_zone"),
        ({"opens": datetime(2023, 9, 1)}, "opens"),  # noqa: DTZ001
        ({"closes": datetime(2203, 9, 1, tzinfo=UTC)}, "closes"),
        ({"grace_ms": -1}, "grace"),
        ({"tries": Tries(day=0)}, "tries.day"),
        ({"paper": Paper(0, fixed=("Q1",))}, "paper.minutes"),
        ({"paper": Paper(20, draw=(DrawStep(-1),))}, "paper.draw[0].count"),
        ({"later": {"awards": {"individual": [{"prizes": 1}]}}}, "later"),
        ({"later": {"rankings": []}}, "later"),
    ],
)
def test_what_no_folder_could_hold_is_refused_on_import(draft, change, key: str) -> None:
    folder = draft.read()
    assert check(folder.rules[0], folder.bank) == []
    (fault,) = check(msgspec.structs.replace(folder.rules[0], **change), folder.bank)
    assert (fault.file, fault.line, fault.key) == ("contest.yaml", None, key)


def test_the_later_keys_of_a_folder_have_the_shape_that_later_work_will_read(draft) -> None:
    later = later_of(draft.read().rules[0])
    assert [step.by for step in later.ranking] == ["score", "prediction_distance", "duration", "submitted_at"]
    assert str(later.awards.collective[0].only_if.headcount) == ">= 50"

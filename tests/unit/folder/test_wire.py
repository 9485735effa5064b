"""What leaves the folder as JSON comes back as it was; a window can be moved."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.rules import DrawStep, Paper, Rules, Text, Tries
from services.folder import Bank, Option, Question, Unit, shift_window, to_wire
from services.folder.model import ContestFolder

WORD = st.text("abcđệ 0'\"\\\n", min_size=1, max_size=8)
TEXT = st.builds(Text, WORD, st.none() | WORD)
INSTANT = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
COUNTED = st.sampled_from(("first", "last")) | st.lists(WORD, min_size=1, max_size=3).map(tuple)
QUESTION = st.builds(
    Question,
    WORD,
    st.sampled_from(("single", "multiple")),
    WORD,
    WORD,
    TEXT,
    st.lists(st.builds(Option, WORD, TEXT), max_size=3).map(tuple),
    st.lists(WORD, max_size=3).map(tuple),
    points=st.none() | st.integers(1, 9),
    shuffle_options=st.booleans(),
)
UNIT = st.builds(
    Unit,
    WORD,
    TEXT,
    st.none() | WORD,
    headcount=st.none() | st.integers(0, 10**6),
    headcounts=st.dictionaries(WORD, st.integers(0, 99), max_size=2),
    target=st.none() | st.floats(0, 2),
    open=st.booleans(),
)
RULES = st.builds(
    Rules,
    WORD,
    WORD,
    TEXT,
    INSTANT,
    INSTANT,
    st.builds(Paper, st.integers(1, 90), st.lists(st.builds(DrawStep, st.integers(1, 9), WORD), max_size=2).map(tuple)),
    tries=st.builds(Tries, st.none() | st.integers(1, 9), gap_ms=st.none() | st.integers(0, 10**9)),
    counted=COUNTED,
    later=st.dictionaries(WORD, st.lists(st.integers() | WORD), max_size=2),
)
FOLDER = st.builds(
    ContestFolder,
    st.lists(RULES, min_size=1, max_size=2).map(tuple),
    st.builds(Bank, st.lists(QUESTION, max_size=3).map(tuple)),
    st.lists(UNIT, max_size=3).map(tuple),
)


@settings(max_examples=80, deadline=None)
@given(FOLDER)
def test_rules_bank_and_units_survive_json(folder: ContestFolder) -> None:
    units, contests = json.loads(json.dumps(to_wire(folder)))
    assert msgspec.convert(units, tuple[Unit, ...]) == folder.units
    for (contest_id, rules, bank), sent in zip(contests, folder.rules, strict=True):
        assert contest_id == sent.id
        assert msgspec.convert(rules, Rules) == sent
        assert msgspec.convert(bank, Bank) == folder.bank


def test_a_read_folder_survives_json_too(draft) -> None:
    folder = draft.read()
    units, contests = json.loads(json.dumps(to_wire(folder)))
    assert msgspec.convert(units, tuple[Unit, ...]) == folder.units
    assert [msgspec.convert(rules, Rules) for _, rules, _ in contests] == list(folder.rules)


@settings(max_examples=50, deadline=None)
@given(INSTANT)
def test_a_moved_window_closes_when_asked_and_is_as_long_as_before(closes: datetime) -> None:
    opens = datetime(2023, 8, 31, 17, tzinfo=UTC)
    rules = Rules("c", "c", Text("?"), opens, opens + timedelta(days=30), Paper(20))
    moved = shift_window(rules, closes)
    assert (moved.closes, moved.closes - moved.opens) == (closes, timedelta(days=30))
    assert shift_window(moved, rules.closes) == rules


def test_the_day_of_the_age_limit_moves_with_the_window(draft) -> None:
    rules = draft.read().rules[0]
    moved = shift_window(rules, rules.closes + timedelta(days=365))
    assert moved.registration.age.at == date(2024, 8, 31)


def test_a_window_is_not_moved_to_a_time_without_offset(draft) -> None:
    with pytest.raises(ValueError, match="has no offset"):
        shift_window(draft.read().rules[0], datetime(2023, 1, 1))  # noqa: DTZ001

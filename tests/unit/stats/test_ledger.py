"""Rollups moved by differences equal a count from scratch, in any order and with any repetition (rule 4)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.events import (
    ContestantErased,
    ContestantEvent,
    ContestantExcluded,
    ContestantMoved,
    ContestantRegistered,
)
from services.stats.domain.hours import local_hour
from services.stats.domain.ledger import Fact, Ledger
from services.stats.domain.people import Person, apply

T = datetime(2023, 8, 31, 16, 30, tzinfo=UTC)
ZONE = "Asia/Ho_Chi_Minh"
SERIES, ROUNDS = "s", ("s", "s/1")
Said = ContestantEvent | Fact


def about(kind: type, person: str, version: int, **more) -> ContestantEvent:
    when = T + timedelta(hours=version)
    return kind(version=version, time=when, recorded_at=when, series_id=SERIES, contestant_id=person, **more)


def story(person: str) -> list[Said]:
    """Everything that can happen to one person and two attempts, with later facts contradicting earlier ones."""
    return [
        about(ContestantRegistered, person, 1, unit_id="a", category="x"),
        about(ContestantExcluded, person, 2),
        about(ContestantMoved, person, 3, unit_id="b", category="x"),
        about(ContestantExcluded, person, 4, excluded=False),
        about(ContestantMoved, person, 5, unit_id=None, category="y"),
        *(
            Fact(person, f"{person}{n}", ROUNDS[n % 2], version, local_hour(T + timedelta(hours=9 * n), ZONE), 18 + n % 2,
                 bool(n % 2), version == 1)
            for n in range(3) for version in (1, 2)
        ),
    ]  # fmt: skip


class Fold:
    """What the handlers do, with dictionaries for tables."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.facts: dict[str, Fact] = {}
        self.rollups: dict[tuple[str, ...], list[int]] = {}

    def take(self, said: Said) -> None:
        ledger = Ledger()
        person = self.people.get(said.contestant_id, Person(said.contestant_id, SERIES))
        if isinstance(said, Fact):
            old = self.facts.get(said.attempt_id)
            if old is None or old.version < said.version:
                self.people[said.contestant_id] = ledger.score(person, old, said)
                self.facts[said.attempt_id] = said
        else:
            new = apply(person, said, local_hour(said.time, ZONE))
            if new is not person:
                own = [fact for fact in self.facts.values() if fact.contestant_id == said.contestant_id]
                ledger.change(person, new, own)
                self.people[said.contestant_id] = new
        for key, counts in ledger.moves.items():
            row = self.rollups.get(key, [0] * 5)
            self.rollups[key] = [a + b for a, b in zip(row, counts, strict=True)]

    def numbers(self) -> dict[tuple[str, ...], list[int]]:
        return {key: counts for key, counts in self.rollups.items() if any(counts)}


def from_scratch(people: dict[str, Person], facts: dict[str, Fact]) -> dict[tuple[str, ...], list[int]]:
    """Counted as contest.md words it, without any difference."""
    counts: Counter[tuple[tuple[str, ...], int]] = Counter()
    for person in people.values():
        entered = person.registered_hour is not None and not person.erased_version
        unit, category = (person.unit_id or "", person.category or "") if entered else ("", "")
        own = [fact for fact in facts.values() if fact.contestant_id == person.contestant_id]
        if entered:
            hour = person.registered_hour or ""
            for key in (("unit", unit, category), ("day", unit, hour[:10]), ("hour", "", hour)):
                counts[(SERIES, *key), 0] += 1
            for contest in {fact.contest_id for fact in own}:
                counts[(contest, "unit", unit, category), 1] += 1
        for fact in own:
            valid = fact.valid and not person.excluded
            for key in (("unit", unit, category), ("day", unit, fact.hour[:10]), ("hour", "", fact.hour),
                        ("right", "", str(fact.right))):  # fmt: skip
                for count, one in ((2, 1), (3, valid), (4, valid and fact.perfect)):
                    counts[(fact.contest_id, *key), count] += one
    rows: dict[tuple[str, ...], list[int]] = {}
    for (key, count), number in counts.items():
        rows.setdefault(key, [0] * 5)[count] = number
    return {key: row for key, row in rows.items() if any(row)}


ORDERS = st.lists(st.sampled_from(story("p") + story("q") + [about(ContestantErased, "q", 9)]), max_size=40)


@settings(max_examples=300)
@given(ORDERS)
def test_rollups_moved_by_differences_equal_a_count_from_scratch(order):
    fold = Fold()
    for said in order:
        fold.take(said)
    assert fold.numbers() == from_scratch(fold.people, fold.facts)


@given(ORDERS, st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_of_the_same_facts_ends_in_the_same_rollups(order, random):
    one, other = Fold(), Fold()
    for said in order:
        one.take(said)
    again = order + order[:7]
    random.shuffle(again)
    for said in again:
        other.take(said)
    assert one.numbers() == other.numbers()


def test_a_registrant_with_three_attempts_is_one_participant():
    fold = Fold()
    for said in (about(ContestantRegistered, "p", 1, unit_id="a", category="x"), *story("p")[5:]):
        fold.take(said)
    assert fold.numbers()["s", "unit", "a", "x"][:3] == [1, 1, 2]
    assert fold.numbers()["s/1", "unit", "a", "x"][:3] == [0, 1, 1]


def test_an_erased_person_leaves_registrants_and_participants_and_their_attempts_stay_under_no_unit():
    fold = Fold()
    for said in (about(ContestantRegistered, "p", 1, unit_id="a", category="x"), *story("p")[5:],
                 about(ContestantErased, "p", 7)):  # fmt: skip
        fold.take(said)
    assert ("s", "unit", "a", "x") not in fold.numbers()
    assert fold.numbers()["s", "unit", "", ""] == [0, 0, 2, 0, 0]


def test_the_hours_of_a_contest_are_those_of_its_own_time_zone():
    assert local_hour(datetime(2023, 8, 31, 17, 0, tzinfo=UTC), ZONE) == "2023-09-01T00"
    assert local_hour(datetime(2023, 8, 31, 16, 59, 59, tzinfo=UTC), ZONE) == "2023-08-31T23"
    assert local_hour(datetime(2023, 8, 31, 18, 29, tzinfo=UTC), "Asia/Kolkata") == "2023-08-31T23"

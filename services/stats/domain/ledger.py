"""Rollups move by differences: what a person or an attempt counted for before is taken away, what it counts for now is added.

A rollup's key is (scope, kind, unit, slot). scope: a contest; registrants count to the series, which is the contest
itself where there are no rounds. kind: `unit` (slot: category), `day` (slot: 2023-09-01), `hour` (no unit; slot:
2023-09-01T20), `right` (no unit; slot: number of right answers). Unit and category are "" where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from services.stats.domain.hours import day_of
from services.stats.domain.people import Person

Key = tuple[str, str, str, str]
COUNTS = ("registrants", "participants", "attempts", "valid", "perfect")
REGISTRANTS, PARTICIPANTS, ATTEMPTS, VALID, PERFECT = range(5)


class Fact(Struct, frozen=True):
    """One scored attempt: `valid` and `perfect` as scoring said."""

    contestant_id: str
    attempt_id: str
    contest_id: str
    version: int
    hour: str
    right: int
    perfect: bool
    valid: bool


class Shown(NamedTuple):
    """What an attempt adds to valid and to perfect."""

    valid: int
    perfect: int


def shown(person: Person, fact: Fact) -> Shown:
    """The one place where scoring's `valid` meets the exclusion of a person."""
    valid = fact.valid and not person.excluded
    return Shown(int(valid), int(valid and fact.perfect))


class Ledger:
    """Gathers differences; `moves` gives those that are not zero."""

    def __init__(self) -> None:
        self._deltas: dict[Key, list[int]] = {}

    @property
    def moves(self) -> Mapping[Key, list[int]]:
        return {key: counts for key, counts in self._deltas.items() if any(counts)}

    def person(self, person: Person, sign: int) -> None:
        """A registrant, with their part in each contest."""
        if not person.attributed or person.registered_hour is None:
            return
        unit, hour = person.unit_id or "", person.registered_hour
        self._row((person.series_id, "unit", unit, person.category or ""))[REGISTRANTS] += sign
        self._row((person.series_id, "day", unit, day_of(hour)))[REGISTRANTS] += sign
        self._row((person.series_id, "hour", "", hour))[REGISTRANTS] += sign
        for contest in person.took_part:
            self.participant(person, contest, sign)

    def participant(self, person: Person, contest: str, sign: int) -> None:
        if person.attributed:
            self._row((contest, "unit", person.unit_id or "", person.category or ""))[PARTICIPANTS] += sign

    def fact(self, person: Person, fact: Fact, sign: int) -> None:
        """An attempt, where its person counts."""
        unit, category = (person.unit_id or "", person.category or "") if person.attributed else ("", "")
        valid, perfect = shown(person, fact)
        for key in (
            (fact.contest_id, "unit", unit, category),
            (fact.contest_id, "day", unit, day_of(fact.hour)),
            (fact.contest_id, "hour", "", fact.hour),
            (fact.contest_id, "right", "", str(fact.right)),
        ):
            row = self._row(key)
            row[ATTEMPTS] += sign
            row[VALID] += sign * valid
            row[PERFECT] += sign * perfect

    def change(self, old: Person, new: Person, facts: Iterable[Fact]) -> None:
        """A person changed: their whole history, `facts`, goes with them."""
        self.person(old, -1)
        self.person(new, +1)
        for fact in facts:
            self.fact(old, fact, -1)
            self.fact(new, fact, +1)

    def score(self, person: Person, old: Fact | None, new: Fact) -> Person:
        """An attempt is new, or was scored again. Gives the person, who has taken part from now on."""
        if old is not None:
            self.fact(person, old, -1)
        self.fact(person, new, +1)
        if new.contest_id in person.took_part:
            return person
        self.participant(person, new.contest_id, +1)
        return replace(person, took_part=tuple(sorted((*person.took_part, new.contest_id))))

    def _row(self, key: Key) -> list[int]:
        row = self._deltas.get(key)
        if row is None:
            row = self._deltas[key] = [0, 0, 0, 0, 0]
        return row

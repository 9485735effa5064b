"""What a contest folder says, once it has been read: the bank, the units, who may not enter.

The rules themselves are `services.contracts.rules.Rules`. Everything here is immutable, NFC, and survives JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct, field

from services.contracts.rules import Rules, Text


class Option(Struct, frozen=True, omit_defaults=True):
    """One possible answer. Answers name it by `id`, never by its position."""

    id: str
    text: Text


class Question(Struct, frozen=True, omit_defaults=True):
    """One question with its key. Only the organiser's machine and scoring ever see `correct` in clear."""

    id: str
    kind: Literal["single", "multiple"]
    topic: str
    difficulty: str
    text: Text
    options: tuple[Option, ...]
    correct: tuple[str, ...]
    """Option ids, sorted. `single`: exactly one; `multiple`: right when the chosen set is exactly this one."""
    points: int | None = None
    """None: what the paper gives."""
    explanation: str | None = None
    legal_basis: str | None = None
    shuffle_options: bool = True
    groups: tuple[str, ...] = ()
    """Ids of the groups whose papers may hold it; empty: every paper."""


class Bank(Struct, frozen=True, omit_defaults=True):
    """All questions of a contest, in the order of the file."""

    questions: tuple[Question, ...] = ()

    def for_group(self, group: str | None) -> tuple[Question, ...]:
        """The questions that a paper of this group (None: of people in no group) may hold."""
        return tuple(q for q in self.questions if not q.groups or group in q.groups)


class Unit(Struct, frozen=True, omit_defaults=True):
    """A place in the tree under which people register.

    A `headcount` given for a unit covers its whole subtree: in the shipped data a block's 9,323 already is the sum of
    its agencies. Two education offices there list only some of their schools, so children may add up to less than
    their parent; the parent's own figure then stands. `subtree_headcounts` applies this.
    """

    unit_id: str
    name: Text
    parent: str | None = None
    kind: str = "unit"
    headcount: int | None = None
    """Persons on the rolls of the subtree; None: not given."""
    headcounts: dict[str, int] = field(default_factory=dict)
    """The same per category id, where the organiser gave it."""
    target: float | None = None
    """The participation rate aimed at; 1.0 is 100 %."""
    open: bool = False
    """True for the unit of people who belong to none (thí sinh tự do): it never has a rate."""


class Excluded(Struct, frozen=True, omit_defaults=True):
    """A person who may not enter, such as an organiser: known by phone, ID number, or name and birth date."""

    name: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    id_number: str | None = None
    reason: str | None = None


class ContestFolder(Struct, frozen=True, omit_defaults=True):
    """A folder without a fault. `rules` has one entry per contest: one, or one per round, all of one series."""

    rules: tuple[Rules, ...]
    bank: Bank
    units: tuple[Unit, ...] = ()
    """Parents stand before their children."""
    excluded: tuple[Excluded, ...] = ()


def subtree_headcounts(units: Iterable[Unit]) -> dict[str, int | None]:
    """unit id -> persons on the rolls of its subtree: its own figure if given, else the sum of its children's
    known ones, None where nothing is known (then there is no rate). `units` in any order, without a cycle."""
    known = {unit.unit_id: unit for unit in units}
    totals: dict[str, int | None] = {unit_id: unit.headcount for unit_id, unit in known.items()}
    for unit_id in sorted(known, key=lambda each: -_depth(each, known)):
        unit = known[unit_id]
        total = totals[unit_id]
        parent = known.get(unit.parent) if unit.parent else None
        if parent is not None and parent.headcount is None and total is not None:
            totals[parent.unit_id] = (totals[parent.unit_id] or 0) + total
    return totals


def _depth(unit_id: str, known: dict[str, Unit]) -> int:
    depth = 0
    parent = known[unit_id].parent
    while parent in known:
        depth += 1
        parent = known[parent].parent
    return depth

"""The tree of units as it is now: merges and moves are resolved here, so that no rollup moves for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field

from services.contracts.rules import Text


class Unit(Struct, frozen=True):
    """A unit as it was last defined, and where it was merged into."""

    unit_id: str
    name: Text
    parent: str | None = None
    kind: str = "unit"
    headcount: int | None = None
    target: float | None = None
    merged_into: str | None = None
    headcounts: dict[str, int] = field(default_factory=dict)
    """Per category id, where the organiser gave it."""


class Tree:
    """`children` of each unit that still stands, "" standing above the roots; `home` says where a unit's people count now."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._all = {unit.unit_id: unit for unit in units}
        self.home = {unit_id: self._follow(unit_id) for unit_id in self._all}
        self.units = {unit_id: self._all[unit_id] for unit_id, home in self.home.items() if home == unit_id}
        self.merged: dict[str, list[Unit]] = {unit_id: [] for unit_id in self.units}
        for unit_id, home in self.home.items():
            if home != unit_id:
                self.merged[home].append(self._all[unit_id])
        self.parent = {unit_id: self._parent_of(unit) for unit_id, unit in self.units.items()}
        self._break_cycles()
        self.children: dict[str, list[str]] = {unit_id: [] for unit_id in ("", *self.units)}
        for unit_id in sorted(self.units):
            self.children[self.parent[unit_id]].append(unit_id)
        self.bottom_up = self._bottom_up()

    def sums(self, own: Mapping[str, int]) -> dict[str, int]:
        """Per standing unit, `own` summed over its subtree. Numbers of unknown units are left out."""
        total = dict.fromkeys(self.units, 0)
        for unit_id, number in own.items():
            if unit_id in self.home:
                total[self.home[unit_id]] += number
        for unit_id in self.bottom_up:
            if parent := self.parent[unit_id]:
                total[parent] += total[unit_id]
        return total

    def headcounts(self) -> dict[str, int | None]:
        """Of the subtree: its own where it was given (with those merged into it), else the sum of the children's, else None."""
        return self._rolls(lambda unit: unit.headcount)

    def categories(self) -> list[str]:
        """Those for which some unit says how many there are."""
        return sorted({category for unit in self._all.values() for category in unit.headcounts})

    def headcounts_of(self, category: str) -> dict[str, int | None]:
        """As `headcounts`, of one category."""
        return self._rolls(lambda unit: unit.headcounts.get(category))

    def _rolls(self, given_by: Callable[[Unit], int | None]) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for unit_id in self.bottom_up:
            own = [given_by(unit) for unit in (self.units[unit_id], *self.merged[unit_id])]
            given = own if own[0] is not None else [*own, *(found[child] for child in self.children[unit_id])]
            known = [number for number in given if number is not None]
            found[unit_id] = sum(known) if known else None
        return found

    def _follow(self, unit_id: str) -> str:
        """Where merges lead; a circle of merges, or one into an unknown unit, is not followed."""
        seen, here = {unit_id}, unit_id
        while (onward := self._all[here].merged_into) is not None:
            if onward in seen or onward not in self._all:
                return unit_id if onward in seen else here
            seen.add(onward)
            here = onward
        return here

    def _parent_of(self, unit: Unit) -> str:
        parent = self.home.get(unit.parent or "", "")
        return "" if parent == unit.unit_id else parent

    def _break_cycles(self) -> None:
        """A unit above itself becomes a root."""
        for start in sorted(self.units):
            seen, here = {start}, self.parent[start]
            while here and here not in seen:
                seen.add(here)
                here = self.parent[here]
            if here == start:
                self.parent[start] = ""

    def _bottom_up(self) -> list[str]:
        order, waiting = [], list(self.children[""])
        while waiting:
            unit_id = waiting.pop()
            order.append(unit_id)
            waiting.extend(self.children[unit_id])
        return order[::-1]

"""The tree of units: what is wrong with a list of them, and what a new list changes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import category

from services.contracts.rules import Text

TEXT_LENGTH = 200


@dataclass(frozen=True)
class Unit:
    """A unit as an organiser gives it. `headcount` is of persons, `target` a participation rate (1.0 is 100 %)."""

    id: str
    name: Text
    parent: str | None = None
    kind: str = "unit"
    headcount: int | None = None
    headcounts: Mapping[str, int] = field(default_factory=dict)
    target: float | None = None
    open: bool = False


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one unit: `key` is the field, `value` what stood there."""

    unit_id: str
    key: str
    value: str
    message: str


@dataclass(frozen=True)
class Diff:
    created: tuple[Unit, ...]
    changed: tuple[Unit, ...]
    unchanged: tuple[Unit, ...]


def diff(known: Mapping[str, Unit], given: Sequence[Unit]) -> Diff:
    """What `given` changes in `known`. Units that are not given stay as they are: nothing is ever deleted."""
    created = tuple(unit for unit in given if unit.id not in known)
    changed = tuple(unit for unit in given if unit.id in known and unit != known[unit.id])
    unchanged = tuple(unit for unit in given if known.get(unit.id) == unit)
    return Diff(created, changed, unchanged)


def faults(known: Mapping[str, Unit], given: Sequence[Unit]) -> list[Fault]:
    """Everything that is wrong with `given` on top of `known`, all at once."""
    tree = {**known, **{unit.id: unit for unit in given}}
    found = [fault for unit in given for fault in _own_faults(unit)]
    found += _duplicates(given)
    found += [
        Fault(unit.id, "parent", unit.parent, "no unit has this id")
        for unit in given
        if unit.parent is not None and unit.parent not in tree
    ]
    return found + _cycles(tree, [unit.id for unit in given])


def _own_faults(unit: Unit) -> Iterable[Fault]:
    counts = {"headcount": unit.headcount, **{f"headcounts.{name}": count for name, count in unit.headcounts.items()}}
    for key, count in counts.items():
        if count is not None and not 0 <= count < 1 << 31:
            yield Fault(unit.id, key, str(count), "a headcount is a number of persons, 0 or more")
    if unit.target is not None and not 0 < unit.target <= 10:
        yield Fault(unit.id, "target", str(unit.target), "a target is a rate above 0, 1.0 meaning 100 %")
    if not _is_plain(unit.id) or "|" in unit.id or "/" in unit.id:
        yield Fault(unit.id, "id", unit.id, "an id is one line of at most 200 characters and holds neither | nor /")
    if not _is_plain(unit.name.vi) or not _is_plain(unit.name.en or "-"):
        yield Fault(unit.id, "name", unit.name.vi, "a unit has a Vietnamese name, one line of at most 200 characters")
    for group in unit.headcounts:
        if not _is_plain(group):
            yield Fault(unit.id, "headcounts", group, "headcounts are given by category id")


def _is_plain(text: str) -> bool:
    return 0 < len(text.strip()) <= TEXT_LENGTH and not any(category(sign) == "Cc" for sign in text)


def _duplicates(given: Sequence[Unit]) -> list[Fault]:
    seen: set[str] = set()
    twice = [unit.id for unit in given if unit.id in seen or seen.add(unit.id)]  # type: ignore[func-returns-value]
    return [Fault(unit_id, "id", unit_id, "this id stands twice") for unit_id in dict.fromkeys(twice)]


def _cycles(tree: Mapping[str, Unit], given: Iterable[str]) -> list[Fault]:
    sound: set[str] = set()
    found: list[Fault] = []
    for start in given:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at in tree and at not in sound and at not in path:
            path[at] = None
            at = tree[at].parent
        if at is not None and at in path:
            circle = [*list(path)[list(path).index(at) :], at]
            message = f"the parents go in a circle: {' → '.join(circle)}"
            found.append(Fault(at, "parent", tree[at].parent or "", message))
        sound.update(path)
    return found


def subtree(parents: Mapping[str, str | None], root: str) -> frozenset[str]:
    """`root` and everything below it; empty if there is no such unit."""
    children: dict[str, list[str]] = {}
    for unit_id, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(unit_id)
    below = {root: None} if root in parents else {}
    waiting = list(below)
    for unit_id in waiting:
        # A unit that was merged into one below it, or given such a parent later, stands in a circle.
        fresh = [child for child in children.get(unit_id, ()) if child not in below]
        below |= dict.fromkeys(fresh)
        waiting.extend(fresh)
    return frozenset(below)


def under_merges(parents: Mapping[str, str | None], homes: Mapping[str, str | None]) -> dict[str, str | None]:
    """The tree as it counts: what was merged stands under the unit it went into (`homes`), and its children with it."""
    return {unit_id: homes.get(unit_id) or parent for unit_id, parent in parents.items()}


def merge_fault(unit_id: str, into: str, homes: Mapping[str, str | None], below: Container[str]) -> str | None:
    """Why `unit_id` cannot go into `into`, or None. `homes`: every unit -> where it was merged to; `below`: its subtree."""
    if into not in homes:
        return "no unit of this series has this id; give one of its units"
    if homes[unit_id] is not None:
        return f"{unit_id} was merged into {homes[unit_id]} before; merge that one"
    if homes[into] is not None:
        return f"it was merged into {homes[into]} itself; give that one"
    if into in below:
        return f"it lies within {unit_id}; move it out first, or merge it the other way round"
    return None

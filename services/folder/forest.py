"""Whether the units make a tree, and in which order: no code twice, every parent known, no cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from services.folder.model import Unit
from services.folder.units import Found
from services.folder.values import meant


def ordered(found: Iterable[Found], categories: Collection[str] | None) -> tuple[Unit, ...]:
    """The units with parents before children. Each fault is told to its place; units with one are left out.

    `categories`: what headcounts may be given for; None where that is not known."""
    known = _distinct(found)
    for each in known.values():
        _check_headcounts(each)
        for category in each.unit.headcounts if categories is not None else ():
            if category not in (categories or ()):
                way = ("is not a category of the contest", meant(category, categories or ()))
                each.fault("headcounts", category, way)
    children: dict[str | None, list[Found]] = {}
    for each in known.values():
        children.setdefault(_parent(each, known), []).append(each)
    units: list[Unit] = []
    waiting = children.pop(None, [])[::-1]
    while waiting:
        unit = waiting.pop().unit
        units.append(unit)
        waiting.extend(children.pop(unit.unit_id, [])[::-1])
    # whoever was not reached from a root hangs on a cycle
    for each in (each for below in children.values() for each in below):
        if _is_on_cycle(each, known):
            parent = str(each.unit.parent)
            each.fault("parent", parent, (f"leads back to {each.unit.unit_id} itself", "break the circle of parents"))
    return tuple(units)


def _distinct(found: Iterable[Found]) -> dict[str, Found]:
    known: dict[str, Found] = {}
    for each in found:
        code = each.unit.unit_id
        if code in known:
            first = known[code].place.line
            each.fault("code", code, (f"is the code of two units (first on line {first})", "give one another code"))
        else:
            known[code] = each
    return known


def _parent(each: Found, known: dict[str, Found]) -> str | None:
    parent = each.unit.parent
    if parent is None or parent in known:
        return parent
    each.fault("parent", parent, (f"is no unit, yet {each.unit.unit_id} names it as parent", meant_code(parent, known)))
    return None


def meant_code(code: str, known: Iterable[str]) -> str:
    way_out = meant(code, known)
    return way_out if way_out.startswith("did you") else "add that unit, or leave the parent empty for a root"


def _check_headcounts(each: Found) -> None:
    unit = each.unit
    if unit.open and (unit.headcount is not None or unit.headcounts):
        way = ("has a headcount, but an open unit has no rolls", "delete the headcount, or give the unit another kind")
        each.fault("headcount", str(unit.headcount or ""), way)
    total = sum(unit.headcounts.values())
    if unit.headcount is not None and total > unit.headcount:
        way = (f"is less than the {total} of its categories", "give the sum of the categories, or more")
        each.fault("headcount", str(unit.headcount), way)


def _is_on_cycle(each: Found, known: dict[str, Found]) -> bool:
    seen = {each.unit.unit_id}
    parent = each.unit.parent
    while parent is not None and parent not in seen:
        seen.add(parent)
        parent = known[parent].unit.parent if parent in known else None
    return parent == each.unit.unit_id

"""Where people register: the published figure of each known unit, split over the leaves below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from bench.plan.apportion import apportion

TAKE_UP = 0.92
"""Of the people on the rolls of a district office or commune, how many register; the others who do are citizens."""
STAFF_SHARE, PUPIL_SHARE = 0.55, 0.14
"""How much likelier a school's staff registers than its pupils: together they make the published school block."""


class Leaf(Struct, frozen=True):
    """A unit that people register under. `category` says who they are; `pupils` of its registrants are `hoc-sinh`."""

    code: str
    top: str
    category: str
    registrants: int
    pupils: int = 0


class Top(Struct, frozen=True):
    """A unit whose registrants and attempts are known; they are split over its `leaves`."""

    code: str
    registrants: int
    attempts: int
    leaves: tuple[Leaf, ...]


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from walk(child)


def top(node: dict[str, Any]) -> Top:
    leaves = [child for child in walk(node) if not child.get("children")]
    total, code = node["registrants_model"], node["code"]
    if code.startswith("S-"):
        split = _school_split(leaves, total)
    elif any(leaf["kind"] == "open" for leaf in leaves):
        split = [(count, 0) for count in _open_split(leaves, total)]
    else:
        split = [(count, 0) for count in apportion(total, [leaf.get("headcount", 1) for leaf in leaves])]
    return Top(
        code, total, node["attempts_model"],
        tuple(Leaf(leaf["code"], code, _category(leaf), *counts) for leaf, counts in zip(leaves, split, strict=True)),
    )  # fmt: skip


def _category(leaf: dict[str, Any]) -> str:
    if leaf["kind"] == "open":
        return "nguoi-dan"
    return "luc-luong-vu-trang" if leaf["code"].startswith("V-") else "can-bo"


def _school_split(leaves: list[dict[str, Any]], total: int) -> list[tuple[int, int]]:
    staff = [STAFF_SHARE * leaf["headcount"] for leaf in leaves]
    pupils = [PUPIL_SHARE * (leaf.get("pupils_estimated", 0) + leaf.get("students_estimated", 0)) for leaf in leaves]
    shares = apportion(total, staff + pupils)
    return [
        (of_staff + of_pupils, of_pupils) for of_staff, of_pupils in zip(shares, shares[len(leaves) :], strict=False)
    ]


def _open_split(leaves: list[dict[str, Any]], total: int) -> list[int]:
    """Offices and communes up to TAKE_UP of their headcount; everybody else under the open unit."""
    rolls = [leaf.get("headcount", 0) * TAKE_UP for leaf in leaves]
    office = apportion(min(round(sum(rolls)), total * 4 // 5), rolls)
    rest = total - sum(office)
    return [rest if leaf["kind"] == "open" else count for leaf, count in zip(leaves, office, strict=True)]

"""The month as it was (or is assumed to have been): what `bench/data/` says, as Structs.

`arrival.yaml` has days, hours, durations and tries; `units.yaml` the tree with how many registered where.
Every instant is in unix milliseconds, every duration in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from msgspec import Struct

from bench.plan.apportion import apportion

DATA = Path(__file__).parents[1] / "data"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY_MS = 86_400_000
TAKE_UP = 0.92
"""Of the people on the rolls of a district office or commune, how many register; the others who do are citizens."""
STAFF_SHARE, PUPIL_SHARE = 0.55, 0.14
"""How much likelier a school's staff registers than its pupils: together they make the published school block."""


class Day(Struct, frozen=True):
    """One calendar day of the contest zone. `hours` are 24 shares that sum to 1."""

    date: date
    starts_ms: int
    workday: bool
    attempts: int
    registrations: int
    hours: tuple[float, ...]


class Bin(Struct, frozen=True):
    """`share` of the registrants make between `min` and `max` attempts."""

    min: int
    max: int
    share: float


class Spread(Struct, frozen=True):
    """A duration in seconds, by three points of its distribution."""

    median: float
    p10: float
    p90: float


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


class Model(Struct, frozen=True):
    days: tuple[Day, ...]
    bins: tuple[Bin, ...]
    first: Spread
    repeat: Spread
    timeouts: float
    abandoned: float
    batched: float
    perfect: int
    tops: tuple[Top, ...]

    @property
    def registrants(self) -> int:
        return sum(day.registrations for day in self.days)

    @property
    def attempts(self) -> int:
        return sum(day.attempts for day in self.days)


def load() -> Model:
    arrival, units = _read("arrival.yaml"), _read("units.yaml")
    duration = arrival["duration"]
    return Model(
        days=tuple(_days(arrival)),
        bins=tuple(Bin(**entry) for entry in arrival["attempts_per_registrant"]["bins"]),
        first=Spread(**duration["first_attempt_seconds"]),
        repeat=Spread(**duration["repeat_attempt_seconds"]),
        timeouts=duration["timeouts_share"],
        abandoned=duration["abandoned_share"],
        batched=arrival["bursts"]["share_of_workday_attempts_in_batches"],
        perfect=arrival["meta"]["totals_given"]["perfect_attempts"],
        tops=tuple(_top(node) for node in walk(units["tree"]) if "registrants_model" in node),
    )


def _read(name: str) -> Any:
    # The C loader reads the tree in 0.2 s, the Python one in 2 s.
    return yaml.load((DATA / name).read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _days(arrival: dict[str, Any]) -> Iterator[Day]:
    entries, hours = arrival["days"], arrival["hours"]
    for place, entry in enumerate(entries):
        on = date.fromisoformat(entry["date"])
        off = on.weekday() >= 5 or on.day <= 4
        profile = "last_day" if place == len(entries) - 1 else "day_off" if off else "workday"
        starts = datetime(on.year, on.month, on.day, tzinfo=ZONE)
        whole = sum(hours[profile])
        yield Day(
            on, round(starts.timestamp() * 1000), not off, entry["attempts"], entry["registrations"],
            tuple(share / whole for share in hours[profile]),
        )  # fmt: skip


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from walk(child)


def _top(node: dict[str, Any]) -> Top:
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

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

from bench.plan.units import Top, top, walk

DATA = Path(__file__).parents[1] / "data"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY_MS = 86_400_000


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
        tops=tuple(top(node) for node in walk(units["tree"]) if "registrants_model" in node),
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

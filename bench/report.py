"""What is known of one run, and where what was counted differs from what was planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from bench.observe import Usage
from bench.plan.expected import Expected


class Figures(Struct):
    """Counts of a contest or of a unit. None: withheld (a secret until closing, a small unit), not zero."""

    registrants: int | None = 0
    participants: int | None = 0
    attempts: int | None = 0
    perfect: int | None = 0


class DayFigures(Struct):
    date: date
    registrations: int | None = 0
    attempts: int | None = 0


class Counted(Struct):
    """What was counted, or is expected to be. `units`: those without units below them."""

    totals: Figures
    days: list[DayFigures]
    units: dict[str, Figures] = {}


def planned(wanted: Expected, shift: timedelta = timedelta()) -> Counted:
    """What must be counted, on the days that it is played on: `shift` is whole days."""
    found = msgspec.convert(wanted, Counted, from_attributes=True)
    found.days = [msgspec.structs.replace(day, date=day.date + shift) for day in found.days]
    return found


class Sample(Struct):
    """One point of the run: real seconds, contest's time, requests and submissions answered so far."""

    seconds: float
    at: datetime | None
    requests: int
    submitted: int


class Report(Struct):
    """`latency` in milliseconds by request kind; `submit_to_counted` in seconds; `usage` by process, the replay's own
    client and Caddy among them; `differences` is empty where every number is exact."""

    name: str
    contest: str
    scale: float
    seed: int
    began: datetime
    seconds: float
    settle_seconds: float
    requests: int
    expected: Counted
    counted: Counted | None
    differences: list[str]
    latency: dict[str, dict[str, float]]
    repeated: dict[str, int]
    refused: dict[str, int]
    absorbed: dict[str, int]
    submit_to_counted: Mapping[str, float]
    usage: dict[str, Usage]
    samples: list[Sample] = []
    audit: Any = None

    @property
    def exact(self) -> bool:
        return self.counted is not None and not self.differences


def differences(expected: Counted, counted: Counted) -> list[str]:
    """Every figure that differs (what is withheld does not), in words: `2023-09-03 attempts: 3900 expected, 3899 counted`."""
    found = list(_compare("total", expected.totals, counted.totals))
    days = {day.date: day for day in counted.days}
    for day in expected.days:
        found += _compare(str(day.date), day, days.pop(day.date, DayFigures(day.date)))
    found += [
        f"{date}: {day.attempts} attempts counted on a day outside the plan"
        for date, day in days.items()
        if day.attempts
    ]
    if counted.units:
        for code in sorted(expected.units.keys() | counted.units.keys()):
            found += _compare(f"unit {code}", expected.units.get(code, Figures()), counted.units.get(code, Figures()))
    return found


def _compare(what: str, expected: Struct, counted: Struct) -> list[str]:
    pairs = ((name, getattr(expected, name), getattr(counted, name)) for name in expected.__struct_fields__)
    return [
        f"{what} {name}: {want} expected, {got} counted" for name, want, got in pairs if want != got and got is not None
    ]

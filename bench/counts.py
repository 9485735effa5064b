"""What stats counted, as its public address tells it."""

from __future__ import annotations

import asyncio
from datetime import date
from time import monotonic

import httpx
from msgspec import Struct, json

from bench.report import Counted, DayFigures, Figures, differences
from deploy.local.plain import PLAIN
from services.contracts.events import StatsContest, StatsUnit
from services.contracts.ids import contest_to_path


class Numbers(Struct):
    contest: StatsContest
    units: list[StatsUnit]


async def counted(origin: str, contest_id: str) -> Counted:
    """Raises httpx.HTTPError where stats does not answer."""
    async with httpx.AsyncClient(timeout=60, **PLAIN) as client:
        answer = await client.get(f"{origin}/api/stats/v1/contests/{contest_to_path(contest_id)}")
    return read(json.decode(answer.raise_for_status().content, type=Numbers))


async def counted_as(wanted: Counted, origin: str, contest_id: str, patience: float = 15.0) -> Counted:
    """`counted`, as soon as it is what is wanted; what it is after `patience` seconds if it never is.

    stats publishes once a second, so the newest count stands there a little after everything has been consumed.
    """
    deadline = monotonic() + patience
    while True:
        found = await counted(origin, contest_id)
        if not differences(wanted, found) or monotonic() > deadline:
            return found
        await asyncio.sleep(0.5)


def read(numbers: Numbers) -> Counted:
    """The units that have none below them; of the others each count is a sum."""
    counts = numbers.contest.counts
    inner = {unit.parent for unit in numbers.units}
    return Counted(
        Figures(counts.registrants, counts.participants, counts.attempts, counts.perfect),
        [DayFigures(date.fromisoformat(day.at), day.registrants, day.attempts) for day in numbers.contest.by_day],
        {unit.unit_id: _figures(unit) for unit in numbers.units if unit.unit_id not in inner},
    )


def _figures(unit: StatsUnit) -> Figures:
    counts = unit.counts
    return Figures(counts.registrants, counts.participants, counts.attempts, counts.perfect)

"""The units of a contest as CSV that opens in a spreadsheet with every mark right."""

from __future__ import annotations

import csv
import io

from services.contracts.events import StatsUnit
from services.stats.domain.snapshot import Snapshot

BOM = "\ufeff"
COLUMNS = (
    "unit_id", "name", "parent", "kind", "registrants", "participants", "attempts", "valid", "perfect", "headcount", "rate",
    "target", "as_of",
)  # fmt: skip


def units_csv(snapshot: Snapshot) -> str:
    """A row per unit by id; a number that is withheld is an empty cell. `rate`: 1.0 is 100 %."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for _, unit in sorted(snapshot.units.items()):
        writer.writerow(_row(unit, snapshot.contest.time.isoformat()))
    return BOM + out.getvalue()


def _row(unit: StatsUnit, as_of: str) -> list[object]:
    counts = unit.counts
    rate = None if unit.rate is None else round(unit.rate, 4)
    names = [_guard(text or "") for text in (unit.unit_id, unit.name.vi, unit.parent, unit.kind)]
    numbers = [counts.registrants, counts.participants, counts.attempts, counts.valid, counts.perfect]
    return [*names, *numbers, unit.headcount, rate, unit.target, as_of]


def _guard(text: str) -> str:
    # A cell that begins so is a formula to a spreadsheet.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

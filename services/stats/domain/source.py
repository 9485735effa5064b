"""What one contest's public numbers are made from, and its numbers over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field

from services.contracts.events import Bucket, Phase
from services.contracts.rules import Rules
from services.stats.domain.ledger import ATTEMPTS, COUNTS, PARTICIPANTS, PERFECT, REGISTRANTS, VALID, Key
from services.stats.domain.tree import Tree

HOURS_SHOWN = 168
"""`by_hour` holds the newest of these; the days before stand in `by_day`."""

HELD = len(COUNTS)
"""Index of a unit row's perfect attempts as of the last full hour."""

Rows = Mapping[Key, Sequence[int]]
"""Rollup key -> the five counts and HELD."""


class Newest(Struct, frozen=True):
    """Contest times of the newest registration and the newest submission that are counted."""

    registered_at: datetime | None = None
    submitted_at: datetime | None = None


class Source(Struct, frozen=True):
    """Everything that one contest's numbers are made from, as of `rev`."""

    rules: Rules
    rev: int
    phase: Phase
    rows: Rows
    """Of the contest and of its series."""
    tree: Tree
    newest: Newest = field(default_factory=Newest)
    secret: frozenset[str] = frozenset()
    """Counts that stay secret until closing; empty once it has closed."""
    rehearsal: bool = False
    recorded_at: datetime | None = None

    @property
    def time(self) -> datetime:
        """The data's time: of the newest fact in it; the opening where there is none."""
        return max((t for t in (self.newest.registered_at, self.newest.submitted_at) if t), default=self.rules.opens)

    @property
    def final(self) -> bool:
        return self.phase in ("closed", "published")


def owned(source: Source, scope: str) -> tuple[int, ...]:
    """Which counts a row of this scope gives: registrants belong to the series, the rest to the contest."""
    counts: tuple[int, ...] = ()
    if scope == source.rules.series_id:
        counts = (REGISTRANTS,)
    if scope == source.rules.id:
        counts = (*counts, PARTICIPANTS, ATTEMPTS, VALID, PERFECT)
    return counts


def by_hour(source: Source) -> dict[str, list[int]]:
    hours: dict[str, list[int]] = {}
    for (scope, kind, _, slot), row in source.rows.items():
        if kind == "hour":
            numbers = hours.setdefault(slot, [0] * len(COUNTS))
            for count in owned(source, scope):
                numbers[count] += row[count]
    return hours


def by_day(hours: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    days: dict[str, list[int]] = {}
    for hour, numbers in hours.items():
        day = days.setdefault(hour[:10], [0] * len(COUNTS))
        for count, number in enumerate(numbers):
            day[count] += number
    return days


def buckets(numbers: Mapping[str, Sequence[int]], secret: frozenset[str]) -> tuple[Bucket, ...]:
    return tuple(
        Bucket(
            at,
            attempts=None if "attempts" in secret else row[ATTEMPTS],
            registrants=None if "registrants" in secret else row[REGISTRANTS],
        )
        for at, row in sorted(numbers.items())
    )

"""When the people of one day sit down: classes and offices together, everybody else by the hour profile."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random

from bench.plan.model import Day

OFFICE_HOURS = frozenset((7, 8, 9, 10, 11, 13, 14, 15, 16))
HOUR_MS = 3_600_000
WINDOW_MS = (60_000, 300_000)
"""A class or an office starts within one to five minutes."""
SIZES = {"hoc-sinh": (30, 45), "luc-luong-vu-trang": (20, 80), "can-bo": (5, 25), "nguoi-dan": (5, 25)}
"""People in one batch, by who they are."""


class Sitting:
    """One person's papers of one day, taken one after another.

    `at` is when the first starts if `batched`, else when some one of them is submitted.
    """

    __slots__ = ("at", "batched", "papers", "person")

    def __init__(self, person: int, papers: int) -> None:
        self.person, self.papers = person, papers
        self.at, self.batched = 0, False


def place(day: Day, sittings: Sequence[Sitting], groups: Sequence[tuple[str, int]], share: float, rng: Random) -> None:
    """Give each sitting its time. On a workday about `share` of the papers are started in batches.

    `groups[person]` is (who they are, which class or office they sit in).
    """
    papers = sum(sitting.papers for sitting in sittings)
    batches = list(_batches(sittings, groups, papers * share, rng)) if day.workday else []
    office = [part if hour in OFFICE_HOURS else 0.0 for hour, part in enumerate(day.hours)]
    for batch, at in zip(batches, times(day, office, len(batches), rng), strict=True):
        window = rng.randint(*WINDOW_MS)
        for sitting in batch:
            sitting.at, sitting.batched = at + rng.randrange(window), True
    together = sum(sitting.papers for batch in batches for sitting in batch)
    taken = together / papers / sum(office) if batches else 0.0
    rest = [max(0.0, part - taken * in_office) for part, in_office in zip(day.hours, office, strict=True)]
    alone = [sitting for sitting in sittings if not sitting.batched]
    for sitting, at in zip(alone, times(day, rest, len(alone), rng), strict=True):
        sitting.at = at


def times(day: Day, hours: Sequence[float], count: int, rng: Random) -> list[int]:
    """`count` instants of the day in random order, spread over the hours as evenly as chance allows."""
    edges = list(accumulate(hours, initial=0.0))
    found = []
    for number in range(count):
        share = (number + rng.random()) / count * edges[-1]
        hour = min(bisect(edges, share) - 1, 23)
        found.append(day.starts_ms + int((hour + (share - edges[hour]) / (hours[hour] or 1.0)) * HOUR_MS))
    rng.shuffle(found)
    return found


def _batches(
    sittings: Sequence[Sitting], groups: Sequence[tuple[str, int]], papers: float, rng: Random
) -> Iterator[list[Sitting]]:
    by_group: dict[tuple[str, int], list[Sitting]] = {}
    for sitting in sittings:
        by_group.setdefault(groups[sitting.person], []).append(sitting)
    batches = [batch for group, members in by_group.items() for batch in _cut(members, SIZES[group[0]], rng)]
    rng.shuffle(batches)
    for batch in batches:
        if papers <= 0:
            return
        papers -= sum(sitting.papers for sitting in batch)
        yield batch


def _cut(members: list[Sitting], sizes: tuple[int, int], rng: Random) -> Iterator[list[Sitting]]:
    rng.shuffle(members)
    done = 0
    while len(members) - done >= sizes[0]:
        size = rng.randint(*sizes)
        yield members[done : done + size]
        done += size

"""Rules and unit trees from the service's own database, kept in memory for a second.

A second is what a moved deadline may take to arrive here; every replica looks for itself, and none needs Kafka to do so.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from services.registration.domain.series import Series
from services.registration.domain.units import under_merges
from services.registration.problems import UNKNOWN_SERIES
from services.registration.repository import contests, units
from services.registration.repository.units import Kept
from services.runtime.clock import Clock
from services.runtime.database import Pool
from services.runtime.problems import Problem

FRESH = 1.0
T = TypeVar("T")


@dataclass(frozen=True)
class Tree:
    """The units of a series; `document` is what pages load for their picker. In `parents` merges are followed: an officer
    looks after the people of a unit that went into the own one."""

    revision: int
    parents: Mapping[str, str | None]
    open_to_entry: frozenset[str]
    document: bytes

    @classmethod
    def of(cls, series_id: str, revision: int, kept: Mapping[str, Kept]) -> Tree:
        homes = {unit_id: each.merged_into for unit_id, each in kept.items()}
        parents = under_merges({unit_id: each.unit.parent for unit_id, each in kept.items()}, homes)
        living = frozenset(unit_id for unit_id, each in kept.items() if each.merged_into is None)
        lines = [_line(each) for each in kept.values()]
        document = msgspec.json.encode({"series_id": series_id, "revision": revision, "units": lines})
        return cls(revision, parents, living, document)


def _line(kept: Kept) -> dict[str, object]:
    """A unit for the picker; what is None or False is left out, because phones load this."""
    unit = kept.unit
    line = {
        "id": unit.id, "name": unit.name.vi, "en": unit.name.en, "parent": unit.parent, "kind": unit.kind,
        "open": unit.open, "merged_into": kept.merged_into,
    }  # fmt: skip
    return {name: value for name, value in line.items() if value}


class Book:
    """`series` and `tree`, at most FRESH seconds old."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock
        self._series: dict[str, tuple[float, Series]] = {}
        self._trees: dict[str, tuple[float, Tree]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def series(self, series_id: str) -> Series:
        """Raises 404 for a series that no contest has been defined for, as far as Kafka has told."""
        return await self._fresh(self._series, series_id, self._read_series)

    async def tree(self, series_id: str) -> Tree:
        """Without any unit where nobody has imported any."""
        return await self._fresh(self._trees, series_id, self._read_tree)

    def forget(self, series_id: str) -> None:
        self._trees.pop(series_id, None)

    async def _fresh(self, kept: dict[str, tuple[float, T]], series_id: str, read: Callable[[str], Awaitable[T]]) -> T:
        since, value = kept.get(series_id, (float("-inf"), None))
        if value is not None and self._clock.monotonic() - since < FRESH:
            return value
        async with self._locks[read.__name__]:
            since, value = kept.get(series_id, (float("-inf"), None))
            if value is None or self._clock.monotonic() - since >= FRESH:
                value = await read(series_id)
                kept[series_id] = (self._clock.monotonic(), value)
        return value

    async def _read_series(self, series_id: str) -> Series:
        async with self._pool.acquire() as connection:
            found = await contests.of_series(connection, series_id)
        if not found:
            raise Problem(UNKNOWN_SERIES, f"series: there is none called {series_id!r}.")
        return Series.of(found)

    async def _read_tree(self, series_id: str) -> Tree:
        async with self._pool.acquire() as connection:
            revision = await units.revision(connection, series_id)
            _, known = self._trees.get(series_id, (0.0, None))
            if known is not None and known.revision == revision:
                return known
            return Tree.of(series_id, revision, await units.tree(connection, series_id))

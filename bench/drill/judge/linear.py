"""Is there an order of these operations that one copy of the thing, taking them one at a time, could have shown?

The search of Wing and Gong with the memory of Lowe ("Testing for linearizability", 2017): an operation may come next if
none that is still to come had ended before it began.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

S = TypeVar("S", bound=Hashable)
NEVER = float("inf")


class Operation(Struct, frozen=True):
    """`until` NEVER: without an answer, so it may take effect at any time from `since` on, or not at all."""

    since: float
    until: float
    what: str
    key: str
    result: str = ""


class Undecided(Exception):
    """More orders than the search may try."""


class Search(Generic[S]):
    """`step(state, operation)` gives the states that may follow; none: it cannot come next."""

    def __init__(self, step: Callable[[S, Operation], Iterable[S]], most: int = 200_000) -> None:
        self._step, self._most = step, most

    def orderly(self, operations: Sequence[Operation], start: S) -> bool:
        """Raises Undecided."""
        ordered = sorted(operations, key=lambda each: each.since)
        needed = sum(1 << place for place, each in enumerate(ordered) if each.until != NEVER)
        stack, seen = [(0, start)], {(0, start)}
        while stack:
            taken, state = stack.pop()
            if taken & needed == needed:
                return True
            for place in _next(ordered, taken):
                for after in self._step(state, ordered[place]):
                    found = (taken | 1 << place, after)
                    if found not in seen:
                        seen.add(found)
                        stack.append(found)
            if len(seen) > self._most:
                raise Undecided
        return False


def _next(ordered: Sequence[Operation], taken: int) -> list[int]:
    left = [place for place in range(len(ordered)) if not taken >> place & 1]
    soonest = min(ordered[place].until for place in left)
    return [place for place in left if ordered[place].since <= soonest]

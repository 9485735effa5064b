"""Numbers that follow from a seed and from nothing else: the same on every machine and every Python.

SplitMix64 (Steele, Lea, Flood 2014). The standard library's shuffle may change between versions, and then a paper
that was shown could not be shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
MASK = (1 << 64) - 1


class Dice:
    """`seed` is any 64-bit number; negative ones are taken modulo 2^64."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed & MASK

    def below(self, limit: int) -> int:
        """A number in [0, limit). The bias is under limit / 2^64."""
        self._state = state = (self._state + 0x9E3779B97F4A7C15) & MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
        return ((state ^ (state >> 31)) * limit) >> 64

    def take(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items in random order (a Fisher-Yates shuffle stopped early)."""
        pool = list(items)
        for place in range(count):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

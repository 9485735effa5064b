"""How long a paper takes, in milliseconds."""

from __future__ import annotations

from math import exp, log
from random import Random

from bench.plan.model import Spread

LIMIT_MS = 1_200_000
LEAST_MS = 12_000
Z90 = 1.2815515655446004
"""The 90 % point of the standard normal distribution."""


class Durations:
    """A log-normal with different widths below and above the median, so that p10, median and p90 all hold."""

    def __init__(self, spread: Spread, rng: Random) -> None:
        self._median = log(spread.median * 1000)
        self._below = log(spread.median / spread.p10) / Z90
        self._above = log(spread.p90 / spread.median) / Z90
        self._rng = rng

    def draw(self) -> int:
        """Shorter than the limit: who needs longer hands in during the last minute; time-outs are counted apart."""
        z = self._rng.gauss(0, 1)
        duration = round(exp(self._median + z * (self._above if z > 0 else self._below)))
        if duration >= LIMIT_MS - 5_000:
            return LIMIT_MS - self._rng.randint(5_000, 60_000)
        return max(duration, LEAST_MS)

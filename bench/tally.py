"""What the replay's clients saw: answers, refusals, repeats, and how long each took."""

from __future__ import annotations

from array import array
from collections import Counter

from bench.points import points

KINDS = ("register", "sign_in", "start", "save", "submit", "board", "watermark")


class Tally:
    """`seconds[kind]` has one float per answered request, in order of arrival."""

    def __init__(self) -> None:
        self.seconds: dict[str, array[float]] = {kind: array("f") for kind in KINDS}
        self.absorbed: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        """By `kind status problem-type`: answers that no repeat would change."""
        self.repeated: Counter[str] = Counter()
        """By `kind reason`: requests sent again after 503, 429, another 5xx, or a lost connection."""

    @property
    def answered(self) -> int:
        return sum(len(seconds) for seconds in self.seconds.values())

    def percentiles(self) -> dict[str, dict[str, float]]:
        """kind -> count, and p50, p90, p99, max in milliseconds."""
        return {kind: _percentiles(seconds) for kind, seconds in self.seconds.items() if seconds}


def _percentiles(seconds: array[float]) -> dict[str, float]:
    found = points(seconds, 1000, 2)
    return {"count": len(seconds), **{f"{name}_ms": value for name, value in found.items()}}

"""What a report says of many values: the middle, the tail, the worst."""

from __future__ import annotations

from collections.abc import Iterable

SHARES = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0))


def points(values: Iterable[float], scale: float = 1.0, digits: int = 1) -> dict[str, float]:
    """p50, p90, p99 and max, times `scale`; nothing where there was none."""
    ordered = sorted(values)
    if not ordered:
        return {}
    last = len(ordered) - 1
    return {name: round(scale * ordered[min(last, int(share * len(ordered)))], digits) for name, share in SHARES}

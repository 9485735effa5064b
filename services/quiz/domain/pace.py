"""How often a page may save: a loaded server stretches the pause; the tick then comes later, never sooner."""

from __future__ import annotations

QUICK_MS = 400
SLOW_MS = 10_000
RELAXED = 200
"""Waiting saves up to which nothing is stretched."""
FULL = 2000


def save_every(waiting: int) -> int:
    """Milliseconds between saves of one page, by how many saves wait for their batch."""
    if waiting <= RELAXED:
        return QUICK_MS
    share = min(1.0, (waiting - RELAXED) / (FULL - RELAXED))
    return round(QUICK_MS + share * (SLOW_MS - QUICK_MS))

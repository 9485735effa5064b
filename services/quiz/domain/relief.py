"""What makes good an outage: a try given back, minutes given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

MOST_MINUTES = 120
"""That one paper can be given altogether; the credential of a paper lives that much longer than its end."""


def counting(starts: Sequence[datetime], given: Sequence[datetime]) -> tuple[datetime, ...]:
    """The starts that count for limits: each try given back takes away the newest start before it.

    So it is as if that paper had never been started: for the contest, its day and week, the gap and the hour alike.
    """
    left = sorted(starts)
    for moment in sorted(given):
        before = [start for start in left if start <= moment]
        if before:
            left.remove(before[-1])
    return tuple(left)


def fits(extra_ms: int, minutes: int) -> bool:
    return extra_ms + minutes * 60_000 <= MOST_MINUTES * 60_000

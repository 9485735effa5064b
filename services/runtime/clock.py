"""The one place that reads a clock. Domain code is given `now`."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Real time. Tests give their own."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def from_ms(milliseconds: int) -> datetime:
    """Unix milliseconds as an aware UTC datetime; OverflowError or ValueError outside years 1 to 9999."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def to_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)

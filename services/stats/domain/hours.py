"""Hours and days of a contest's own time zone."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

QUARTER = 900


def local_hour(moment: datetime, zone: str) -> str:
    """The local start of the hour of `moment`: `2023-09-01T20`. Raises for a zone that does not exist."""
    return _of_quarter(int(moment.timestamp()) // QUARTER, zone)


@lru_cache(maxsize=65536)
def _of_quarter(quarter: int, zone: str) -> str:
    # Offsets are whole quarters of an hour, so everything within one has the same local hour.
    return datetime.fromtimestamp(quarter * QUARTER, ZoneInfo(zone)).strftime("%Y-%m-%dT%H")


def day_of(hour: str) -> str:
    return hour[:10]

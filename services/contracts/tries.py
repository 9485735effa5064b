"""How often one person may try at most: the bound that follows from the limits and the window."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from services.contracts.rules import Rules

HOUR = timedelta(hours=1)


def most_tries(rules: Rules) -> int | None:
    """The least of: `contest`; `week` and `day` times the calendar weeks and days that the window touches; one start and
    one more after each `gap` that ends before closing; `starts_per_hour` times the hours, rounded up. None: no limit."""
    tries, length = rules.tries, rules.closes - rules.opens
    bounds = [tries.contest]
    if tries.week is not None:
        bounds.append(tries.week * _touched(rules, 7))
    if tries.day is not None:
        bounds.append(tries.day * _touched(rules, 1))
    if tries.gap_ms:
        bounds.append(1 + (length - timedelta(milliseconds=1)) // timedelta(milliseconds=tries.gap_ms))
    if tries.starts_per_hour is not None:
        bounds.append(tries.starts_per_hour * -(-length // HOUR))
    return min((bound for bound in bounds if bound is not None), default=None)


def _touched(rules: Rules, days: int) -> int:
    """Calendar days, or weeks from Monday, in the contest's time zone that hold an instant of [opens, closes)."""
    zone = ZoneInfo(rules.time_zone)
    first = rules.opens.astimezone(zone).date()
    last = (rules.closes - timedelta(microseconds=1)).astimezone(zone).date()
    if days == 7:
        first -= timedelta(days=first.weekday())
    return (last - first).days // days + 1

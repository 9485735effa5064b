"""The window, and what must fit into it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.contracts.rules import Rules
from services.folder.checks.findings import Findings

MAX_GRACE_MS = 600_000


def check_window(rules: Rules, found: Findings) -> None:
    length = rules.closes - rules.opens
    if length <= timedelta(0):
        closes, opens = _local(rules.closes, rules), _local(rules.opens, rules)
        relation = "is before" if length else "is the same as"
        return found.rules("closes", closes, f"{relation} opens ({opens})", "give a later time")
    length_ms = length // timedelta(milliseconds=1)
    if rules.tries.gap_ms is not None and rules.tries.gap_ms >= length_ms:
        found.rules(
            "tries.gap",
            _duration(rules.tries.gap_ms),
            "is longer than the window: nobody could try twice",
            "shorten it, or set contest: 1",
        )
    if rules.paper.minutes * 60_000 > length_ms:
        found.rules("paper.minutes", rules.paper.minutes, "is longer than the window", "shorten it, or close later")
    if rules.grace_ms > MAX_GRACE_MS:
        found.rules("grace", f"{rules.grace_ms // 1000}s", "is more than 10 minutes", "it is for the network only: 30s")
    return None


def _duration(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{ms // 1000}s" if rest else f"{minutes}m"


def _local(instant: datetime, rules: Rules) -> str:
    """As the author thinks of it: the time in the contest's zone."""
    return instant.astimezone(ZoneInfo(rules.time_zone)).replace(tzinfo=None).isoformat(timespec="minutes")

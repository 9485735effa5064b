"""Where a contest stands."""

from __future__ import annotations

from datetime import datetime

from services.contracts.events import Phase
from services.contracts.rules import Rules


def phase(rules: Rules, now: datetime, *, closed: bool, announced: bool) -> Phase:
    """`closed`: the papers of the newest definition have been counted, and none is open."""
    if closed:
        return "published" if announced else "closed"
    if now < rules.opens:
        return "not_open"
    return "open" if now < rules.closes else "closing"

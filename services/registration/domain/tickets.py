"""Single-use secrets that a person types: how long they live, how many an officer may give, what they look like."""

from __future__ import annotations

from datetime import timedelta

from services.registration.domain.text import digits

TICKET_LIVES = timedelta(minutes=30)
PAIRING_LIVES = timedelta(minutes=5)
TICKETS_PER_DAY = 30
"""Of one officer in one day of the contest's time zone."""
TICKET_DIGITS = 10
"""Bound to one contestant number: what is guessed at is one ticket for half an hour."""
PAIRING_DIGITS = 12
"""Typed without a number: every open pairing of the series is guessed at."""
SLIP_DIGITS = 16
"""On paper for weeks, a whole school's at a time."""


def from_bytes(secret: bytes, length: int) -> str:
    """`length` digits out of at least 8 random bytes."""
    return f"{int.from_bytes(secret[:8]) % 10**length:0{length}}"


def read(typed: str, length: int) -> str | None:
    """The digits however they were grouped; None if they are not `length` many."""
    found = digits(typed) if len(typed) <= 40 else None
    return found if found is not None and len(found) == length else None

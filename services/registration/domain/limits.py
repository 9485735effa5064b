"""How often somebody may guess or register (rule 9), as functions of what was counted.

Every code is compared, always: a right one is never refused because of anybody's wrong ones. What is limited is what
wrong ones cost: each is answered later than the one before, the number that wait at once is bounded, and what they may
write is drawn from a budget that everybody shares. The strength lies in the 12 random digits: a thousand guesses a
second for a whole month hit one given account with a chance of 1 : 385.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
"""Failures older than this are forgotten."""

ACCOUNT_FREE = 3
"""Wrong codes of one account before the pause grows: typing 12 digits goes wrong."""
ADDRESS_FREE = 60
"""Of one address: 900 pupils behind one router mistype too."""
PER_ACCOUNT_COUNTED, PER_ADDRESS_COUNTED = 16, 256
"""Nobody counts further than this."""
BUDGET = 3_000
"""Wrong codes of everybody that are written down within WINDOW; beyond it they are refused unwritten."""
FACTOR_TRIES = 10
"""Wrong codes of an authenticator app within WINDOW; after them right ones are refused as well."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 8.0
"""Seconds."""

CLASSROOMS = 20 * 45
REGISTRATIONS_PER_ADDRESS = 2 * CLASSROOMS
"""New registrations and failed ones of one address within WINDOW: twice 20 classes of 45."""
REHEARSAL_FACTOR = 100
"""In a rehearsal a whole province stands behind the one address of the load generator."""


@dataclass(frozen=True)
class Failures:
    """Wrong codes within WINDOW, the one just given included."""

    account: int
    address: int
    everyone: int


@dataclass(frozen=True)
class Slowed:
    """Tell it is wrong, after `pause` seconds; `refused`: at once, and to come back after `pause`."""

    pause: float
    refused: bool = False


def after_wrong_code(failures: Failures) -> Slowed:
    if failures.everyone > BUDGET:
        return Slowed(LONGEST_PAUSE, refused=True)
    return Slowed(max(_pause(failures.account - ACCOUNT_FREE), _pause((failures.address - ADDRESS_FREE) / 16)))


def _pause(over: float) -> float:
    return FIRST_PAUSE if over <= 0 else min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(over, 16))


@dataclass
class Meter:
    """Counts per key over a sliding WINDOW, in memory of one process: protection, not a rule of the contest.

    The window slides by weighing the one before; a time that runs backwards counts into the newest window.
    """

    limit: int
    room: int = 50_000
    """Keys remembered; beyond it those of past windows are forgotten."""
    _seen: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def is_full(self, key: str, now: datetime) -> bool:
        _, before, current = self._at(key, now)
        elapsed = (now.timestamp() % WINDOW.total_seconds()) / WINDOW.total_seconds()
        return before * (1 - elapsed) + current >= self.limit

    def add(self, key: str, now: datetime) -> None:
        window, before, current = self._at(key, now)
        if len(self._seen) >= self.room:
            self._forget(window)
        self._seen[key] = (window, before, current + 1)

    def _at(self, key: str, now: datetime) -> tuple[int, int, int]:
        window = int(now.timestamp() // WINDOW.total_seconds())
        last, before, current = self._seen.get(key, (window, 0, 0))
        if window <= last:
            return last, before, current
        return window, current if window == last + 1 else 0, 0

    def _forget(self, window: int) -> None:
        self._seen = {key: seen for key, seen in self._seen.items() if seen[0] >= window - 1}

"""A million guesses, played through the limits by the second: what each costs, and what all of them may write (rule 9)."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from services.registration.domain.limits import (
    BUDGET,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    PER_ACCOUNT_COUNTED,
    PER_ADDRESS_COUNTED,
    WINDOW,
    Failures,
    Slowed,
    after_wrong_code,
)

GUESSES = 1_000_000
RATE = 1_000
"""Guesses a second."""
CODES = 10**12
MANY = 60_000
"""Accounts of a whole province, addresses of a botnet."""


@dataclass
class Counted:
    """Counts what `sign_in_failures` would hold, as repository/signin.py counts it."""

    rows: deque[tuple[float, int, int]] = field(default_factory=deque)
    accounts: Counter[int] = field(default_factory=Counter)
    addresses: Counter[int] = field(default_factory=Counter)
    written: int = 0

    def guess(self, now: float, account: int, address: int) -> Slowed:
        self._forget(now - WINDOW.total_seconds())
        before = Failures(
            min(self.accounts[account], PER_ACCOUNT_COUNTED), min(self.addresses[address], PER_ADDRESS_COUNTED),
            min(len(self.rows), BUDGET + 1),
        )  # fmt: skip
        slowed = after_wrong_code(Failures(before.account + 1, before.address + 1, before.everyone + 1))
        if not slowed.refused:
            self.rows.append((now, account, address))
            self.accounts[account] += 1
            self.addresses[address] += 1
            self.written += 1
        return slowed

    def _forget(self, until: float) -> None:
        while self.rows and self.rows[0][0] <= until:
            _, account, address = self.rows.popleft()
            self.accounts[account] -= 1
            self.addresses[address] -= 1


SCENES = {
    "one account, from one address": (1, 1),
    "one account, from many addresses": (1, MANY),
    "all accounts, from one address": (MANY, 1),
    "all accounts, from many addresses": (MANY, MANY),
}


def guesses(accounts: int, addresses: int) -> Iterator[tuple[float, int, int]]:
    for n in range(GUESSES):
        yield n / RATE, n % accounts, (n * 7919) % addresses


@pytest.mark.parametrize("scene", SCENES)
def test_rule_9_a_million_guesses_stay_within_rates_and_budget(scene: str) -> None:
    accounts, addresses = SCENES[scene]
    counted, refused, most = Counted(), 0, 0
    pauses: list[float] = []
    for now, account, address in guesses(accounts, addresses):
        slowed = counted.guess(now, account, address)
        refused += slowed.refused
        if not slowed.refused and len(pauses) < BUDGET:
            pauses.append(slowed.pause)
        most = max(most, len(counted.rows))
    windows = GUESSES / RATE / WINDOW.total_seconds()
    assert most == BUDGET, "what everybody's wrong codes may write within ten minutes, and it was all used"
    assert counted.written <= BUDGET * (int(windows) + 1)
    assert refused == GUESSES - counted.written
    slowest = 1 if accounts == 1 or addresses == 1 else 0
    assert pauses[-1] == (LONGEST_PAUSE if slowest else FIRST_PAUSE)
    assert sum(pause == LONGEST_PAUSE for pause in pauses) >= slowest * (BUDGET - 2 * PER_ADDRESS_COUNTED)


def test_rule_9_a_million_guesses_find_no_code() -> None:
    """The strength lies in the code: on one account, or on all of them together, the chance is the same."""
    assert GUESSES / CODES <= 1e-6

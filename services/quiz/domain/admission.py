"""Whether a start may go on now: at a rate that leaves room for the papers that are open, first refused first admitted.

Who is refused gets the moment of the first refusal and is told when to come again. Of those who come back the longest
refused go first: where more of them knock than may start, only who has waited as long as the rate's worth of them goes on.
Newcomers get what those who are expected back will leave. Many never come back, so what is kept for them is what the share
of those who did come says: kept for each of them, most starts would go to nobody (a tenth of a crowd came back: a tenth of
the rate was used).
"""

from __future__ import annotations

from collections import Counter, deque
from math import exp, expm1

from msgspec import Struct

TOP, FLOOR = 2_000.0, 20.0
"""Starts per second of one process: never more, and never fewer. The least costs a tenth of a core with all its saves; below it
much would be refused, and nothing won, where what is late is late for another reason."""
LATE, CALM = 0.08, 0.04
"""Seconds by which saves and submissions may be late before fewer starts are admitted, and below which more are.

A refusal waits behind what is late too, and is to be told within 50 ms.
"""
FEWER, KEPT = 0.9, 0.95
"""What is left of the rate, and what is kept at least of the papers that end, at each steer."""
QUICK, SLOW = (1.1, FLOOR), (1.02, 1.0)
"""Growth of the rate at each steer, times and plus. Slow while anybody is refused, from nearly the rate on at which it last was too
much: what a start brings comes over the next seconds, so that a quick growth there is answered too late, and all swing."""
NEARLY, SOONER = 0.9, 0.5
"""Of the rate at which it last was too much; how many starts more, times the square of the seconds since then, the slow growth has:
it may have been a moment's trouble."""
ONSET = 1.0
"""Seconds without lateness after which the next is a new one."""
STEER_EVERY, USUAL = 0.25, 0.5
"""Seconds between two steers; weight of the newest in the average of admitted starts."""
ENDED_OVER = 5.0
"""Seconds over which the papers that end are averaged: as long as one that is written fast."""
BURST = 0.5
"""Seconds of the rate that may be admitted at once."""
SOONEST, LATEST = 1.0, 30.0
"""Seconds that a refused start is told to wait, at least and at most."""
SLICE = 0.25
"""Seconds: what is expected, and who knocked, is counted in slices of this."""
WINDOW = 4
"""Slices of knocks from which the least wait is taken."""
AGE = 0.02
"""Seconds of waiting that are told apart."""
DEBT = 0.5
"""Seconds of the rate by which those who come back may be ahead of it: a newcomer's start takes no place from them."""
LATER = 1.0
"""Seconds after the moment that they were told, in which most of those who come back have come."""
LEARNT, DOUBT = 0.06, 2.0
"""Weight of the newest slice in the share that comes back; how many a slice it takes to be believed."""
LEAST, MOST = 0.01, 3.0
"""Bounds of that share. Above 1: whom the gateway refused by itself was not counted here, and comes too."""


class Refused(Struct, frozen=True):
    """`first_ms`: Unix milliseconds of the first refusal, to be shown again; `wait` seconds from now."""

    first_ms: int
    wait: float


class Turnstile:
    """One process's. `room`: how many more papers may be open before a submission could find its queue full.

    What it remembers of the refused is how many are expected in each slice of the coming half minute.
    """

    def __init__(self, now: float, rate: float = TOP) -> None:
        self.rate, self.room = rate, TOP
        self._tokens, self._filled = rate * BURST, now
        self._slice = int(now / SLICE)
        # Told to come in each slice from the next one on; how many should have come by now and have not.
        self._told: deque[int] = deque([0] * (int(LATEST / SLICE) + 2))
        self._overdue, self._share = 0.0, 1.0
        self._due = self._came = 0
        self._missed = deque([0] * round(LATER / SLICE))
        self._due_usual = self._came_usual = 0.0
        # By how long they had waited, who knocked again: in this slice, and in those before.
        self._knocks: deque[Counter[int]] = deque([Counter()], WINDOW + 1)
        self._least, self._spare = 0, self._tokens
        self._admitted, self._usual, self._ended = 0, rate, 0.0
        self._refusing, self._too_much, self._calm = False, rate, 0.0

    @property
    def waiting(self) -> int:
        """Refused starts that are expected to come again."""
        return round(self._share * sum(self._told) + self._overdue)

    @property
    def newcomers(self) -> float:
        """How many of them may start in a second, beside those who come back."""
        return max(0.0, min(self.rate - self._came_usual / SLICE, self.room - self.waiting))

    def knock(self, first_ms: int | None, now: float) -> Refused | None:
        """None: go on. `now` in Unix seconds; `first_ms` of the first refusal, if there was one."""
        self._advance(now)
        if first_ms is None:
            waiting = self.waiting
            if self._least == 0 and min(self._spare, self.room - waiting) >= 1:
                self._admit()
                return None
            return self._refuse(int(now * 1000), max(self._least * AGE, waiting / self.rate))
        waited = int((now - first_ms / 1000) / AGE)
        self._has_come()
        self._knocks[-1][waited] += 1
        if waited >= self._least and self._tokens > -DEBT * self.rate and self.room >= 1:
            self._admit()
            return None
        return self._refuse(first_ms, (self._least - waited) * AGE)

    def _has_come(self) -> None:
        """One expected less; who comes before the moment that they were told was expected for the next one."""
        self._came += 1
        if self._overdue >= 1:
            self._overdue -= 1
            return
        for place, told in enumerate(self._told):
            if told:
                self._told[place] -= 1
                self._due += 1
                return

    def _admit(self) -> None:
        self._tokens -= 1
        self._spare -= 1
        self.room -= 1
        self._admitted += 1

    def _refuse(self, first_ms: int, wait: float) -> Refused:
        wait = min(LATEST, max(SOONEST, wait))
        self._told[round(wait / SLICE)] += 1
        self._refusing = True
        return Refused(first_ms, wait)

    def steer(self, late: float, finished: int, passed: float = STEER_EVERY, elsewhere: bool = False) -> None:
        """Four times a second: fewer starts while what has begun comes late, more while it does not.

        `finished`: papers handed in since the last steer, `passed` seconds ago; on a full machine a quarter of a second becomes
        a whole one. Nearly as many start as end, however late it is: else what is late for another reason than starts would end
        in nobody working at all. `elsewhere`: somebody was refused without knocking here.
        """
        self._usual += USUAL * (self._admitted / passed - self._usual)
        self._admitted = 0
        self._ended += -expm1(-passed / ENDED_OVER) * (finished / passed - self._ended)
        if late > LATE:
            if self._calm >= ONSET:
                self._too_much = min(self.rate, self._usual)
            self._calm = 0.0
            self.rate = max(FLOOR, KEPT * self._ended, FEWER * min(self.rate, max(self._usual, FLOOR)))
        else:
            self._calm += passed
            if late < CALM:
                self.rate = min(TOP, self._more(elsewhere))
        self._refusing = False

    def _more(self, elsewhere: bool) -> float:
        if (self._refusing or elsewhere) and self.rate >= NEARLY * self._too_much:
            times, plus = SLOW
            plus += SOONER * self._calm**2
        else:
            times, plus = QUICK
        return self.rate * times + plus

    def _advance(self, now: float) -> None:
        # A clock that was set back gives nothing and takes nothing.
        passed = max(0.0, now - self._filled)
        self._filled = now
        gain = min(passed, BURST) * self.rate
        full = max(1.0, self.rate * BURST)
        self._spare += max(0.0, min(gain, full - self._tokens))
        self._tokens = min(full, self._tokens + gain)
        slice_now = int(now / SLICE)
        for _ in range(min(len(self._told), slice_now - self._slice)):
            self._turn()
        self._slice = slice_now

    def _turn(self) -> None:
        """A slice is over."""
        due = self._told.popleft()
        self._told.append(0)
        self._missed.append(due + self._due)
        self._due_usual += LEARNT * (self._missed.popleft() - self._due_usual)
        self._came_usual += LEARNT * (self._came - self._came_usual)
        self._due = self._came = 0
        self._share = min(MOST, max(LEAST, (self._came_usual + DOUBT) / (self._due_usual + DOUBT)))
        self._overdue = self._overdue * exp(-SLICE / LATER) + due * self._share
        self._least = self._least_wait()
        self._knocks.append(Counter())
        self._spare = self._left_over()

    def _least_wait(self) -> int:
        """In units of AGE: so many of those who knocked again in the window as the rate lets in had waited this long."""
        slices = list(self._knocks)[-WINDOW:]
        left = max(1.0, self.rate * SLICE * len(slices) + self._tokens)
        knocks = sum(slices, Counter[int]())
        if knocks.total() <= left:
            return 0
        for waited in sorted(knocks, reverse=True):
            left -= knocks[waited]
            if left <= 0:
                return max(1, waited)
        return 0

    def _left_over(self) -> float:
        """Starts that newcomers may have in this slice: what is there, if it will be enough for all who are expected."""
        there = least = self._tokens - self._overdue
        for told in self._told:
            there += self.rate * SLICE - told * self._share
            least = min(least, there)
        return least

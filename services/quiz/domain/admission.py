"""Whether a start may go on now: at a rate that leaves room for the papers that are open, first refused first admitted.

Who is refused gets the moment of the first refusal and comes again with it. Those moments are served in their order, at
the rate at which starts are admitted; who comes back after their moment was served goes straight on.
"""

from __future__ import annotations

from bisect import bisect_left

from msgspec import Struct

TOP, FLOOR = 2_000.0, 20.0
"""Starts per second of one process: never more, and never fewer. The least costs a tenth of a core with all its saves; below it
much would be refused, and nothing won, where what is late is late for another reason."""
LATE, CALM = 0.08, 0.04
"""Seconds by which saves and submissions may be late before fewer starts are admitted, and below which more are.

A refusal waits behind what is late too, and is to be told within 50 ms.
"""
FEWER, KEPT, MORE = 0.9, 0.95, 1.1
"""What is left of the rate, what is kept at least of the papers that end, and the growth, at each steer."""
STEER_EVERY, USUAL = 0.25, 0.5
"""Seconds between two steers; weight of the newest in the average of admitted starts."""
BURST = 0.5
"""Seconds of the rate that may be admitted at once."""
SLICE_MS = 20
"""Refusals of one slice are served together."""
SLICES = 100_000
"""Most slices kept (half an hour of refusals); later refusals stand in the last one."""
SOONEST, LATEST = 1.0, 30.0
"""Seconds that a refused start is told to wait, at least and at most."""


class Refused(Struct, frozen=True):
    """`first_ms`: Unix milliseconds of the first refusal, to be shown again; `wait` seconds from now."""

    first_ms: int
    wait: float


class Turnstile:
    """One process's. `room`: how many more papers may be open before a submission could find its queue full."""

    def __init__(self, now: float, rate: float = TOP) -> None:
        self.rate, self.room = rate, TOP
        self._tokens, self._filled = rate * BURST, now
        self._ends: list[int] = []
        self._upto: list[int] = []
        self._head, self._served, self._issued, self._served_ms = 0, 0, 0, 0
        self._admitted, self._usual = 0, rate
        # Issued up to the slices that are forgotten; turns taken of the slice that is being served.
        self._gone, self._shared = 0, 0

    @property
    def waiting(self) -> int:
        """Refused starts whose turn has not come."""
        return self._issued - self._served

    def knock(self, first_ms: int | None, now: float) -> Refused | None:
        """None: go on. `now` in Unix seconds; `first_ms` of the first refusal, if there was one."""
        self._fill(now)
        if first_ms is not None and self._has_come(first_ms):
            self._admitted += 1
            return None
        if self._tokens >= 1 and self._issued == self._served and self.room >= 1:
            self._tokens -= 1
            self.room -= 1
            self._admitted += 1
            return None
        if first_ms is None:
            first_ms = int(now * 1000)
            self._line_up(first_ms)
        return Refused(first_ms, self._wait(first_ms))

    def steer(self, late: float, finished: float) -> None:
        """Four times a second: fewer starts while what has begun comes late, more while it does not.

        `finished`: papers handed in per second. Nearly as many start however late it is: else what is late for another
        reason than starts would end in nobody working at all.
        """
        self._usual += USUAL * (self._admitted / STEER_EVERY - self._usual)
        self._admitted = 0
        if late > LATE:
            self.rate = max(FLOOR, KEPT * finished, FEWER * min(self.rate, max(self._usual, FLOOR)))
        elif late < CALM:
            self.rate = min(TOP, self.rate * MORE + FLOOR)

    def _fill(self, now: float) -> None:
        """Those who wait get all turns since the last look, however long ago; what they leave is bounded."""
        self._tokens += max(0.0, now - self._filled) * self.rate
        self._filled = now
        if self._issued != self._served:
            self._serve()
        self._tokens = min(self._tokens, max(1.0, self.rate * BURST))

    def _serve(self) -> None:
        """Tokens go to those who were refused before anybody new is let in."""
        turns = min(int(self._tokens), self.waiting, max(0, int(self.room)))
        self._served += turns
        self._tokens -= turns
        self.room -= turns
        while self._head < len(self._ends) and self._upto[self._head] <= self._served:
            self._served_ms, self._shared = self._ends[self._head], 0
            self._head += 1
        if self._head > 1000:
            self._gone = self._upto[self._head - 1]
            del self._ends[: self._head], self._upto[: self._head]
            self._head = 0

    def _has_come(self, first_ms: int) -> bool:
        """Whether it is this one's turn; of a slice that is served in part, as many as were served, whoever is first."""
        if first_ms <= self._served_ms:
            return True
        if self._head >= len(self._ends) or first_ms > self._ends[self._head]:
            return False
        before = self._upto[self._head - 1] if self._head else self._gone
        if self._served - before <= self._shared:
            return False
        self._shared += 1
        return True

    def _line_up(self, first_ms: int) -> None:
        self._issued += 1
        end = first_ms - first_ms % SLICE_MS + SLICE_MS - 1
        last = self._ends[-1] if len(self._ends) > self._head else self._served_ms
        if end > last and len(self._ends) < SLICES:
            self._ends.append(end)
            self._upto.append(self._issued)
        elif len(self._ends) > self._head:
            self._upto[-1] = self._issued
        else:
            # A clock that was set back: the newest moment has been served, and this one comes with it.
            self._served = self._issued

    def _wait(self, first_ms: int) -> float:
        place = bisect_left(self._ends, first_ms, self._head)
        ahead = self._upto[min(place, len(self._upto) - 1)] - self._served if self._upto else 0
        return min(LATEST, max(SOONEST, ahead / self.rate))

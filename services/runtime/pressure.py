"""How hard this process has it: what it did late, and how much of the time somebody on this machine waits for a processor."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from math import inf
from pathlib import Path

EVERY = 0.05
NEWEST = 0.3
"""Weight of the newest look in the average."""
STALLS = Path("/proc/pressure/cpu")
"""Linux's pressure stall information; where it is switched off or there is none, lateness alone is known."""
STALLS_EVERY = 5
"""Looks at the loop for one at the machine, whose average so forgets within a second."""


LEASTS = 80
"""Looks at what is on the way, of which the least is taken: twenty seconds of four a second."""


class Pressure:
    """`late` in seconds, on an average that forgets in some 150 ms: one late moment alone is no pressure.

    `stalled`: share of the time, 0 to 1, in which something that could run waited for a processor.
    """

    def __init__(self, stalls: Path = STALLS) -> None:
        self.late = self.stalled = 0.0
        self._stalls = stalls

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        at, total, looks = loop.time(), stalled_us(self._stalls), 0
        while True:
            due = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            now, looks = loop.time(), looks + 1
            self.late += NEWEST * (now - due - self.late)
            if total is not None and looks % STALLS_EVERY == 0:
                newest = stalled_us(self._stalls) or total
                share = (newest - total) / 1e6 / (now - at)
                self.stalled += NEWEST * (min(1.0, share) - self.stalled)
                at, total = now, newest


class OnTheWay:
    """How long requests are under way from the gateway's stamp to this process, beyond what they are at best.

    At best they are under way for as long as the two clocks are apart: the least of the last twenty seconds is that. A gateway that is
    late is seen here, and nowhere else in this process.
    """

    def __init__(self) -> None:
        self._sum, self._count, self._least = 0.0, 0, inf
        self._leasts: deque[float] = deque(maxlen=LEASTS)

    def note(self, seconds: float) -> None:
        self._sum += seconds
        self._count += 1
        if seconds < self._least:
            self._least = seconds

    def late(self) -> float:
        """Seconds, on the average since the last call; 0 where nobody came. To be asked at regular intervals."""
        if not self._count:
            return 0.0
        mean = self._sum / self._count
        self._leasts.append(self._least)
        self._sum, self._count, self._least = 0.0, 0, inf
        return mean - min(self._leasts)


async def every(seconds: float) -> AsyncIterator[float]:
    """For ever, the seconds since the last time: under pressure they are more than what was asked for."""
    now = asyncio.get_running_loop().time
    began = now()
    while True:
        await asyncio.sleep(seconds)
        passed, began = now() - began, now()
        yield passed


def stalled_us(file: Path) -> int | None:
    """Microseconds since the machine started; None where nobody counts them."""
    try:
        some = file.read_text().partition("\n")[0]
        return int(some.rpartition("total=")[2])
    except (OSError, ValueError):
        return None

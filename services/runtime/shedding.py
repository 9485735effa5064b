"""Work that gives way while the machine has too much to do (rule 8): board reads first, then registrations.

Starts have a turnstile of their own in quiz. Each process looks only at itself and its machine; nobody asks anybody.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

from services.runtime.gate import Gate
from services.runtime.metrics import METRICS
from services.runtime.pressure import Pressure, every
from services.runtime.problems import OVERLOADED, Problem

STEER_EVERY = 0.25
TOP = 5_000.0
FEWER, MORE = 0.7, 1.2
"""What is left of the rate at each steer under pressure, and its growth without."""
USUAL = 0.5
"""Weight of the newest in the average of what was let through."""
BURST = 0.5
"""Seconds of the rate that may be let through at once."""


@dataclass(frozen=True)
class Yielding:
    """A kind of request that gives way.

    `stalled`: the share of time in which somebody waits for a processor, over which fewer are let through; `late`: the same
    for the seconds by which this process's loop is late. `slow`: the same for the seconds that one takes which was let through:
    where the store is what is overloaded, or on a machine of which others leave cores idle, nothing else says it. `floor`: per
    second and process, always let through: so few are no load, and refusing them would save nothing.
    """

    kind: str
    method: str
    pattern: re.Pattern[str]
    stalled: float
    late: float
    slow: float = inf
    floor: float = 20.0


class Valve:
    """Lets through `rate` a second. Under pressure the rate falls below what came, then grows again by a fifth at a time."""

    def __init__(self, yielding: Yielding) -> None:
        self.yielding, self.rate = yielding, TOP
        self._tokens, self._filled = TOP * BURST, 0.0
        self._passed, self._usual = 0, 0.0
        self._took, self._ended, self._slow = 0.0, 0, 0.0

    def passes(self, now: float) -> bool:
        """`now`: seconds of a clock that never goes back."""
        self._tokens = min(self._tokens + (now - self._filled) * self.rate, max(1.0, self.rate * BURST))
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        self._passed += 1
        return True

    def took(self, seconds: float) -> None:
        """One that was let through has been answered."""
        self._took += seconds
        self._ended += 1

    def steer(self, pressure: Pressure, passed: float = STEER_EVERY) -> None:
        """Four times a second; `passed` seconds since the last time, which under pressure are more."""
        self._usual += USUAL * (self._passed / passed - self._usual)
        self._passed = 0
        if self._ended:
            self._slow += USUAL * (self._took / self._ended - self._slow)
            self._took, self._ended = 0.0, 0
        yielding = self.yielding
        pressed = max(pressure.stalled / yielding.stalled, pressure.late / yielding.late, self._slow / yielding.slow)
        if pressed > 1:
            self.rate = max(yielding.floor, FEWER * min(self.rate, self._usual))
        elif pressed < CALM:
            self.rate = min(TOP, self.rate * MORE)


CALM = 0.9
"""Of the pressure under which less is let through: below it, more is."""


class Shedding:
    """All valves of one process."""

    def __init__(self, yieldings: Sequence[Yielding], public_dir: Path) -> None:
        self.pressure = Pressure()
        self.valves = [Valve(each) for each in yieldings]
        self._gates = [Gate(public_dir, each.kind) for each in yieldings]

    def admit(self, method: str, path: str) -> Valve | None:
        """The valve, if any, that is to be told how long it took. Raises 503 for what has to come again. Every request passes here
        before anything is done for it."""
        for valve, gate in zip(self.valves, self._gates, strict=True):
            kind = valve.yielding
            if method == kind.method and kind.pattern.fullmatch(path) is not None:
                gate.count()
                if not valve.passes(asyncio.get_running_loop().time()):
                    METRICS.shed.labels(kind.kind).inc()
                    raise Problem(OVERLOADED, "Others are being served; send the same again.", retry_after=2)
                return valve
        return None

    async def run(self) -> None:
        """Steers for as long as the process runs."""
        if not self.valves:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self.pressure.watch())
            async for passed in every(STEER_EVERY):
                for valve, gate in zip(self.valves, self._gates, strict=True):
                    valve.steer(self.pressure, passed)
                    gate.steer(valve.rate, passed)

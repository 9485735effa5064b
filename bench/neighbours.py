"""What other programs did on this machine meanwhile: a figure from a shared machine says little without it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from bench.observe import PROC, TICKS, Meter


class Neighbours:
    """From when it is made. `ours`: the processes of the stack by name; this process and its children are ours too."""

    def __init__(self, ours: Callable[[], Mapping[str, Sequence[int]]]) -> None:
        self._meter = Meter(lambda: {"this": [os.getpid()], **ours()})
        self._began, self._busy = perf_counter(), _busy()

    def cores(self) -> float:
        """Cores that were used by others on average, what a hypervisor took away among them; 0 where ours used everything."""
        lasted = perf_counter() - self._began
        used = sum(use.cpu_seconds for use in self._meter.usage().values())
        return max(0.0, (_busy() - self._busy - used) / lasted)


def _busy() -> float:
    """CPU-seconds since the machine's start in which something ran."""
    user, nice, system, _, _, irq, softirq, steal = map(int, (PROC / "stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS

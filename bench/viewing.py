"""What people cost who only look: streams of totals held open while the numbers move once a second."""

from __future__ import annotations

import asyncio
import os
import resource
from time import perf_counter

from msgspec import Struct

from bench.crowd import Crowd
from bench.lasthour.viewers import Seen, Viewers
from bench.load import open_load
from bench.observe import Meter
from bench.points import points
from bench.target import Target
from services.folder import ContestFolder

RATE = 5.0
"""Attempts a second, so that there is something new at every second."""
OPENING = 90.0
OPENED_BY = "viewers (generator)"


class Share(Struct):
    """Of one process: cores without viewers and with them, and how many MB more it then holds."""

    quiet: float
    watched: float
    more_mb: float


class Viewing(Struct):
    """`asked`: viewers that were wanted; `seen`: what they saw; `seconds` measured on either side."""

    command: str
    machine: str
    date: str
    asked: int
    seconds: float
    seen: Seen
    shares: dict[str, Share]
    attempt_ms: dict[str, dict[str, float]]
    """`quiet`, `watched`: start and submission one after the other, from when they were due."""

    def cores(self, *names: str) -> float:
        """What the viewers add, over the processes whose names begin so."""
        return sum(each.watched - each.quiet for name, each in self.shares.items() if name.startswith(names))


class Side(Struct):
    """One of the two measurements: cores and memory in MB by process, and latencies in ms."""

    cores: dict[str, float]
    memory: dict[str, float]
    latency: dict[str, float]


async def watch(target: Target, folder: ContestFolder, count: int, seconds: float) -> tuple[Seen, Side, Side]:
    """Raises TimeoutError where they cannot all open their stream in a minute and a half."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = Crowd(target, folder, lanes=64, seed=7)
    await crowd.all(crowd.register)
    await open_load(crowd.lanes, 100, 10, crowd.attempt)
    quiet = await _measured(crowd, seconds)
    port = int(target.origin.rpartition(":")[2])
    viewers = Viewers(port, f"/api/stats/v1/contests/{crowd.scene.rules.id}/stream", count)
    async with viewers as seen, asyncio.timeout(OPENING + seconds + 30):
        began = perf_counter()
        while seen.viewers < count and perf_counter() - began < OPENING:  # noqa: ASYNC110 (looked at, not awaited)
            await asyncio.sleep(0.5)
        seen.messages, seen.longest_gap = 0, 0.0
        watched = await _measured(crowd, seconds)
    for lane in crowd.lanes:
        lane.close()
    return seen, quiet, watched


def shares(quiet: Side, watched: Side) -> dict[str, Share]:
    return {
        name: Share(round(quiet.cores[name], 3), round(cores, 3), round(watched.memory[name] - quiet.memory[name], 1))
        for name, cores in watched.cores.items()
    }


async def _measured(crowd: Crowd, seconds: float) -> Side:
    """While attempts arrive."""
    meter = Meter(lambda: {**crowd.target.processes(), OPENED_BY: [os.getpid()]})
    began = perf_counter()
    arrivals = await open_load(crowd.lanes, RATE, seconds, crowd.attempt)
    usage, lasted = meter.usage(), perf_counter() - began
    return Side(
        {name: use.cpu_seconds / lasted for name, use in usage.items()},
        {name: use.peak_mb for name, use in usage.items()},
        points(arrivals.seconds, 1000),
    )


def markdown(viewing: Viewing) -> str:
    seen = viewing.seen
    rows = [f"| {name} | {s.quiet:.3f} | {s.watched:.3f} | {s.more_mb:,.0f} |" for name, s in viewing.shares.items()]
    return "\n".join(
        [
            f"# {seen.viewers:,} viewers of the totals' stream", "",
            f"{seen.messages / max(seen.viewers, 1) / viewing.seconds:.2f} messages a second each, at most {seen.longest_gap:.1f} s "
            f"apart; {seen.broken} streams broke. Caddy and stats take {viewing.cores('caddy', 'stats'):.2f} cores more than without "
            f"viewers. A start and its submission together: {_latency(viewing, 'quiet')} without viewers, "
            f"{_latency(viewing, 'watched')} with them.", "",
            f"| process | cores without viewers | with {seen.viewers:,} | MB more |", "|---|---|---|---|", *rows, "",
            f"{viewing.date}, by `{viewing.command}` on {viewing.machine}, with {RATE:g} attempts a second.", "",
        ]
    )  # fmt: skip


def _latency(viewing: Viewing, side: str) -> str:
    return ", ".join(f"{name} {viewing.attempt_ms[side][name]:g} ms" for name in ("p50", "p99"))

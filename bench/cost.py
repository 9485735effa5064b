"""What an attempt and a save cost: CPU by process at a steady rate, and how soon a submission is counted.

Needs a rehearsal stack with the contest applied. No watermark is sent, so nothing is swept or closed.
"""

from __future__ import annotations

import asyncio
import os
from time import perf_counter
from typing import NamedTuple

from msgspec import Struct

from bench.crowd import Crowd
from bench.load import Act, Arrivals, open_load
from bench.observe import Meter
from bench.scrape import scrape, submit_to_counted
from bench.settle import settle
from bench.target import Target
from services.folder import ContestFolder


class Phase(NamedTuple):
    what: str
    rate: float
    seconds: float
    act: Act


class Cost(Struct):
    """CPU-µs per act by process (idle cost taken off: `idle` is CPU-ms per second of each), latency in ms from the due
    time, and for attempts the seconds from the stored submission to the count."""

    what: str
    rate: float
    count: int
    dropped: int
    cpu_us: dict[str, float]
    idle: dict[str, float]
    latency_ms: dict[str, float]
    fresh: dict[str, float] = {}

    def total_us(self, without: tuple[str, ...] = ("caddy", "client")) -> float:
        """Services, PostgreSQL and Kafka: the gateway and the load generator are reported apart."""
        return sum(cost for name, cost in self.cpu_us.items() if name not in without)


WARM = 20.0
"""Seconds of load before anything is measured: Kafka's virtual machine compiles what runs often, once."""


async def measure(target: Target, folder: ContestFolder, *, rate: float = 300, seconds: float = 20) -> list[Cost]:
    """Attempts (start + submit → counted) at `rate` and at twice the rate per second, then saves at three times the rate.

    The same work costs less where there is more of it: batches are fuller, and fewer sleepers must be woken.
    """
    crowd = Crowd(target, folder, lanes=256, seed=7)
    await crowd.all(crowd.register)
    await open_load(crowd.lanes, rate, WARM, crowd.attempt)
    idle = await _idle(crowd)
    attempts = [
        await _measured(crowd, Phase("start + submit → counted", each, seconds, crowd.attempt), idle)
        for each in (rate, 2 * rate)
    ]
    await crowd.all(crowd.start)
    saves = await _measured(crowd, Phase("save", 3 * rate, seconds, crowd.save), idle)
    await crowd.all(crowd.submit)
    for lane in crowd.lanes:
        lane.close()
    return [*attempts, saves]


async def _idle(crowd: Crowd) -> dict[str, float]:
    """CPU-ms per second of each process while nobody asks for anything."""
    await settle(crowd.target, crowd.scene.rules.id, closing=False)
    meter, began = _meter(crowd), perf_counter()
    await asyncio.sleep(5)
    lasted = perf_counter() - began
    return {name: 1000 * use.cpu_seconds / lasted for name, use in meter.usage().items()}


async def _measured(crowd: Crowd, phase: Phase, idle: dict[str, float]) -> Cost:
    addresses = list(crowd.target.metrics.values())
    before, meter, began = await scrape(addresses), _meter(crowd), perf_counter()
    arrivals = await open_load(crowd.lanes, phase.rate, phase.seconds, phase.act)
    await settle(crowd.target, crowd.scene.rules.id, closing=False)
    lasted, count = perf_counter() - began, len(arrivals.seconds)
    cpu = {
        name: round((1e6 * use.cpu_seconds - 1000 * idle.get(name, 0.0) * lasted) / max(count, 1), 1)
        for name, use in meter.usage().items()
    }
    fresh = dict(submit_to_counted(before, await scrape(addresses))) if phase.act == crowd.attempt else {}
    return Cost(phase.what, phase.rate, count, arrivals.dropped, cpu, idle, _latency(arrivals), fresh)


def _meter(crowd: Crowd) -> Meter:
    return Meter(lambda: {**crowd.target.processes(), "client": [os.getpid()]})


def _latency(arrivals: Arrivals) -> dict[str, float]:
    ordered = sorted(arrivals.seconds)
    return {
        name: round(1000 * ordered[int(share * (len(ordered) - 1))], 1)
        for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0))
    }


def markdown(costs: list[Cost]) -> str:
    rows = ["| process | " + " | ".join(f"{cost.what}, {cost.rate:g}/s" for cost in costs) + " |"]
    rows.append("|---" * (len(costs) + 1) + "|")
    for name in sorted({name for cost in costs for name in cost.cpu_us}):
        rows.append(f"| {name} | " + " | ".join(f"{cost.cpu_us.get(name, 0):,.0f}" for cost in costs) + " |")
    totals = " | ".join(f"**{cost.total_us():,.0f}**" for cost in costs)
    rows.append(f"| **services, PostgreSQL, Kafka** (CPU-µs each) | {totals} |")
    lines = ["# Cost of an attempt and of a save", "\n".join(rows)]
    for cost in costs:
        points = ", ".join(f"{name} {value:g} ms" for name, value in cost.latency_ms.items())
        fresh = ", ".join(f"{name} {value:g} s" for name, value in cost.fresh.items() if name != "count")
        counted = f" Counted after {fresh}." if fresh else ""
        lines.append(f"{cost.what}: {cost.count:,} at {cost.rate:g}/s, {cost.dropped} dropped; {points}.{counted}")
    return "\n\n".join(lines) + "\n"

"""What each kind of request costs: CPU by process at a steady rate, latency by an open model, and what the machine carries.

Needs a rehearsal stack with the contest applied. No watermark is sent, so nothing is swept or closed.
"""

from __future__ import annotations

import asyncio
import os
from array import array
from collections.abc import Awaitable, Callable, Iterable, Sequence
from statistics import median
from time import perf_counter
from typing import NamedTuple

from msgspec import Struct, structs

from bench.crowd import PEOPLE, Crowd
from bench.load import Act, Arrivals, open_load
from bench.observe import Meter
from bench.points import points
from bench.scrape import scrape, submit_to_counted
from bench.settle import settle
from bench.target import Target
from services.folder import ContestFolder

ATTEMPT, SAVE, PAPER, SATURATED = "start + submit → counted", "save", "paper choice by choice", "saturated"
BESIDE = ", stored: "
APART = ("caddy", "client")
"""The gateway and the load generator are reported apart."""
AT_ONCE = 64
"""People who take papers one after another when the machine is to be saturated."""


class Phase(NamedTuple):
    what: str
    rate: float
    seconds: float
    act: Act


class Cost(Struct):
    """CPU-µs per act by process (idle cost taken off: `idle` is CPU-ms per second of each), latency in ms from the due
    time, peak memory in MB, and for attempts the seconds from the stored submission to the count.

    `rate` is what was asked for, or in SATURATED what was reached. `rounds_us`: the total of each round.
    """

    what: str
    rate: float
    count: int
    dropped: int
    cpu_us: dict[str, float]
    idle: dict[str, float]
    latency_ms: dict[str, float]
    fresh: dict[str, float] = {}
    memory_mb: dict[str, float] = {}
    rounds_us: list[float] = []

    def total_us(self) -> float:
        """Services, PostgreSQL and Kafka."""
        return sum(cost for name, cost in self.cpu_us.items() if name not in APART)


WARM = 20.0
"""Seconds of load before anything is measured: Kafka's virtual machine compiles what runs often, once."""


async def measure(
    target: Target, folder: ContestFolder, *, rate: float = 300, seconds: float = 20, rounds: int = 1
) -> list[Cost]:
    """Each kind of request by itself and attempts as a whole, in every round; of several rounds the medians."""
    found = [await _round(target, folder, rate, seconds, number) for number in range(rounds)]
    return [middle(costs) for costs in zip(*found, strict=True)]


async def measure_sizes(
    target: Target, folder: ContestFolder, hold: Callable[[int], Awaitable[None]], sizes: Sequence[int],
    *, rate: float = 300, seconds: float = 20, rounds: int = 3,
) -> list[Cost]:  # fmt: skip
    """An attempt's cost while so many are stored already; the medians of several measurements at each of the rising sizes.

    Each begins beside exactly so many, and adds its own: beside a thousand it ends beside a few thousand.
    """
    crowd = Crowd(target, folder, lanes=256, seed=7)
    await crowd.all(crowd.register)
    await open_load(crowd.lanes, rate, WARM, crowd.attempt)
    await settle(target, crowd.scene.rules.id, closing=False)
    costs = []
    for size in sizes:
        await hold(size)
        await open_load(crowd.lanes, rate, WARM / 4, crowd.attempt)
        idle = await idle_use(crowd)
        phase = Phase(ATTEMPT, rate, seconds, crowd.attempt)
        found = []
        for _ in range(rounds):
            await hold(size)
            found.append(await _measured(crowd, phase, idle))
        costs.append(structs.replace(middle(found), what=f"{ATTEMPT}{BESIDE}{size:,}"))
    for lane in crowd.lanes:
        lane.close()
    return costs


async def _round(target: Target, folder: ContestFolder, rate: float, seconds: float, number: int) -> list[Cost]:
    crowd = Crowd(target, folder, lanes=256, seed=7 + number)
    await crowd.all(crowd.register)
    await open_load(crowd.lanes, rate, WARM if number == 0 else WARM / 4, crowd.attempt)
    idle = await idle_use(crowd)
    costs = [await _measured(crowd, phase, idle) for phase in _phases(crowd, rate, seconds)]
    costs.append(await _saturated(crowd, idle, seconds / 2))
    for lane in crowd.lanes:
        lane.close()
    return costs


def _phases(crowd: Crowd, rate: float, seconds: float) -> list[Phase]:
    """Everybody starts once, then all save, then everybody hands in: each kind is alone while it is measured."""
    each = PEOPLE / (rate / 2)
    return [
        Phase("register", rate / 2, seconds / 2, crowd.enter),
        Phase("sign in", rate / 2, seconds / 2, crowd.sign_in),
        Phase("start", rate / 2, each, crowd.start),
        Phase(SAVE, 3 * rate, seconds, crowd.save),
        Phase("submit", rate / 2, each, crowd.submit),
        # The same work costs less where there is more of it: batches are fuller, and fewer sleepers must be woken.
        Phase(ATTEMPT, rate, seconds, crowd.attempt),
        Phase(ATTEMPT, 2 * rate, seconds, crowd.attempt),
        Phase(PAPER, rate / 4, seconds, crowd.paper),
        Phase("board.json", 2 * rate, seconds / 2, crowd.board),
        Phase("numbers from stats", rate, seconds / 2, crowd.numbers),
    ]


async def idle_use(crowd: Crowd) -> dict[str, float]:
    """CPU-ms per second of each process while nobody asks for anything."""
    await settle(crowd.target, crowd.scene.rules.id, closing=False)
    meter, began = meter_of(crowd), perf_counter()
    await asyncio.sleep(5)
    lasted = perf_counter() - began
    return {name: 1000 * use.cpu_seconds / lasted for name, use in meter.usage().items()}


async def _measured(crowd: Crowd, phase: Phase, idle: dict[str, float]) -> Cost:
    addresses = list(crowd.target.metrics.values())
    before, meter, began = await scrape(addresses), meter_of(crowd), perf_counter()
    arrivals = await open_load(crowd.lanes, phase.rate, phase.seconds, phase.act)
    await settle(crowd.target, crowd.scene.rules.id, closing=False)
    lasted, count = perf_counter() - began, len(arrivals.seconds)
    fresh = dict(submit_to_counted(before, await scrape(addresses))) if phase.what == ATTEMPT else {}
    cpu, memory = per_act(meter, idle, lasted, count)
    return Cost(
        phase.what, phase.rate, count, arrivals.dropped, cpu, idle, points(arrivals.seconds, 1000), fresh, memory
    )


async def _saturated(crowd: Crowd, idle: dict[str, float], seconds: float) -> Cost:
    """Attempts one after another by AT_ONCE people: how many a second, with everything on this machine."""
    meter, began, times = meter_of(crowd), perf_counter(), Arrivals(0, seconds, array("f"))
    numbers = iter(range(10**9))

    async def work(place: int) -> None:
        for number in numbers:
            if (sent := perf_counter()) - began > seconds:
                return
            await crowd.attempt(crowd.lanes[place], number)
            times.seconds.append(perf_counter() - sent)

    await asyncio.gather(*(work(place) for place in range(AT_ONCE)))
    reached = len(times.seconds) / (perf_counter() - began)
    await settle(crowd.target, crowd.scene.rules.id, closing=False)
    cpu, memory = per_act(meter, idle, perf_counter() - began, len(times.seconds))
    return Cost(SATURATED, round(reached, 1), len(times.seconds), 0, cpu, idle, points(times.seconds, 1000), {}, memory)


def per_act(
    meter: Meter, idle: dict[str, float], lasted: float, count: int
) -> tuple[dict[str, float], dict[str, float]]:
    """(CPU-µs per act, peak memory in MB) by process."""
    usage = meter.usage()
    cpu = {
        name: round((1e6 * use.cpu_seconds - 1000 * idle.get(name, 0.0) * lasted) / max(count, 1), 1)
        for name, use in usage.items()
    }
    return cpu, {name: use.peak_mb for name, use in usage.items()}


def middle(costs: Iterable[Cost]) -> Cost:
    """The median of each figure over rounds of one phase; what was dropped is summed."""
    found = list(costs)
    return structs.replace(
        found[0],
        rate=round(median(each.rate for each in found), 1), count=sum(each.count for each in found),
        dropped=sum(each.dropped for each in found),
        cpu_us=_medians([each.cpu_us for each in found]), idle=_medians([each.idle for each in found]),
        latency_ms=_medians([each.latency_ms for each in found]), fresh=_medians([each.fresh for each in found]),
        memory_mb=_medians([each.memory_mb for each in found]), rounds_us=[round(each.total_us(), 1) for each in found],
    )  # fmt: skip


def _medians(figures: list[dict[str, float]]) -> dict[str, float]:
    names = {name: None for each in figures for name in each}
    return {name: round(median(each.get(name, 0.0) for each in figures), 4) for name in names}


def meter_of(crowd: Crowd) -> Meter:
    return Meter(lambda: {**crowd.target.processes(), "client": [os.getpid()]})

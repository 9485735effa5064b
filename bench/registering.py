"""Registrations as an open load at rising rates: what is answered, what is refused, and what each costs.

Nobody comes again after a refusal, so that the rate stays what it is said to be.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from time import perf_counter

from msgspec import Struct

from bench.cost import APART, idle_use, meter_of, per_act
from bench.counts import counted
from bench.crowd import Crowd
from bench.lane import Lane, Lost
from bench.load import open_load
from bench.points import points
from bench.settle import settle
from bench.target import Target
from services.folder import ContestFolder

LANES = 500
ENTERED = 201
WARM = 10.0
"""Seconds at the first rate that are not measured."""


class Step(Struct):
    """One rate. Times in ms from when a request was due. `refused`: status (or `lost`) -> count; `dropped` found no free lane.

    `cpu_us` by process for each registration that was answered with success, what the process uses by itself taken off.
    """

    rate: float
    seconds: float
    entered: int
    entered_ms: dict[str, float]
    refused: dict[str, int]
    refused_ms: dict[str, float]
    dropped: int
    cpu_us: dict[str, float]

    def total_us(self) -> float:
        return sum(cost for name, cost in self.cpu_us.items() if name not in APART)


class Registering(Struct):
    """`entered`: registrations that were acknowledged in the whole run; `counted`: registrants in the public numbers after it."""

    command: str
    machine: str
    date: str
    steps: list[Step]
    entered: int
    counted: int

    def faults(self) -> list[str]:
        found = [f"at {step.rate:g}/s {step.dropped} arrivals were dropped" for step in self.steps if step.dropped]
        odd = Counter[str]()
        for step in self.steps:
            odd.update({status: count for status, count in step.refused.items() if status not in ("429", "503")})
        found += [f"{count} were answered {status}" for status, count in odd.items()]
        if self.counted != self.entered:
            found.append(f"{self.entered:,} were acknowledged, {self.counted:,} are counted")
        return found


class Desk:
    """Sends registrations once each, and notes what came of them."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd, self._number = crowd, 0
        self.entered = 0
        self.came_of_it: list[str] = []
        """Status of each in the order in which they were done, or `lost`."""

    async def enter(self, lane: Lane, _: int) -> None:
        self._number += 1
        try:
            reply = await lane.ask(self._crowd.newcomer(self._number))
        except Lost:
            self.came_of_it.append("lost")
            return
        self.entered += reply.status == ENTERED
        self.came_of_it.append(str(reply.status))


async def climb(
    target: Target, folder: ContestFolder, rates: Sequence[float], seconds: float
) -> tuple[list[Step], int, int]:
    """(steps, registrations acknowledged, registrants in the public numbers)."""
    crowd = Crowd(target, folder, LANES, seed=7)
    desk, contest = Desk(crowd), crowd.scene.rules.id
    await open_load(crowd.lanes, rates[0], WARM, desk.enter)
    idle = await idle_use(crowd)
    steps = [await _step(crowd, desk, rate, seconds, idle) for rate in rates]
    for lane in crowd.lanes:
        lane.close()
    return steps, desk.entered, await _registrants(target, contest, desk.entered)


async def _registrants(target: Target, contest: str, wanted: int) -> int:
    """What the public numbers say, as soon as it is what is wanted, or after a while."""
    for _ in range(20):
        found = (await counted(target.origin, contest)).totals.registrants or 0
        if found == wanted:
            break
        await asyncio.sleep(0.5)
    return found


async def _step(crowd: Crowd, desk: Desk, rate: float, seconds: float, idle: dict[str, float]) -> Step:
    desk.came_of_it.clear()
    meter, began = meter_of(crowd), perf_counter()
    arrivals = await open_load(crowd.lanes, rate, seconds, desk.enter)
    await settle(crowd.target, crowd.scene.rules.id, closing=False)
    lasted = perf_counter() - began
    took: dict[bool, list[float]] = {True: [], False: []}
    for status, each in zip(desk.came_of_it, arrivals.seconds, strict=True):
        took[status == str(ENTERED)].append(each)
    refused = Counter(status for status in desk.came_of_it if status != str(ENTERED))
    cpu, _ = per_act(meter, idle, lasted, len(took[True]))
    return Step(
        rate, seconds, len(took[True]), points(took[True], 1000), dict(refused), points(took[False], 1000), arrivals.dropped, cpu
    )  # fmt: skip


def markdown(made: Registering) -> str:
    rows = [
        f"| {step.rate:g}/s | {step.entered:,} | {step.entered / step.seconds:.0f} | {_ms(step.entered_ms)} | {_refused(step)} | "
        f"{step.total_us():,.0f} | {step.cpu_us.get('registration-1', 0):,.0f} | {step.cpu_us.get('caddy', 0):,.0f} | {step.dropped} |"
        for step in made.steps
    ]
    faults = made.faults()
    verdict = "**Failed:** " + "; ".join(faults) if faults else "Every one that was acknowledged is counted"
    return "\n".join(
        [
            "# Registrations", "",
            f"{verdict} ({made.entered:,}). Nobody came again after a refusal.", "",
            "| arrive | entered | a second | ms from the due time, p50, p99, max | refused | CPU-µs each, services and stores | "
            "registration | Caddy | dropped |", "|---" * 9 + "|", *rows, "",
            f"{made.steps[0].seconds:g} s at each rate, {made.date}, by `{made.command}` on {made.machine}.", "",
        ]
    )  # fmt: skip


def _ms(found: Mapping[str, float]) -> str:
    return ", ".join(f"{found.get(name, 0):g}" for name in ("p50", "p99", "max"))


def _refused(step: Step) -> str:
    if not step.refused:
        return "0"
    return (
        ", ".join(f"{count:,} × {status}" for status, count in step.refused.items())
        + f" (p99 {step.refused_ms['p99']:g} ms)"
    )

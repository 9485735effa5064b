"""Several replicas under a steady load: what an attempt and an event cost, and what comes of replicas that end in the middle.

First the load alone, which is measured; then the same load while one replica of each service ends, one after another, and is
started again by the supervisor: partitions move twice each time. Nothing may be lost, and nobody may be told anything but to come again.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from time import perf_counter

from msgspec import Struct

from bench.cost import APART, idle_use, meter_of, per_act
from bench.load import open_load
from bench.points import points
from bench.public import Onlooker, Timed, delays
from bench.scrape import Readings, scrape, total
from bench.settle import settle
from bench.target import Target
from services.contracts.ids import contest_to_path
from services.folder import ContestFolder

LANES = 2_000
"""Whoever is told to come again holds one meanwhile."""
WARM = 15.0
SERVICES = ("quiz", "scoring", "stats")
ENDS = (("scoring", signal.SIGKILL, 0.15), ("stats", signal.SIGTERM, 0.4), ("quiz", signal.SIGKILL, 0.65))
"""Which service's last replica ends how, after which share of the load."""
Hurt = Callable[[str, signal.Signals], object]
Audit = Callable[[], tuple[bool, str]]
"""(clean, in words)"""


class Replicated(Struct):
    """One run. `attempt_us`: CPU-µs of an attempt by kind of process, all replicas together; `event_us`: of a consumed record.

    `public`: seconds from a submission to the stream of totals while replicas ended. `repeated`: requests that were sent again, by
    kind and reason. `rebalances`: times that partitions were taken from a process that was still there to say so.
    """

    replicas: int
    rate: float
    attempts: int
    dropped: int
    attempt_us: dict[str, float]
    event_us: dict[str, float]
    ended: dict[str, str]
    rebalances: dict[str, int]
    acknowledged: int
    counted: int
    public: dict[str, float]
    never_public: int
    repeated: dict[str, int]
    clean: bool
    audit: str
    command: str = ""
    date: str = ""
    machine: str = ""

    def total_us(self) -> float:
        return sum(cost for name, cost in self.attempt_us.items() if name not in APART)

    def faults(self) -> list[str]:
        found = [] if self.clean else [f"the audit is not clean: {self.audit}"]
        if self.counted != self.acknowledged:
            found.append(f"{self.acknowledged:,} submissions were acknowledged, {self.counted:,} are counted")
        if self.never_public:
            found.append(f"{self.never_public:,} submissions never were on the stream")
        return [f"{self.replicas} replicas: {fault}" for fault in found]


async def play(
    target: Target, folder: ContestFolder, replicas: int, rate: float, seconds: float, hurt: Hurt, audit: Audit,
) -> Replicated:  # fmt: skip
    """`seconds` of the load alone, and twice as many while replicas end."""
    crowd = Timed(target, folder, LANES, seed=7)
    contest = crowd.scene.rules.id
    await crowd.all(crowd.register)
    async with Onlooker(int(target.origin.rpartition(":")[2]), contest_to_path(contest)).looking() as onlooker:
        await open_load(crowd.lanes, rate, WARM, crowd.attempt)
        idle, before = await idle_use(crowd), await scrape(target.metrics.values())
        meter, began = meter_of(crowd), perf_counter()
        alone = await open_load(crowd.lanes, rate, seconds, crowd.attempt)
        await settle(target, contest, closing=False)
        cpu, _ = per_act(meter, idle, perf_counter() - began, len(alone.seconds))
        steady, first = await scrape(target.metrics.values()), len(crowd.sent)
        crowd.tally.repeated.clear()
        async with asyncio.TaskGroup() as group:
            group.create_task(_end(replicas, 2 * seconds, hurt))
            ended = await open_load(crowd.lanes, rate, 2 * seconds, crowd.attempt)
        await onlooker.all_of(len(crowd.sent))
    await settle(target, contest, closing=False)
    after = await scrape(target.metrics.values())
    clean, words = await asyncio.to_thread(audit)
    for lane in crowd.lanes:
        lane.close()
    waited, records = delays(crowd.sent, onlooker.stream, first), _consumed(target, before, steady)
    by_kind = _by_kind(cpu)
    return Replicated(
        replicas, rate, len(alone.seconds), alone.dropped + ended.dropped, by_kind,
        {name: round(by_kind[name] * len(alone.seconds) / records[name], 1) for name in ("scoring", "stats")},
        {f"{service}-{replicas}": how.name for service, how, _ in ENDS},
        {name: round(_sum(target, after, "hoithi_rebalances_total", name)) for name in SERVICES},
        len(crowd.sent), onlooker.stream[-1][1], points(waited, digits=2), len(crowd.sent) - first - len(waited),
        dict(crowd.tally.repeated), clean, words,
    )  # fmt: skip


async def _end(replicas: int, lasts: float, hurt: Hurt) -> None:
    began = perf_counter()
    for service, how, share in ENDS:
        await asyncio.sleep(began + share * lasts - perf_counter())
        hurt(f"{service}-{replicas}", how)


def _by_kind(cpu: Mapping[str, float]) -> dict[str, float]:
    """Replicas of a service together."""
    found: dict[str, float] = {}
    for name, cost in cpu.items():
        kind = name.partition("-")[0]
        found[kind] = round(found.get(kind, 0.0) + cost, 1)
    return found


def _consumed(target: Target, before: Readings, after: Readings) -> dict[str, float]:
    name = "hoithi_consumed_total"
    return {each: _sum(target, after, name, each) - _sum(target, before, name, each) for each in SERVICES}


def _sum(target: Target, readings: Readings, name: str, service: str) -> float:
    addresses = [address for each, address in target.metrics.items() if each.partition("-")[0] == service]
    return sum(total(readings, name, address=address) for address in addresses)

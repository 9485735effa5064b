"""One run: people, viewers and the generator against a stack, and what came of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import uvloop
from msgspec import Struct, structs

from bench.drill import stage
from bench.drill.door import now
from bench.lasthour import profiles
from bench.lasthour.crush import Crush
from bench.lasthour.generator import Generator
from bench.lasthour.people import registered
from bench.lasthour.profiles import Profile
from bench.lasthour.viewers import Seen, Viewers
from bench.lasthour.watch import Second, Watch
from bench.neighbours import Neighbours
from bench.observe import Usage
from bench.points import points
from bench.scrape import scrape, submit_to_counted
from bench.settle import settle
from bench.target import Target
from deploy.local import ending
from deploy.local.processes import before_others
from deploy.local.stack import Stack
from services.folder import ContestFolder
from services.runtime.collector import collect_seldom

QUICK_MS = 50.0
"""Wanted in an overload: a refusal within so many ms."""
KINDS = ("register", "sign_in", "start", "save", "submit", "board")


class Kind(Struct):
    """Answers of one kind in one phase; latencies in ms. `told`: 503 with Retry-After, `soon` of them within QUICK_MS where that
    is known, `gateway` of them by the gateway itself and `gateway_soon` of those; `bad`: anything else."""

    phase: str
    kind: str
    ok: int
    ok_ms: dict[str, float]
    told: int
    told_ms: dict[str, float]
    bad: int
    soon: int = 0
    gateway: int = 0
    gateway_soon: int = 0


class Counts(Struct):
    """`dropped`: arrivals for which the generator was late; `unexpected`: papers that met an answer nobody expected."""

    dropped: int = 0
    unexpected: int = 0
    ran_out: int = 0
    came_back: int = 0
    after_closing: int = 0


class Run(Struct):
    """`carries`: papers a second that the probe got through; 0 without one. `others`: cores that other programs used meanwhile.
    `sent_late`: ms after they were due at which the generator sent the arrivals of the overload."""

    profile: Profile
    carries: float
    kinds: list[Kind]
    counts: Counts
    seconds: list[Second]
    usage: dict[str, Usage]
    viewers: Seen
    fresh: dict[str, float]
    lasted: float
    others: float = 0.0
    sent_late: dict[str, float] = {}

    def with_kinds(self, kinds: list[Kind], counts: Counts) -> Run:
        return structs.replace(self, kinds=kinds, counts=counts)

    def of(self, phase: str, kind: str) -> Kind:
        nothing = Kind(phase, kind, 0, {}, 0, {}, 0)
        return next((each for each in self.kinds if (each.phase, each.kind) == (phase, kind)), nothing)


class Ground:
    """A stack with a contest on it that closes in so many seconds, and people who have entered it."""

    def __init__(self, stack: Stack, folder: ContestFolder, profile: Profile, name: str, seconds: float) -> None:
        self.stack, self._profile, self._name = stack, profile, name
        self._rules = stage.rules_of(folder, name, seconds, tries=None)
        stage.apply(stack.layout.origin, stack.secrets_dir, folder, self._rules)
        self.entry, self.terms = stage.entry_of(folder, self._rules), stage.terms_of(folder, self._rules)
        self.people: list[str] = []

    async def populate(self, count: int) -> None:
        self.people = await registered(self.stack.layout.port, self.entry, count, seed=len(self._name))

    def generator(self, scenarios: Mapping[str, Any], phases: Sequence[str]) -> Generator:
        profile, entry = self._profile, self.entry
        setup = {
            "origin": self.stack.layout.origin, "address": f"http://127.0.0.1:{self.stack.layout.port}",
            "contest": self._rules.id, "series": self._rules.series_id, "closes": self.terms.closes, "grace": self.terms.grace,
            "unit": entry.units[0], "category": entry.category, "consent": entry.consent, "scenarios": scenarios,
            "phases": phases, "patient": profile.patient,
            "saves": profile.saves, "paper_seconds": profile.paper_seconds, "patience": profile.patience,
        }  # fmt: skip
        return Generator(self.stack.layout.folder / f"k6-{phases[0]}", setup, self.people)

    async def run(self, generator: Generator) -> Run:
        """Until the generator has ended."""
        child = generator.start()

        async def ended() -> None:
            # Not reaped before the last look: its CPU would be counted a second time, as that of a child of this process.
            await asyncio.to_thread(os.waitid, os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

        try:
            around = await self._around(ended, {"k6 (generator)": [child.pid], "viewers (generator)": [os.getpid()]})
            child.wait()
        finally:
            child.kill()
        return around.with_kinds(*_told(generator.summary()))

    async def crush(self, crush: Crush, play: Callable[[], Awaitable[None]], carries: float = 0.0) -> Run:
        """Until everybody has left."""
        around = await self._around(play, {"generator": [os.getpid()]})
        kinds = [
            Kind(
                phase, kind, len(n.ok), points(n.ok), len(n.told), points(n.told), n.bad, _soon(n.told),
                len(n.told_by_gateway), _soon(n.told_by_gateway),
            )
            for (phase, kind), n in sorted(crush.noted.items())
        ]  # fmt: skip
        counts = Counts(crush.dropped, crush.unexpected, came_back=crush.came_back)
        return structs.replace(around.with_kinds(kinds, counts), carries=carries, sent_late=points(crush.late["over"]))

    async def _around(self, play: Callable[[], Awaitable[None]], generators: Mapping[str, Sequence[int]]) -> Run:
        """What the stack did while somebody played; without what the generator itself noted."""
        layout = self.stack.layout
        addresses = self.addresses()
        before, began = await scrape(addresses), perf_counter()

        def ours() -> dict[str, Sequence[int]]:
            return {name: [pid] for name, pid in self.stack.pids.items()}

        neighbours = Neighbours(ours)
        stream = f"/api/stats/v1/contests/{self._rules.id}/stream"
        quiz = [self.metrics(name) for name in layout.names() if name.startswith("quiz")]
        watch = Watch(quiz, lambda: {**ours(), **generators})
        async with Viewers(layout.port, stream, self._profile.viewers) as seen, watch:
            await play()
        lasted, others = perf_counter() - began, neighbours.cores()
        target = Target(layout.origin, b"", metrics={address: address for address in addresses})
        await settle(target, self._rules.id, closing=False, patience=60)
        fresh = dict(submit_to_counted(before, await scrape(addresses)))
        return Run(
            self._profile, 0.0, [], Counts(), watch.seconds, watch.usage, seen, fresh, round(lasted, 1), round(others, 2)
        )  # fmt: skip

    def addresses(self) -> list[str]:
        names = (name for name in self.stack.layout.names() if not name.startswith("board"))
        return [self.metrics(name) for name in names]

    def metrics(self, name: str) -> str:
        return f"http://127.0.0.1:{self.stack.ports[name]}/metrics"


def _soon(milliseconds: Iterable[float]) -> int:
    return sum(each < QUICK_MS for each in milliseconds)


def _told(metrics: Mapping[str, Mapping[str, float]]) -> tuple[list[Kind], Counts]:
    """What k6 noted."""

    def count(name: str) -> int:
        return round(metrics.get(name, {}).get("count", 0))

    phases = sorted({name.rpartition("_")[2] for name in metrics if name.startswith("ok_")})
    kinds = [
        Kind(
            phase, kind, count(f"ok_{kind}_{phase}"), _points(metrics, f"ok_{kind}_{phase}"), count(f"told_{kind}_{phase}"),
            _points(metrics, f"told_{kind}_{phase}"), count(f"bad_{kind}_{phase}"),
        )
        for phase in phases for kind in KINDS
    ]  # fmt: skip
    names = ("dropped_iterations", "unexpected", "ran_out", "came_back_with_a_place", "after_closing")
    return [each for each in kinds if each.ok or each.told or each.bad], Counts(*map(count, names))


def _points(metrics: Mapping[str, Mapping[str, float]], name: str) -> dict[str, float]:
    names = {"med": "p50", "p(90)": "p90", "p(99)": "p99", "max": "max"}
    return {short: round(metrics[name][long], 1) for long, short in names.items() if name in metrics}


def play(stack: Stack, folder: ContestFolder, profile: Profile) -> Run:
    """Blocks until the run is over; an overload first finds out what is carried."""
    played = _overloaded(stack, folder, profile) if profile.overload else _even(stack, folder, profile)
    return ending.run(played, uvloop.new_event_loop)


async def _even(stack: Stack, folder: ContestFolder, profile: Profile) -> Run:
    ground = Ground(stack, folder, profile, f"gio-cuoi-{profile.name}", PREPARING + profile.seconds)
    await ground.populate(
        min(6_000, round(profile.starts * (profile.paper_seconds + profile.saves + 10) * profiles.BURST) + 200)
    )
    await asyncio.sleep(max(0.0, ground.terms.closes - profile.seconds - WAKING - now()))
    return await ground.run(ground.generator(profiles.scenarios(profile), ["run"]))


async def _overloaded(stack: Stack, folder: ContestFolder, profile: Profile) -> Run:
    ground = Ground(stack, folder, profile, f"gio-cuoi-{profile.name}", 3600)
    await ground.populate(4_000)
    crush = Crush(stack.layout.origin, ground.entry, ground.people, profile)
    try:
        # A generator that waits for a core among those whom it overloads, or for its own memory, measures its own wait.
        collect_seldom()
        with before_others(10):
            probed = await ground.crush(crush, partial(crush.probe, PROBED, PROBING))
            carries = probed.of("probe", "submit").ok / PROBED
            crush.forget()
            return await ground.crush(crush, partial(crush.steps, carries), carries)
    finally:
        crush.close()


PREPARING = 30.0
"""Seconds in which people are registered before the first arrival of an even run."""
PROBED = 12.0
"""Seconds, with so many people who take papers one after another."""
PROBING = 64
WAKING = 5.0
"""Seconds that k6 takes to make its users before the first arrives."""

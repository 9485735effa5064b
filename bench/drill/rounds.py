"""One round: a contest under load, faults one after another and some at once, rest, and the judge's word."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from bench.drill import stage
from bench.drill.door import Doors, now
from bench.drill.faults import Fault
from bench.drill.gather import Places, gather
from bench.drill.history import History
from bench.drill.judge import judge
from bench.drill.people import crowd
from bench.drill.stack import DrillStack
from bench.drill.stuck import photograph
from bench.drill.world import World
from bench.settle import NotSettled, settle
from bench.target import Target
from deploy.local import ending
from deploy.local.postgres import SERVICES
from services.folder import ContestFolder

HEALTHY_WITHIN = 30.0
"""Seconds after the last fault within which everything must be ready again, without a hand."""
AT_ONCE, TOGETHER = 0.8, 10
"""How often, while a fault lasts, another comes every second or two; how many come together at most."""
Audit = Callable[[], tuple[bool, str]]
"""(clean, in words)"""


class Hurt(Struct):
    """One fault. `at` is seconds from the round's beginning, `recovered` seconds until all were ready again, from when the
    last of those had ended that came together; None: not within HEALTHY_WITHIN, when `unready` were not."""

    kind: str
    target: str
    at: float
    lasted: float
    recovered: float | None
    unready: list[str] = []


class Round(Struct):
    """`seconds` is the contest's length; `refusals` counts answers that were no success by kind, status and problem."""

    seed: int
    seconds: float
    people: int
    asks: int
    acknowledged: dict[str, int]
    died: int
    lost: int
    hurts: list[Hurt]
    refusals: dict[str, int]
    settled_after: float | None
    wrong: list[str]
    notes: list[str] = []


class Plan(Struct):
    """`faults` gives one after another, for ever."""

    seed: int
    seconds: float
    desks: int
    faults: Iterator[Fault]
    most: int = 1000
    """Faults of one round."""


def play(stack: DrillStack, folder: ContestFolder, plan: Plan, audit: Audit, keep: Path | None = None) -> Round:
    """Blocks until the round has been judged. `keep`: where its history is written."""
    rules = stage.rules_of(folder, f"dien-tap-{plan.seed}", plan.seconds)
    stage.apply(stack.layout.origin, stack.secrets_dir, folder, rules)
    terms, history = stage.terms_of(folder, rules), History()
    doors = Doors("127.0.0.1", stack.layout.port, history, terms.closes + terms.grace + 3, Random(f"{plan.seed}|doors"))
    injector = Injector(stack, plan, terms.closes + terms.grace + 5)
    injector.start()
    people = ending.run(crowd(plan.desks, doors, stage.entry_of(folder, rules), terms, plan.seed))
    hurts = injector.finish()
    settled = _settled(stack, rules.id)
    clean, words = audit()
    world = ending.run(gather(places_of(stack), terms))
    world.audit_clean, world.audit_words = clean, words
    if keep is not None:
        history.write(keep)
    wrong = [*judge(history, world), *_slow_to_heal(hurts, settled)]
    return _report(plan, history, hurts, people, doors.died, settled, wrong, world)


class Injector(threading.Thread):
    """Hurts the stack until `until` (Unix seconds), each time waiting until it has healed, and a little longer."""

    def __init__(self, stack: DrillStack, plan: Plan, until: float) -> None:
        super().__init__(name="injector", daemon=True)
        self._stack, self._plan, self._until = stack, plan, until
        self._rng, self._began = Random(f"{plan.seed}|faults"), now()
        self._hurts: list[Hurt] = []
        self._failure: BaseException | None = None

    def run(self) -> None:
        try:
            time.sleep(self._rng.uniform(1.5, 3))
            while now() < self._until and len(self._hurts) < self._plan.most:
                self._hurt()
                time.sleep(self._rng.uniform(0.1, 0.8))
        except BaseException as error:
            self._failure = error

    def finish(self) -> list[Hurt]:
        self.join()
        if self._failure is not None:
            raise self._failure
        return self._hurts

    def _hurt(self) -> None:
        """One fault, and while it lasts often another; then until everybody is well again."""
        made: list[Hurt] = []
        threads = [self._begin(made)]
        while any(thread.is_alive() for thread in threads):
            self._linger(threads)
            more = len(threads) < TOGETHER and len(self._hurts) + len(threads) < self._plan.most
            if more and self._rng.random() < AT_ONCE and any(thread.is_alive() for thread in threads):
                threads.append(self._begin(made))
        recovered, unready = healed(self._stack)
        self._hurts += [msgspec.structs.replace(hurt, recovered=recovered, unready=unready) for hurt in made]

    def _begin(self, made: list[Hurt]) -> threading.Thread:
        thread = threading.Thread(target=self._one, args=(next(self._plan.faults), self._rng.random(), made))
        thread.start()
        return thread

    def _linger(self, threads: list[threading.Thread]) -> None:
        """Until they have ended, or for a moment."""
        until = now() + self._rng.uniform(0.2, 1.6)
        while now() < until and any(thread.is_alive() for thread in threads):
            time.sleep(0.05)

    def _one(self, fault: Fault, seed: float, made: list[Hurt]) -> None:
        began = now()
        try:
            fault.act(self._stack, Random(seed))
        except BaseException as error:
            self._failure = error
            raise
        made.append(Hurt(fault.kind, fault.target, round(began - self._began, 2), round(now() - began, 2), None))


def healed(stack: DrillStack, within: float = HEALTHY_WITHIN) -> tuple[float | None, list[str]]:
    """Seconds until everybody said twice that they are ready; None: not in time, and who was not when last asked."""
    began, calm, well, unwell = now(), 0, 0.0, list[str]()
    while now() - began < within:
        unwell = stack.unwell()
        if unwell:
            calm = 0
        else:
            well = well if calm else now() - began
            calm += 1
            if calm == 2:
                return round(well, 2), []
        time.sleep(0.2)
    return None, unwell


def places_of(stack: DrillStack) -> Places:
    return Places(
        socket=stack.postgres.socket_dir, port=stack.ports["postgres"], kafka=stack.kafka.address,
        origin=stack.layout.origin, secrets=stack.secrets_dir,
    )  # fmt: skip


def _settled(stack: DrillStack, contest: str) -> float | str:
    """Seconds until the contest had closed and nothing was on its way; else what still was."""
    names = [name for name in stack.layout.names() if name.partition("-")[0] in SERVICES]
    metrics = {name: f"http://127.0.0.1:{stack.ports[name]}/metrics" for name in names}
    target = Target(stack.layout.origin, b"", metrics=metrics)
    try:
        return round(ending.run(settle(target, contest, closing=True, patience=60)), 1)
    except NotSettled as fault:
        photograph(stack, stack.layout.folder / f"stuck-{contest}.txt")
        return str(fault)


def _slow_to_heal(hurts: list[Hurt], settled: float | str) -> Iterator[str]:
    for hurt in hurts:
        if hurt.recovered is None:
            who = ", ".join(hurt.unready) or "somebody"
            yield f"health: after {hurt.kind} {hurt.target} not everything was ready within {HEALTHY_WITHIN:g} s: not {who}"
    if isinstance(settled, str):
        yield f"health: the contest did not close and settle {settled}"


def _report(
    plan: Plan, history: History, hurts: list[Hurt], people: int, died: int, settled: float | str, wrong: list[str],
    world: World,
) -> Round:  # fmt: skip
    acknowledged = Counter(ask.kind for ask in history.asks if ask.ok)
    refusals = Counter(
        f"{ask.kind} {ask.status} {ask.told.problem}".strip() for ask in history.asks if ask.status >= 300
    )
    lost = sum(ask.status == 0 for ask in history.asks) - died
    notes = [f"{len(world.papers)} papers, {len(world.scores)} scored, {len(world.counted)} counted"]
    return Round(
        plan.seed, plan.seconds, people, len(history.asks), dict(acknowledged), died, lost, hurts, dict(refusals),
        settled if isinstance(settled, float) else None,
        wrong, notes,
    )  # fmt: skip


def deck(faults: list[Fault], rng: Random) -> Iterator[Fault]:
    """Every fault once in a random order, then again in another."""
    while True:
        yield from rng.sample(faults, len(faults))

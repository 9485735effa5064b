"""The faults a drill knows: what each does, to whom, for how long. Each leaves the stack as it found it, hurt aside."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from bench.drill.stack import STORES, DrillStack
from deploy.local.postgres import SERVICES
from deploy.local.processes import wait_until

STEP = 2.0
"""Seconds by which a clock is stepped, back or forth."""
SHORT, LONG = 30.0, 75.0
"""Seconds for which Kafka stays down."""
Act: TypeAlias = Callable[[DrillStack, Random], None]


@dataclass(frozen=True)
class Fault:
    """`kind` is what the report counts by, `target` who is hurt; `needs` names what the machine must be able to do."""

    kind: str
    target: str
    act: Act
    needs: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind} {self.target}".strip()


def catalogue(services: Sequence[str]) -> list[Fault]:
    """Every fault, one entry for each of its targets. `services`: the names of the processes."""
    processes = [*services, "kafka", "postgres", "caddy"]
    found = [Fault(kind, name, act(name)) for kind, act in _PROCESS.items() for name in processes]
    found += [
        Fault(f"{how}-leader", f"{service} {lease}", _leader(how, service, lease))
        for how in _PROCESS
        for service, lease in LEASES
    ]
    found.append(Fault("immediate-stop", "postgres", lambda at, _: _signal(at, "postgres", signal.SIGQUIT)))
    found += [Fault(kind, f"{link} link", act(link)) for kind, act in _LINKS.items() for link in (*SERVICES, "kafka")]
    found += [Fault("disk-full", store, _full(store), "disk") for store in STORES]
    stepped = [*(name for name in services if name != "board-1"), "postgres"]
    found += [Fault("clock-step", name, _clock(name), "clock") for name in stepped]
    found += [Fault("kafka-down", f"{seconds:g} s", _down(seconds)) for seconds in (SHORT, LONG)]
    found.append(Fault("rolling-restart", "everything", _rolling))
    return found


def chosen(services: Sequence[str], names: Sequence[str]) -> list[Fault]:
    """Those of these kinds or targets; `all` is every one. Raises ValueError for a name that fits none."""
    every = catalogue(services)
    known = {"all", *(name for fault in every for name in (fault.kind, fault.target))}
    if unknown := set(names) - known:
        kinds = ", ".join(sorted({fault.kind for fault in every}))
        raise ValueError(f"no fault is called {min(unknown)}; the kinds are {kinds}, the targets the processes")
    return [fault for fault in every if "all" in names or fault.kind in names or fault.target in names]


LEASES = (
    ("registration", "relay"),
    ("quiz", "relay"),
    ("scoring", "relay"),
    ("stats", "publisher"),
    ("quiz", "closing"),
)


def _signal(at: DrillStack, name: str, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # another fault was faster
        os.kill(at.pids[name], what)


def _kill(name: str) -> Act:
    return lambda at, _: _signal(at, name, signal.SIGKILL)


def _freeze(name: str) -> Act:
    def act(at: DrillStack, rng: Random) -> None:
        at.freeze(name, rng.uniform(1, 8))

    return act


_PROCESS = {"kill": _kill, "freeze": _freeze}


def _leader(how: str, service: str, lease: str) -> Act:
    """Whoever holds it now; a frozen one stays so until a successor must have ended it."""

    def act(at: DrillStack, rng: Random) -> None:
        holder = at.leader(service, lease)
        if holder is None:
            return
        if how == "kill":
            _signal(at, holder, signal.SIGKILL)
            return
        at.freeze(holder, rng.uniform(12, 14))

    return act


def _cut(link: str) -> Act:
    return lambda at, _: at.links.cut(link, shut=False)


def _apart(link: str) -> Act:
    def act(at: DrillStack, rng: Random) -> None:
        at.links.cut(link, shut=True)
        time.sleep(rng.uniform(1, 5))
        at.links.heal()

    return act


def _slow(link: str) -> Act:
    def act(at: DrillStack, rng: Random) -> None:
        at.links.slow(link, rng.uniform(0.02, 0.3))
        time.sleep(rng.uniform(2, 5))
        at.links.heal()

    return act


def _swallow(link: str) -> Act:
    def act(at: DrillStack, rng: Random) -> None:
        at.links.swallow(link)
        time.sleep(rng.uniform(2, 7))
        at.links.heal()

    return act


_LINKS: dict[str, Callable[[str], Act]] = {
    "cut": _cut, "refuse": _apart, "slow": _slow, "swallow": _swallow,
}  # fmt: skip


def _full(store: str) -> Act:
    def act(at: DrillStack, rng: Random) -> None:
        at.disks[store].fill()
        time.sleep(rng.uniform(2, 6))
        at.disks[store].free()

    return act


def _clock(name: str) -> Act:
    def act(at: DrillStack, rng: Random) -> None:
        assert at.clocks is not None
        at.clocks.step(name, rng.choice((STEP, -STEP)))
        time.sleep(rng.uniform(2, 6))
        at.clocks.step(name, 0.0)

    return act


def _down(seconds: float) -> Act:
    def act(at: DrillStack, _: Random) -> None:
        at.hold("kafka")
        time.sleep(seconds)
        at.release("kafka")

    return act


def _rolling(at: DrillStack, _: Random) -> None:
    """Everything once, one after another, each only when the one before is back."""
    for name in [*at.layout.names(), "caddy", "kafka", "postgres"]:
        pid = at.pids[name]
        _signal(at, name, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        wait_until(lambda pid=pid, name=name: at.pids[name] != pid and name not in at.unwell(), 30, step=0.2)  # type: ignore[misc]

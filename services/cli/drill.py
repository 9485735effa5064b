"""`hoithi drill`: a contest under load that is hurt on purpose, and a judge that trusts nobody."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Annotated

import psutil
from cyclopts import Parameter
from cyclopts.validators import Number

from bench.drill.faults import Fault, chosen
from bench.drill.report import Drill, collect, read, write
from bench.drill.rounds import Audit, Plan, Round, deck, play
from bench.drill.stack import DrillStack
from bench.page import REPORTS
from deploy.local.ending import orderly
from deploy.local.layout import Layout
from deploy.local.paths import ROOT
from services.cli import place
from services.cli.audit import examine
from services.cli.client import Client
from services.cli.terminal import DIFFERENT, OK, Failure, answer_json, out, say
from services.cli.up import forget
from services.folder import ContestFolder, read_folder

Rounds = Annotated[int, Parameter(validator=Number(gte=1), help="Contests, one after another on the same stack.")]
Seconds = Annotated[
    float, Parameter(validator=Number(gte=5), help="From the opening of a round's contest to its closing.")
]
Minutes = Annotated[float | None, Parameter(help="Begin no further round after so many.")]


def drill(
    *names: str, rounds: Rounds = 1, seed: int | None = None, seconds: Seconds = 45, desks: int = 24, replicas: place.Replicas = 2,
    faults: int = 1000, folder: Path = ROOT / "contests" / "bac-giang-2023", port: place.Port = None, report: str = "drill",
    minutes: Minutes = None, json: bool = False,
) -> int:  # fmt: skip
    """Hurt a contest under load, by NAMES of kinds or targets (`all`; `kill`, `freeze`, `kafka`, …), and compare afterwards.

    Runs on a stack of its own, forgotten afterwards. --seed repeats a drill's order of faults. --faults is the most in one
    round. A report of the same name is added to, after each round; `none` writes none. Exit code 0: nothing was wrong.
    """
    if not names:
        raise Failure("Say what to hurt: `hoithi drill all`, or kinds and targets such as `kill quiz-1`.")
    first, ends = Random().randrange(10**6) if seed is None else seed, time.monotonic() + 60 * (minutes or 1e6)
    asked = place.layout(True, port, replicas)
    layout = Layout(asked.folder.parent / "drill", asked.port, replicas=asked.replicas, log_level="WARNING")
    wanted, contest = _chosen(layout, names), read_folder(folder)
    found = (read(report, REPORTS) if report != "none" else None) or Drill(report, machine(), [], {})
    options = f"--rounds {rounds} --seed {first} --seconds {seconds:g} --replicas {replicas}"
    found.commands.append(f"hoithi drill {' '.join(names)} {options}")
    forget(layout.folder)
    with orderly():
        stack = DrillStack(layout, say)
        try:
            stack.start()
            found.missing = stack.missing
            order = deck(_possible(stack, wanted), Random(f"{first}|deck"))
            plans = (Plan(first + number, seconds, desks, order, faults) for number in range(rounds))
            played = (_told(_played(stack, contest, plan)) for plan in _until(ends, plans))
            collect(found, played, None if report == "none" else REPORTS)
        finally:
            stack.stop()
    return _answer(found, layout.folder, report, json)


def _until(ends: float, plans: Iterable[Plan]) -> Iterator[Plan]:
    """Those that begin before this moment of the monotonic clock."""
    for plan in plans:
        if time.monotonic() > ends:
            say(f"stopped before round {plan.seed}: the time is over")
            return
        yield plan


def _played(stack: DrillStack, contest: ContestFolder, plan: Plan) -> Round:
    return play(stack, contest, plan, _audit(stack), stack.layout.folder / f"history-{plan.seed}.jsonl")


def _chosen(layout: Layout, names: tuple[str, ...]) -> list[Fault]:
    try:
        return chosen(layout.names(), names)
    except ValueError as fault:
        raise Failure(f"{fault}.") from fault


def _possible(stack: DrillStack, faults: list[Fault]) -> list[Fault]:
    possible = [fault for fault in faults if fault.needs not in stack.missing]
    if not possible:
        why = "; ".join(f"{kind}: {reason}" for kind, reason in stack.missing.items())
        raise Failure(f"None of these faults can be made on this machine ({why}).")
    return possible


def _audit(stack: DrillStack) -> Audit:
    def audit() -> tuple[bool, str]:
        verdict = examine(Client(stack.layout.origin, stack.secrets_dir), stack.layout.folder, 60)
        different = [f"{check.name} {check.values}" for check in verdict.checks if not check.equal]
        return verdict.clean, "; ".join(different) or f"outbox {verdict.outbox}, lag {verdict.lag}"

    return audit


def _told(played: Round) -> Round:
    say(
        f"round {played.seed}: {len(played.hurts)} faults, {played.people} people, {played.asks:,} requests, {len(played.wrong)} wrong"
    )
    for sentence in played.wrong[:20]:
        say(f"  {sentence}")
    return played


def _answer(found: Drill, folder: Path, report: str, json: bool) -> int:
    wrong = found.wrong
    if report != "none":
        say(f"report: {write(found, REPORTS)}")
    if not wrong:
        forget(folder)
    else:
        say(f"kept for a look: {folder}")
    if json:
        answer_json(found)
    else:
        out.print(
            f"{len(found.rounds)} rounds, {len(found.hurts)} faults: {'nothing' if not wrong else len(wrong)} wrong."
        )
    return DIFFERENT if wrong else OK


def machine() -> str:
    memory = psutil.virtual_memory().total >> 30
    return f"{psutil.cpu_count()} cores ({platform.machine()}), {memory} GB, {platform.system()} {platform.release()}"

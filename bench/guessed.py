"""What came of guessing, as JSON and as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from bench.keeping import keep, kept
from services.registration.domain.limits import ADDRESS_FREE, BUDGET
from services.registration.domain.text import CODE_DIGITS


class Owners(Struct):
    """`refused`: told that the right code is wrong, or to wait for others' wrong ones; `told`: 503 or no answer, and came again.

    `ms`: from the moment they were due until they were in.
    """

    came: int = 0
    refused: int = 0
    told: int = 0
    ms: dict[str, float] = {}


class Written(Struct):
    """The most rows of wrong codes that stood within ten minutes: of everybody, of one account, of one address."""

    everybody: int = 0
    account: int = 0
    address: int = 0

    def counts(self) -> tuple[int, int, int]:
        return self.everybody, self.account, self.address


class Guessed(Struct):
    """One run. `answers`: status -> count, guesses without one as `lost`.

    `told`: how the service says that it answered wrong codes (`later`: after their pause, `full`: at once, because as many wait as
    may, `budget`: at once, because what everybody may write was spent). Whatever the service answered was compared before.
    `cpu_us`: by process, for each guess. `memory_mb`: by process, before and at most.
    """

    scene: str
    accounts: int
    addresses: int
    guesses: int
    seconds: float
    answers: dict[str, int]
    told: dict[str, int]
    right: int
    written: Written
    owners: Owners
    cpu_us: dict[str, float]
    memory_mb: dict[str, list[float]]

    @property
    def compared(self) -> int:
        return sum(count for status, count in self.answers.items() if status in ("201", "401", "429"))

    def faults(self) -> Iterator[str]:
        if self.right:
            yield f"{self.scene}: {self.right} guesses were right"
        if self.owners.refused:
            yield f"{self.scene}: {self.owners.refused} owners with the right code were refused"
        if self.written.everybody > BUDGET:
            yield f"{self.scene}: {self.written.everybody} wrong codes were written within ten minutes, over {BUDGET}"
        if odd := {status: count for status, count in self.answers.items() if status not in ("401", "429", "503")}:
            yield f"{self.scene}: guesses were answered {odd}"


class Guessing(Struct):
    name: str
    machine: str
    commands: list[str] = []
    runs: list[Guessed] = []

    def faults(self) -> list[str]:
        return [fault for run in self.runs for fault in run.faults()]


def read(name: str, folder: Path) -> Guessing | None:
    return kept(name, folder, Guessing)


def write(report: Guessing, folder: Path) -> Path:
    return keep(report, report.name, markdown(report), folder)


def markdown(report: Guessing) -> str:
    faults = report.faults()
    made, compared = (sum(getattr(run, name) for run in report.runs) for name in ("guesses", "compared"))
    lines = [
        "# Guessing entry codes", "",
        f"{made:,} guesses, {compared:,} compared with a code's hash, {sum(run.right for run in report.runs)} right; that one of them "
        f"is has a chance of 1 : {10**CODE_DIGITS // max(compared, 1):,}. "
        + ("; ".join(faults) if faults else "No owner was refused, and no more was written than may be.") + "", "",
        "| accounts | addresses | guesses | a second | told later | at once, as many wait as may | at once, budget spent | told 503 "
        "| written in 10 min: all, an account, an address |", "|---" * 9 + "|",
        *map(_guesses, _by_scene(report.runs)), "",
        "| accounts | addresses | owners came | refused | told 503, came again | in, p50 | p99 | max | registration CPU a guess "
        "| its memory, before and most |", "|---" * 10 + "|", *(_owners(run) for run in report.runs), "",
        f"What may be written is {BUDGET:,} in ten minutes; an address is slowed down from {ADDRESS_FREE}. By "
        + ", ".join(f"`{command}`" for command in report.commands) + f" on {report.machine}.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _by_scene(runs: Iterable[Guessed]) -> list[list[Guessed]]:
    found: dict[str, list[Guessed]] = {}
    for run in runs:
        found.setdefault(run.scene, []).append(run)
    return list(found.values())


def _guesses(runs: list[Guessed]) -> str:
    made = sum(run.guesses for run in runs)
    told = Counter[str]()
    for run in runs:
        told.update({**run.told, "503": run.answers.get("503", 0)})
    most = (max(values) for values in zip(*(run.written.counts() for run in runs), strict=True))
    cells = [runs[0].accounts, runs[0].addresses, made, round(made / sum(run.seconds for run in runs))]
    cells += [told[name] for name in ("later", "full", "budget", "503")]
    return "| " + " | ".join(f"{cell:,}" for cell in cells) + " | " + ", ".join(f"{each:,}" for each in most) + " |"


def _owners(run: Guessed) -> str:
    owners, name = run.owners, "registration-1"
    before, most = run.memory_mb.get(name, [0.0, 0.0])
    counts = f"{run.accounts:,} | {run.addresses:,} | {owners.came:,} | {owners.refused} | {owners.told}"
    waits = " | ".join(f"{owners.ms.get(point, 0):,.0f} ms" for point in ("p50", "p99", "max"))
    return f"| {counts} | {waits} | {run.cpu_us.get(name, 0):,.0f} µs | {before:,.0f}, {most:,.0f} MB |"

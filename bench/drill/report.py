"""A drill's report: every round as JSON, and a page that sums them up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from bench.drill.rounds import HEALTHY_WITHIN, Hurt, Round
from bench.keeping import keep, kept


class Drill(Struct):
    """`command` reproduces it; `machine` says where it ran; `missing`: kinds of fault that could not be made there."""

    name: str
    machine: str
    commands: list[str]
    missing: dict[str, str]
    rounds: list[Round] = []

    @property
    def hurts(self) -> list[Hurt]:
        return [hurt for each in self.rounds for hurt in each.hurts]

    @property
    def wrong(self) -> list[str]:
        return [f"round {each.seed}: {sentence}" for each in self.rounds for sentence in each.wrong]


def write(drill: Drill, folder: Path) -> Path:
    return keep(drill, drill.name, markdown(drill), folder)


def collect(drill: Drill, rounds: Iterable[Round], folder: Path | None) -> None:
    """Adds each round as it ends, and writes the report each time: a run that breaks leaves the rounds before."""
    for each in rounds:
        drill.rounds.append(each)
        if folder is not None:
            write(drill, folder)


def read(name: str, folder: Path) -> Drill | None:
    return kept(name, folder, Drill)


def markdown(drill: Drill) -> str:
    wrong = drill.wrong
    verdict = "**Nothing was wrong.**" if not wrong else f"**{len(wrong)} things were wrong:**"
    parts = [f"# Fault drill {drill.name}", _summary(drill), verdict]
    if wrong:
        parts.append("\n".join(f"- {sentence}" for sentence in wrong[:60]))
    parts += [_faults(drill.hurts), _acknowledged(drill.rounds), _refusals(drill.rounds), _rounds(drill.rounds)]
    parts += [f"Not made here: {kind} ({why})." for kind, why in drill.missing.items()]
    parts.append("Run by:\n\n" + "\n".join(f"    {command}" for command in drill.commands))
    parts.append(f"On {drill.machine}.")
    return "\n\n".join(parts) + "\n"


def _summary(drill: Drill) -> str:
    rounds = drill.rounds
    asks, people = sum(each.asks for each in rounds), sum(each.people for each in rounds)
    last = [each.hurts[-1].recovered for each in rounds if each.hurts]
    worst = max((seconds for seconds in last if seconds is not None), default=0.0)
    slow = sum(seconds is None for seconds in last)
    return (
        f"{len(rounds)} rounds, {len(drill.hurts)} faults; {people:,} people, {asks:,} requests, of which "
        f"{sum(each.died for each in rounds):,} lost their client before the answer and {sum(each.lost for each in rounds):,} "
        f"their answer. After the last fault of a round everything was ready again within {worst:g} s"
        + (f", but in {slow} rounds only after more than {HEALTHY_WITHIN:g} s." if slow else ".")
    )


def _faults(hurts: Iterable[Hurt]) -> str:
    by_kind: dict[str, list[Hurt]] = defaultdict(list)
    for hurt in hurts:
        by_kind[hurt.kind].append(hurt)
    rows = ["| fault | times | targets | ready again after: median | worst |", "|---|---|---|---|---|"]
    for kind, found in sorted(by_kind.items()):
        seconds = sorted(hurt.recovered for hurt in found if hurt.recovered is not None)
        targets = ", ".join(f"{name} {count}" for name, count in sorted(Counter(hurt.target for hurt in found).items()))
        middle = f"{seconds[len(seconds) // 2]:.1f} s" if seconds else "—"
        worst = f"{seconds[-1]:.1f} s" if len(seconds) == len(found) else f"**over {HEALTHY_WITHIN:g} s**"
        rows.append(f"| {kind} | {len(found)} | {targets} | {middle} | {worst} |")
    return "\n".join(rows)


def _acknowledged(rounds: Iterable[Round]) -> str:
    counts: Counter[str] = Counter()
    for each in rounds:
        counts.update(each.acknowledged)
    return "Acknowledged: " + ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items())) + "."


def _refusals(rounds: Iterable[Round]) -> str:
    counts: Counter[str] = Counter()
    for each in rounds:
        counts.update(each.refusals)
    rows = ["| told instead of done | times |", "|---|---|"]
    return "\n".join([*rows, *(f"| {what} | {count:,} |" for what, count in counts.most_common())])


def _rounds(rounds: Iterable[Round]) -> str:
    rows = ["| round (seed) | faults | people | requests | settled after | wrong |", "|---|---|---|---|---|---|"]
    for each in rounds:
        settled = "never" if each.settled_after is None else f"{each.settled_after:g} s"
        rows.append(
            f"| {each.seed} | {len(each.hurts)} | {each.people} | {each.asks:,} | {settled} | {len(each.wrong)} |"
        )
    return "\n".join(rows)

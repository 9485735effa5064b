"""What came of runs with replicas, as JSON and as a page: one run for each number of them."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from bench.cost import APART
from bench.keeping import keep, kept
from bench.rebalancing import Replicated


class Replicas(Struct):
    name: str
    runs: list[Replicated] = []

    def faults(self) -> list[str]:
        return [fault for run in self.runs for fault in run.faults()]

    def add(self, run: Replicated) -> None:
        """In place of an earlier run with as many."""
        others = [each for each in self.runs if each.replicas != run.replicas]
        self.runs = sorted([*others, run], key=lambda each: each.replicas)


def read(name: str, folder: Path) -> Replicas | None:
    return kept(name, folder, Replicas)


def write(report: Replicas, folder: Path) -> Path:
    return keep(report, report.name, markdown(report), folder)


def markdown(report: Replicas) -> str:
    runs, faults = report.runs, report.faults()
    kinds = sorted({name for run in runs for name in run.attempt_us})
    costs = [
        f"| {kind} | " + " | ".join(f"{run.attempt_us.get(kind, 0):,.0f}" for run in runs) + " |" for kind in kinds
    ]
    events = [
        f"| {name}, of a consumed record | " + " | ".join(f"{run.event_us[name]:,.0f}" for run in runs) + " |"
        for name in ("scoring", "stats")
    ]
    totals = " | ".join(f"**{run.total_us():,.0f}**" for run in runs)
    lines = [
        "# Replicas of quiz, scoring and stats, and what comes of those that end", "",
        "**Failed:** " + "; ".join(faults) + "." if faults else
        "Every submission that was acknowledged is counted, once, and the audit is clean.", "",
        "| CPU-µs of an attempt (start + submit → counted) | " + " | ".join(_title(run) for run in runs) + " |",
        "|---" * (len(runs) + 1) + "|", *costs, f"| **without {' and '.join(APART)}** | {totals} |", *events, "",
        "While replicas ended, one after another, and were started again:", "",
        "| replicas of each | ended | acknowledged in the run | counted | s from submission to the stream: p50, p99, max "
        "| partitions taken from quiz, scoring, stats | sent again |", "|---" * 7 + "|", *map(_ended, runs), "",
        *(f"{run.date}, by `{run.command}` on {run.machine}.\n" for run in runs),
    ]  # fmt: skip
    return "\n".join(lines)


def _title(run: Replicated) -> str:
    return f"{run.replicas} of each, {run.rate:g}/s, {run.attempts:,} attempts"


def _ended(run: Replicated) -> str:
    ended = ", ".join(f"{name} {how}" for name, how in run.ended.items())
    waits = ", ".join(f"{run.public.get(name, 0):.2f}" for name in ("p50", "p99", "max"))
    taken = ", ".join(str(count) for count in run.rebalances.values())
    again = ", ".join(f"{count:,} × {what}" for what, count in sorted(run.repeated.items())) or "0"
    again += f"; {run.dropped:,} arrivals found no free connection" if run.dropped else ""
    return f"| {run.replicas} | {ended} | {run.acknowledged:,} | {run.counted:,} | {waits} | {taken} | {again} |"

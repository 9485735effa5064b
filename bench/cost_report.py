"""The cost benchmark as JSON and as a page, with what changed since the report that was kept last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from bench.cost import APART, ATTEMPT, BESIDE, SATURATED, Cost
from bench.keeping import keep, kept

NOISE = 0.1
"""Changes below this share are within what two runs of the same code differ by."""


class CostReport(Struct):
    name: str
    date: str
    command: str
    machine: str
    rounds: int
    costs: list[Cost]

    def of(self, what: str, rate: float | None = None) -> Cost | None:
        """The first of that kind, at any rate or at this one."""
        return next((cost for cost in self.costs if cost.what == what and rate in (None, cost.rate)), None)


def read(name: str, folder: Path) -> CostReport | None:
    """The one that was kept last, if there is one."""
    return kept(name, folder, CostReport)


def write(report: CostReport, folder: Path, before: CostReport | None) -> Path:
    return keep(report, report.name, markdown(report, before), folder)


def markdown(report: CostReport, before: CostReport | None) -> str:
    parts = ["# What each kind of request costs", _cpu(report), _latency(report)]
    parts += [*_carried(report), *_fresh(report), *_grown(report)]
    parts += ["\n".join([f"Against the report of {before.date}:", "", *_compared(report, before)])] if before else []
    parts += [
        _memory(report),
        f"Medians of {report.rounds} rounds, {report.date}, by `{report.command}` on {report.machine}.",
    ]
    return "\n\n".join(parts) + "\n"


def _cpu(report: CostReport) -> str:
    rows = [
        "| CPU-µs each | " + " | ".join(_title(cost) for cost in report.costs) + " |",
        "|---" * (len(report.costs) + 1) + "|",
    ]
    for name in sorted({name for cost in report.costs for name in cost.cpu_us}):
        rows.append(f"| {name} | " + " | ".join(f"{cost.cpu_us.get(name, 0):,.0f}" for cost in report.costs) + " |")
    totals = " | ".join(f"**{cost.total_us():,.0f}**" for cost in report.costs)
    spread = " | ".join(_spread(cost) for cost in report.costs)
    rows += [f"| **without {' and '.join(APART)}** | {totals} |", f"| least and most of the rounds | {spread} |"]
    return "\n".join(rows)


def _title(cost: Cost) -> str:
    return f"{cost.what}, {cost.rate:g}/s"


def _spread(cost: Cost) -> str:
    return f"{min(cost.rounds_us):,.0f}–{max(cost.rounds_us):,.0f}" if cost.rounds_us else "—"


def _latency(report: CostReport) -> str:
    rows = ["| ms from the due time | count | dropped | p50 | p90 | p99 | max |", "|---|---|---|---|---|---|---|"]
    for cost in report.costs:
        points = " | ".join(f"{cost.latency_ms.get(name, 0):g}" for name in ("p50", "p90", "p99", "max"))
        rows.append(f"| {_title(cost)} | {cost.count:,} | {cost.dropped} | {points} |")
    return "\n".join(rows)


def _carried(report: CostReport) -> Iterator[str]:
    if (found := report.of(SATURATED)) is not None:
        yield f"Saturated: {found.rate:g} attempts (start + submit) a second with everything on this machine, the client too."


def _fresh(report: CostReport) -> Iterator[str]:
    found = report.of(ATTEMPT)
    if found is not None and found.fresh:
        points = ", ".join(f"{name} {value:g} s" for name, value in found.fresh.items() if name != "count")
        yield f"At {found.rate:g}/s, from the stored submission to the count: {points}."


def _grown(report: CostReport) -> Iterator[str]:
    costs = [cost for cost in report.costs if BESIDE in cost.what]
    for cost in costs[1:]:
        least, size = (each.what.partition(BESIDE)[2] for each in (costs[0], cost))
        share = cost.total_us() / costs[0].total_us() - 1
        yield f"Beside {size} stored attempts one costs {share:+.1%} against {least}."


def _compared(report: CostReport, before: CostReport) -> Iterator[str]:
    yield "| | before | now | |"
    yield "|---|---|---|---|"
    for cost in report.costs:
        if (old := before.of(cost.what, None if cost.what == SATURATED else cost.rate)) is None:
            continue
        pairs = [("CPU-µs", old.total_us(), cost.total_us()), ("p99 ms", old.latency_ms["p99"], cost.latency_ms["p99"])]
        if cost.what == SATURATED:
            pairs = [("a second", old.rate, cost.rate)]
        for figure, was, now in pairs:
            yield f"| {_title(cost)}, {figure} | {was:,.1f} | {now:,.1f} | {_change(was, now)} |"


def _change(was: float, now: float) -> str:
    share = (now - was) / was if was else 0.0
    return f"{share:+.0%}" + ("" if abs(share) > NOISE else " (noise)")


def _memory(report: CostReport) -> str:
    peaks: dict[str, float] = {}
    for cost in report.costs:
        for name, megabytes in cost.memory_mb.items():
            peaks[name] = max(peaks.get(name, 0.0), megabytes)
    return "Peak memory in MB: " + ", ".join(f"{name} {peak:,.0f}" for name, peak in sorted(peaks.items())) + "."

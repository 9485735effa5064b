"""A load's report: JSON with everything, a page with what matters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from bench.keeping import keep
from bench.lasthour.profiles import PEAKS, STEPS
from bench.lasthour.run import QUICK_MS, Kind, Run

GOODPUT = 0.9
"""Wanted in an overload: this share of the most submissions a second of any phase."""


class Load(Struct):
    """`audit`: clean or not, in words. `failed`: what makes the run fail."""

    name: str
    command: str
    machine: str
    run: Run
    audit: str
    failed: list[str]


def faults(run: Run, clean: bool) -> list[str]:
    """Why a run is no success."""
    found = []
    if run.counts.dropped:
        found.append(
            f"{run.counts.dropped:,} arrivals were dropped: the generator did not keep up, and what it measured is no open load"
        )
    if run.counts.unexpected:
        found.append(f"{run.counts.unexpected:,} papers met an answer that nobody expected")
    refused = sum(each.bad for each in run.kinds if each.kind == "submit") - run.counts.ran_out
    if refused > 0:
        found.append(f"{refused:,} submissions were refused")
    if run.viewers.broken:
        found.append(f"{run.viewers.broken} of the viewers' streams broke")
    if not clean:
        found.append("the audit is not clean")
    return found


def write(load: Load, folder: Path) -> Path:
    return keep(load, load.name, markdown(load), folder)


def markdown(load: Load) -> str:
    run = load.run
    parts = [f"# The last hour: {run.profile.name}", _verdict(load)]
    if run.profile.overload:
        parts.append("\n".join(_overload(run)))
    beside = f"Other programs used {run.others:.2f} cores meanwhile."
    parts += [_kinds(run), _rest(load), _usage(run), f"Run by `{load.command}` on {load.machine}. {beside}"]
    return "\n\n".join(parts) + "\n"


def _verdict(load: Load) -> str:
    if not load.failed:
        return f"No arrival was dropped, no submission refused. {load.audit}"
    return "**Failed:** " + "; ".join(load.failed) + f". {load.audit}"


def _overload(run: Run) -> Iterator[str]:
    steps = {step.phase: step for step in STEPS}
    through = {phase: run.of(phase, "submit").ok / steps[phase].seconds for phase in (*PEAKS, "over")}
    peak, arrived = max(through.values()), run.carries * run.profile.overload
    carried = (
        f"The probe carried {run.carries:.1f} papers a second ({run.profile.saves} saves each, nothing beside them)"
    )
    yield f"- {carried}; {run.profile.overload:g} times as many arrived in the overload, and registrations and readings beside them."
    below = " and ".join(f"{through[phase]:.1f} a second at {steps[phase].times:g}" for phase in PEAKS)
    yield f"- Submissions: {below} times what is carried."
    yield (
        f"- Submissions in the overload: {through['over']:.1f} a second, {_share(through['over'], peak)} of their peak "
        f"(wanted: {GOODPUT:.0%}), {_share(through['over'], run.carries)} of what the probe carried. {arrived:,.0f} papers a second "
        f"wanted to start, {arrived / peak if peak else 0:.1f} times the peak."
    )
    refused = [each for each in run.kinds if each.phase == "over" and each.told]
    for each in refused:
        yield (
            f"- {each.kind}: {each.told:,} of {each.told + each.ok:,} told to come again, {_share(each.soon, each.told)} within "
            f"{QUICK_MS:g} ms; p50 {each.told_ms['p50']:g} ms, p90 {each.told_ms['p90']:g} ms, p99 {each.told_ms['p99']:g} ms. "
            f"{each.gateway:,} by the gateway itself, {_share(each.gateway_soon, each.gateway)} of them within {QUICK_MS:g} ms."
        )
    if not refused:
        yield "- Nobody was told to come again."
    if late := run.sent_late:
        yield (
            f"- The generator sent what arrived in the overload {late['p50']:g} ms (p50), {late['p90']:g} (p90) and {late['p99']:g} ms "
            "(p99) after it was due, and read the answers as late: its own wait is in every figure here."
        )
    yield f"- Submissions p99: {_p99(run, 'before')} ms before, {_p99(run, 'over')} during, {_p99(run, 'after')} from 10 s after."


def _share(of: float, whole: float) -> str:
    return f"{of / whole if whole else 0:.0%}"


def _p99(run: Run, phase: str) -> str:
    return f"{run.of(phase, 'submit').ok_ms.get('p99', 0):g}"


def _kinds(run: Run) -> str:
    rows = ["| phase | request | answered | p50 ms | p90 | p99 | max | told 503 | p99 ms | else |", "|---" * 10 + "|"]
    return "\n".join([*rows, *(_kind(each) for each in run.kinds)])


def _kind(each: Kind) -> str:
    points = " | ".join(f"{each.ok_ms.get(name, 0):g}" for name in ("p50", "p90", "p99", "max"))
    told = f"{each.told:,} | {each.told_ms.get('p99', 0):g}" if each.told else " | "
    return f"| {each.phase} | {each.kind} | {each.ok:,} | {points} | {told} | {each.bad or ''} |"


def _rest(load: Load) -> str:
    run = load.run
    seen = run.viewers
    fresh = ", ".join(f"{name} {value:g} s" for name, value in run.fresh.items() if name != "count")
    peak = max((second.submitted for second in run.seconds), default=0)
    lines = [f"Most submissions in a second: {peak}. From the stored submission to the count: {fresh or '—'}."]
    if run.counts.came_back:
        lines.append(f"Refused starts came back {run.counts.came_back:,} times with the place they were given.")
    if run.counts.after_closing:
        lines.append(f"{run.counts.after_closing:,} registrations and starts came after the closing and were told so.")
    if run.counts.ran_out:
        lines.append(f"{run.counts.ran_out:,} papers ran out while their people were still answering.")
    if seen.viewers:
        lines.append(
            f"{seen.viewers} viewers of the totals' stream got {seen.messages:,} messages, at most {seen.longest_gap:.1f} s apart."
        )
    return " ".join(lines)


def _usage(run: Run) -> str:
    rows = ["| process | CPU s | cores | peak memory MB |", "|---|---|---|---|"]
    for name, usage in sorted(run.usage.items(), key=lambda item: -item[1].cpu_seconds):
        rows.append(
            f"| {name} | {usage.cpu_seconds:.1f} | {usage.cpu_seconds / run.lasted:.2f} | {usage.peak_mb:,.0f} |"
        )
    return "\n".join(rows)

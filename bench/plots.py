"""The plots of a report, as SVG that differs only where the numbers do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bench.report import Report

BLUE, ORANGE, GREY = "#0b4f8a", "#d9822b", "#7b8794"


def draw(report: Report, folder: Path) -> list[str]:
    """Names of the files written."""
    plots = {"days": _days, "speed": _speed, "latency": _latency, "cpu": _cpu}
    names = []
    with mpl.rc_context({"svg.hashsalt": "hoithi", "svg.fonttype": "none", "font.size": 9}):
        for name, plot in plots.items():
            figure = Figure(figsize=(8, 3.2), layout="constrained")
            axes = figure.subplots()
            axes.spines[["top", "right"]].set_visible(False)
            plot(report, axes)
            file = f"{report.name}-{name}.svg"
            figure.savefig(folder / file, metadata={"Date": None})
            names.append(file)
    return names


def _days(report: Report, axes: Axes) -> None:
    days = report.expected.days
    places = range(len(days))
    axes.bar(places, [day.attempts or 0 for day in days], width=0.8, color=GREY, alpha=0.45, label="expected")
    if report.counted is not None:
        counted = {day.date: day.attempts or 0 for day in report.counted.days}
        axes.bar(places, [counted.get(day.date, 0) for day in days], width=0.4, color=BLUE, label="counted")
    axes.set_xticks(list(places)[::3], [f"{day.date:%d/%m}" for day in days][::3])
    axes.set_title("Attempts per day of the contest")
    axes.legend(frameon=False)


def _speed(report: Report, axes: Axes) -> None:
    pairs = list(zip(report.samples, report.samples[1:], strict=False))
    if not pairs:
        return
    at = [later.seconds for _, later in pairs]
    for name, colour in (("requests", BLUE), ("submitted", ORANGE)):
        rates = [
            (getattr(b, name) - getattr(a, name)) / max(b.seconds - a.seconds, 1e-6) for a, b in pairs
        ]  # fmt: skip
        axes.plot(at, rates, color=colour, label=f"{name} per second")
    axes.set_xlabel("real seconds")
    axes.set_title("Speed of the replay")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)


def _latency(report: Report, axes: Axes) -> None:
    kinds = list(report.latency)
    for shift, (point, colour) in enumerate((("p50_ms", BLUE), ("p90_ms", GREY), ("p99_ms", ORANGE))):
        heights = [report.latency[kind][point] for kind in kinds]
        axes.bar(
            [place + 0.27 * (shift - 1) for place in range(len(kinds))], heights, 0.25, color=colour, label=point[:3]
        )
    axes.set_xticks(range(len(kinds)), kinds)
    axes.set_title("Answer times as the client sees them, ms")
    axes.legend(frameon=False)


def _cpu(report: Report, axes: Axes) -> None:
    attempts = report.expected.totals.attempts or 1
    ordered = sorted(report.usage.items(), key=lambda item: item[1].cpu_seconds)
    axes.barh([name for name, _ in ordered], [use.cpu_seconds / attempts * 1e6 for _, use in ordered], color=BLUE)
    axes.set_title("CPU-µs per attempt, by process")

"""A report as files: JSON, a page of Markdown, and SVG plots."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from bench.keeping import keep
from bench.report import Report

REPORTS = Path(__file__).parent / "reports"


def write(report: Report, folder: Path = REPORTS) -> Path:
    """Writes `<name>.json`, `<name>.md` and, where matplotlib is installed, `<name>-*.svg`. Returns the Markdown's path."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        from bench.plots import draw
    except ImportError:
        pictures = []
    else:
        pictures = draw(report, folder)
    return keep(report, report.name, markdown(report, pictures), folder)


def markdown(report: Report, pictures: list[str]) -> str:
    return (
        "\n\n".join([*_head(report), _days(report), _latency(report), _usage(report), *map(_picture, pictures)]) + "\n"
    )


def _head(report: Report) -> list[str]:
    attempts = report.expected.totals.attempts or 1
    verdict = (
        "every figure exact"
        if report.exact
        else f"{len(report.differences)} differences"
        if report.counted
        else "not read"
    )
    fresh = report.submit_to_counted
    lines = [
        f"# {report.name}: {report.contest}, scale {report.scale:g}, seed {report.seed}",
        f"{report.requests:,} requests, {attempts:,} attempts in {report.seconds:.1f} s "
        f"({report.requests / report.seconds:,.0f} requests/s, {attempts / report.seconds:,.0f} attempts/s), "
        f"then {report.settle_seconds:.1f} s until all was counted. Counted: **{verdict}**.",
    ]
    if fresh.get("count"):
        points = ", ".join(f"{name} {value:.2f} s" for name, value in fresh.items() if name != "count")
        lines.append(f"From the stored submission to the count, {fresh['count']:,.0f} attempts: {points}.")
    lines += ["\n".join(f"- {line}" for line in report.differences[:40])] if report.differences else []
    for title, counts in (("Sent again", report.repeated), ("Refused", report.refused), ("Absorbed", report.absorbed)):
        lines += (
            [f"{title}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()) + "."] if counts else []
        )
    return lines


def _days(report: Report) -> str:
    counted = {day.date: day for day in report.counted.days} if report.counted else {}
    rows = ["| day | registrations expected | counted | attempts expected | counted |", "|---|---|---|---|---|"]
    for day in report.expected.days:
        got = counted.get(day.date)
        rows.append(_row(str(day.date), *_pair(day, got, "registrations"), *_pair(day, got, "attempts")))
    want, have = report.expected.totals, report.counted.totals if report.counted else None
    rows.append(_row("**all**", *_pair(want, have, "registrants"), *_pair(want, have, "attempts")))
    rows.append(_row("participants, perfect", *_pair(want, have, "participants"), *_pair(want, have, "perfect")))
    return "\n".join(rows)


def _pair(expected: Struct, counted: Struct | None, name: str) -> tuple[int, int | None]:
    return getattr(expected, name), getattr(counted, name, None)


def _row(*cells: str | int | None) -> str:
    return (
        "| "
        + " | ".join("—" if cell is None else f"{cell:,}" if isinstance(cell, int) else cell for cell in cells)
        + " |"
    )


def _latency(report: Report) -> str:
    rows = ["| request | answered | p50 ms | p90 ms | p99 ms | max ms |", "|---|---|---|---|---|---|"]
    for kind, found in report.latency.items():
        points = (f"{found[name]:.1f}" for name in ("p50_ms", "p90_ms", "p99_ms", "max_ms"))
        rows.append(_row(kind, int(found["count"]), *points))
    return "\n".join(rows)


def _usage(report: Report) -> str:
    attempts = report.expected.totals.attempts or 1
    rows = ["| process | CPU s | CPU-µs per attempt | peak memory MB |", "|---|---|---|---|"]
    for name, usage in sorted(report.usage.items(), key=lambda item: -item[1].cpu_seconds):
        per_attempt = f"{usage.cpu_seconds / attempts * 1e6:,.0f}"
        rows.append(_row(name, f"{usage.cpu_seconds:.1f}", per_attempt, f"{usage.peak_mb:,.0f}"))
    whole = sum(usage.cpu_seconds for usage in report.usage.values())
    rows.append(_row("**all**", f"{whole:.1f}", f"{whole / attempts * 1e6:,.0f}", ""))
    return "\n".join(rows)


def _picture(name: str) -> str:
    return f"![{name}]({name})"

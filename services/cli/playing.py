"""Playing a replay with a progress bar, and the table of what was expected and what was counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from bench import month
from bench.caller import GaveUp
from bench.plan import Plan, build
from bench.progress import Options, Watch
from bench.progress import Progress as Played
from bench.report import DayFigures, Figures, Report
from bench.settle import NotSettled
from bench.target import Target
from services.cli.audit import examine
from services.cli.client import Client
from services.cli.gauges import Gauges
from services.cli.terminal import Failure, err
from services.folder import ContestFolder
from services.runtime.collector import collect_seldom


def planned(scale: float, seed: int) -> Plan:
    """Raises Failure for a scale at which the month cannot be played."""
    try:
        return build(scale, seed)
    except ValueError as fault:
        raise Failure(f"--scale {scale:g}: {fault}") from fault


def play(name: str, target: Target, folder: ContestFolder, plan: Plan, options: Options, stack: Path) -> Report:
    """One run with progress on standard error, ended by an audit. Raises Failure where the stack stops answering."""
    client = Client(target.origin, stack / "secrets")
    collect_seldom()

    async def audited() -> object:
        return await asyncio.to_thread(examine, client, stack, 60)

    with Gauges(stack) as gauges, _bar(gauges) as watch:
        try:
            return month.run(name, target, folder, plan, options, month.Hooks(watch, audited))
        except (GaveUp, NotSettled) as fault:
            raise Failure(f"The replay stopped: {fault}. `hoithi logs` may say why.") from fault


@contextmanager
def _bar(gauges: Gauges) -> Iterator[Watch]:
    # Where the terminal is narrow the bar gives way, not the time that is left.
    whole = Column(no_wrap=True)
    columns = (
        TextColumn("{task.fields[at]}", table_column=whole), BarColumn(bar_width=None), TaskProgressColumn(),
        TextColumn("{task.fields[figures]}", table_column=whole), TimeRemainingColumn(compact=True), TextColumn("left"),
    )  # fmt: skip
    with Progress(*columns, console=err, expand=True, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task("", at="", figures="")

        def watch(played: Played) -> None:
            progress.update(
                task, total=played.total, completed=played.moments, figures=_figures(played, gauges),
                at=f"{played.at:%d %b}" if played.at else "",
            )  # fmt: skip

        yield watch


def _figures(played: Played, gauges: Gauges) -> str:
    people = len(played.tally.seconds["register"])
    rate = played.submitted / played.seconds if played.seconds else 0.0
    return f"{people:,} people · {played.submitted:,} attempts · {rate:,.0f}/s · lag {gauges.lag:,}"


def table(report: Report) -> Table:
    """Totals and days. What is a secret until closing is shown as withheld."""
    found = Table(title=f"{report.contest}, scale {report.scale:g}: expected and counted", title_justify="left")
    found.add_column("")
    for column in ("expected", "counted"):
        found.add_column(column, justify="right")
    found.add_column("")
    counted = report.counted
    for name in Figures.__struct_fields__:
        want, got = getattr(report.expected.totals, name), getattr(counted.totals, name) if counted else None
        found.add_row(name, *_row(want, got))
    days = {day.date: day for day in counted.days} if counted else {}
    found.add_section()
    for day in report.expected.days:
        if day.attempts or day.registrations:
            got = days.get(day.date, DayFigures(day.date)).attempts
            found.add_row(f"attempts on {day.date:%d %b}", *_row(day.attempts, got))
    return found


def _row(want: int | None, got: int | None) -> tuple[str, str, str]:
    if got is None:
        return f"{want:,}", "withheld", "[dim]until closing[/]"
    return f"{want:,}", f"{got:,}", "[green]=[/]" if want == got else "[red]differs[/]"

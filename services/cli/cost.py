"""`hoithi cost`: what each kind of request costs in CPU, measured on a stack of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bench.cost import measure, measure_sizes
from bench.cost_report import CostReport, markdown, read, write
from bench.page import REPORTS
from bench.running import rehearsal
from bench.stored import hold
from deploy.local import ending
from deploy.local.layout import Layout
from services.cli import place
from services.cli.client import Client
from services.cli.contest import send
from services.cli.drill import machine
from services.cli.terminal import OK, Failure, out, say
from services.cli.up import forget
from services.folder import read_folder

Stored = Annotated[str, Parameter(help="Attempts that are there already, rising, such as 1000,100000,1000000.")]


def cost(
    folder: Path, *, rate: float = 300, seconds: float = 20, rounds: int = 1, stored: Stored = "",
    replicas: place.Replicas = 1, port: place.Port = None, report: str | None = None,
) -> int:  # fmt: skip
    """Each kind of request by itself, attempts at `rate` a second, and what the machine carries, through Caddy.

    With --stored only attempts, beside so many that are stored already. Runs on a fresh stack in a folder of its own, which is
    forgotten afterwards. Writes bench/reports/REPORT.md with a comparison with what stood there; of several rounds the medians.
    `none` writes nothing.
    """
    found, asked, sizes = read_folder(folder), place.layout(True, port, replicas), _sizes(stored)
    layout = Layout(asked.folder.parent / "cost", asked.port, True, asked.replicas, log_level="WARNING")
    with ending.orderly():
        try:
            with rehearsal(layout, say) as target:
                send(Client(target.origin, layout.folder / "secrets"), found)
                if sizes:
                    held = partial(hold, place.superuser(layout.folder))
                    measured = measure_sizes(target, found, held, sizes, rate=rate, seconds=seconds, rounds=rounds)
                else:
                    measured = measure(target, found, rate=rate, seconds=seconds, rounds=rounds)
                costs = ending.run(measured)
        finally:
            forget(layout.folder)
    command = f"hoithi cost {folder} --rate {rate:g} --seconds {seconds:g} --rounds {rounds}"
    command += (f" --stored {stored}" if stored else "") + (f" --replicas {replicas}" if replicas > 1 else "")
    name = report or "cost" + ("-stored" if stored else "") + (f"-replicas-{replicas}" if replicas > 1 else "")
    made = CostReport(name, f"{datetime.now(UTC):%Y-%m-%d}", command, machine(), rounds, costs)
    before = None if report == "none" else read(name, REPORTS)
    if report != "none":
        say(f"report: {write(made, REPORTS, before)}")
    out.print(markdown(made, before), markup=False)
    return OK


def _sizes(stored: str) -> list[int]:
    try:
        sizes = [int(size) for size in stored.split(",") if size]
    except ValueError:
        sizes = [0]
    if sizes != sorted(sizes) or any(size < 1 for size in sizes):
        raise Failure(f"--stored {stored}: give rising whole numbers, such as 1000,100000,1000000.")
    return sizes

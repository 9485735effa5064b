"""`hoithi cost`: what each kind of request costs in CPU, measured on a stack of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bench.cost import measure
from bench.cost_report import CostReport, markdown, read, write
from bench.page import REPORTS
from bench.running import rehearsal
from deploy.local.layout import Layout
from services.cli import place
from services.cli.client import Client
from services.cli.contest import send
from services.cli.drill import machine
from services.cli.terminal import OK, out, say
from services.cli.up import forget, orderly
from services.folder import read_folder


def cost(
    folder: Path, *, rate: float = 300, seconds: float = 20, rounds: int = 1, port: place.Port = None, report: str = "cost"
) -> int:  # fmt: skip
    """Each kind of request by itself, attempts at `rate` a second, and what the machine carries, through Caddy.

    Runs on a fresh stack in a folder of its own, which is forgotten afterwards. Writes bench/reports/REPORT.md with a
    comparison with what stood there; of several rounds the medians. `none` writes nothing.
    """
    found, asked = read_folder(folder), place.layout(True, port, 1)
    layout = Layout(asked.folder.parent / "cost", asked.port, rehearsal=True, log_level="WARNING")
    with orderly():
        try:
            with rehearsal(layout, say) as target:
                send(Client(target.origin, layout.folder / "secrets"), found)
                costs = asyncio.run(measure(target, found, rate=rate, seconds=seconds, rounds=rounds))
        finally:
            forget(layout.folder)
    command = f"hoithi cost {folder} --rate {rate:g} --seconds {seconds:g} --rounds {rounds}"
    made = CostReport(report, f"{datetime.now(UTC):%Y-%m-%d}", command, machine(), rounds, costs)
    before = None if report == "none" else read(report, REPORTS)
    if report != "none":
        say(f"report: {write(made, REPORTS, before)}")
    out.print(markdown(made, before), markup=False)
    return OK

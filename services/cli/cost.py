"""`hoithi cost`: what an attempt and a save cost in CPU, measured on a stack of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bench.cost import markdown, measure
from bench.running import rehearsal
from deploy.local.layout import Layout
from deploy.local.paths import ROOT
from services.cli import place
from services.cli.client import Client
from services.cli.contest import send
from services.cli.terminal import OK, out, say
from services.cli.up import forget, orderly
from services.folder import read_folder


def cost(folder: Path, *, rate: float = 300, seconds: float = 20, port: place.Port = None, report: str = "cost") -> int:
    """Start + submit at `rate` a second, then saves at three times the rate, through Caddy, by an open model.

    Runs on a fresh stack in a folder of its own, which is forgotten afterwards; writes bench/reports/REPORT.md.
    """
    found, asked = read_folder(folder), place.layout(True, port, 1)
    layout = Layout(asked.folder.parent / "cost", asked.port, rehearsal=True, log_level="WARNING")
    with orderly():
        try:
            with rehearsal(layout, say) as target:
                send(Client(target.origin, layout.folder / "secrets"), found)
                text = markdown(asyncio.run(measure(target, found, rate=rate, seconds=seconds)))
        finally:
            forget(layout.folder)
    file = ROOT / "bench" / "reports" / f"{report}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{text}\nMeasured {datetime.now(UTC):%Y-%m-%d} by `hoithi cost {folder}`.\n")
    out.print(text, markup=False)
    return OK

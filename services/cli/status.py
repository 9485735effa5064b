"""`hoithi status`: each process, its health, how far behind it is, how old its oldest unpublished fact is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil
from msgspec import Struct
from prometheus_client.parser import text_string_to_metric_families
from rich import box
from rich.table import Table

from deploy.local.plain import PLAIN
from deploy.local.processes import alive, listens
from deploy.local.state import is_held, read_state
from services.cli import place
from services.cli.terminal import DIFFERENT, NOT_RUNNING, OK, answer_json, out


class ProcessStatus(Struct):
    """`health`: ready, starting, not ready (with why), ended. None where a process has no such figure."""

    name: str
    pid: int
    port: int | None
    health: str
    up_seconds: float | None = None
    memory_mb: float | None = None
    restarts: int = 0
    lag: float | None = None
    """Records that it has not taken yet, over all its topics."""
    outbox_oldest_seconds: float | None = None
    gateway_refuses: dict[str, float] = {}
    """The part of each kind of newcomers that the gateway refuses for it without asking, where it is more than nothing."""

    @property
    def well(self) -> bool:
        return self.health == "ready"


class StackStatus(Struct):
    running: bool
    origin: str | None = None
    rehearsal: bool = False
    processes: list[ProcessStatus] = []

    @property
    def gateway_refuses(self) -> dict[str, float]:
        """Of all processes; several of one service read the same file."""
        return {kind: part for process in self.processes for kind, part in sorted(process.gateway_refuses.items())}

    @property
    def code(self) -> int:
        if not self.running:
            return NOT_RUNNING
        return OK if all(process.well for process in self.processes) else DIFFERENT


def status(*, json: bool = False, rehearsal: bool = False) -> int:
    """Show every process of the stack. Exit code 0: all ready; 1: something is not; 3: nothing runs."""
    found = look(place.layout(rehearsal).folder)
    if json:
        answer_json(found)
    elif not found.running:
        out.print("Nothing is running.")
    else:
        out.print(_table(found))
        if found.gateway_refuses:
            parts = ", ".join(f"{part:.0%} of {kind}" for kind, part in found.gateway_refuses.items())
            out.print(f"[yellow]The gateway refuses {parts} (503): more come than go on.[/]")
    return found.code


def look(folder: Path) -> StackStatus:
    state = read_state(folder)
    if state is None or not is_held(folder):
        return StackStatus(running=False)
    found = [_process(name, state) for name in state["pids"]]
    return StackStatus(True, state["origin"], state["rehearsal"], found)


def _process(name: str, state: Mapping[str, Any]) -> ProcessStatus:
    pid = state["pids"][name]
    port = state["port"] if name == "caddy" else state["ports"].get(name)
    found = ProcessStatus(name, pid, port, "ended", restarts=state["restarts"].get(name, 0))
    if not alive(pid):
        return found
    process = psutil.Process(pid)
    found.up_seconds = round(time.time() - process.create_time(), 1)
    found.memory_mb = round(process.memory_info().rss / 1e6, 1)
    if name == "postgres":
        found.port, found.health = None, "ready"  # it answers on a socket only, and the services' health asks it
    elif name in ("kafka", "caddy"):
        found.health = "ready" if listens(port) else "not ready: it does not listen"
    else:
        _ask(found, port)
    return found


def _ask(found: ProcessStatus, port: int) -> None:
    """Health and figures from the process itself."""
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=3, **PLAIN) as client:
            health, metrics = client.get("/health/ready"), client.get("/metrics")
    except httpx.HTTPError as error:
        found.health = f"not ready: {type(error).__name__}"
        return
    found.health = "ready" if health.status_code == 200 else f"not ready: {health.text[:200]}"
    samples = [s for family in text_string_to_metric_families(metrics.text) for s in family.samples]
    found.lag = sum(s.value for s in samples if s.name == "hoithi_consumer_lag")
    ages = [s.value for s in samples if s.name == "hoithi_outbox_oldest_seconds"]
    found.outbox_oldest_seconds = round(max(ages), 3) if ages else None
    refused = {s.labels["kind"]: s.value for s in samples if s.name == "hoithi_gateway_refuses_ratio"}
    found.gateway_refuses = {kind: round(part, 3) for kind, part in refused.items() if part > 0}


def _table(found: StackStatus) -> Table:
    kind = " (rehearsal)" if found.rehearsal else ""
    table = Table(title=f"{found.origin}{kind}", title_justify="left", box=box.SIMPLE, collapse_padding=True)
    table.add_column("process", no_wrap=True)
    table.add_column("health")
    for column in ("pid", "port", "up", "MB", "restarts", "lag", "outbox"):
        table.add_column(column, justify="right", no_wrap=True)
    for process in found.processes:
        colour = "green" if process.well else "red"
        table.add_row(
            process.name, f"[{colour}]{process.health}[/]", str(process.pid), str(process.port or ""), _clock(process.up_seconds),
            _number(process.memory_mb), str(process.restarts or ""), _number(process.lag), _seconds(process.outbox_oldest_seconds),
        )  # fmt: skip
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"

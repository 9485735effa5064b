"""The stack as a person runs it: up, watched, killed, up again, down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.local.processes import alive, free_port, wait_until


class Machine:
    """`hoithi` with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    def hoithi(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "HOITHI_STATE": str(self.folder)}
        argv = [sys.executable, "-m", "services.cli", *words]
        return subprocess.run(argv, capture_output=True, text=True, check=False, env=env, timeout=180)

    def up(self) -> subprocess.CompletedProcess[str]:
        return self.hoithi("up", "--detach", "--port", str(self.port))

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "main" / "state.json").read_text())
        return state

    def processes(self) -> list[int]:
        """Every living process that works in the folder."""
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "environ"]):
            command, environ = process.info["cmdline"] or [], process.info["environ"] or {}
            if str(self.folder) in " ".join(command) or str(self.folder) in environ.get("HOITHI_SECRETS_DIR", ""):
                found.append(process.info["pid"])
        return found


@pytest.fixture
def machine(server_folder: Path) -> Iterator[Machine]:
    machine = Machine(server_folder)
    yield machine
    machine.hoithi("down", "--wipe")


@pytest.mark.timeout(600)
def test_a_stack_survives_what_is_done_to_its_processes_and_leaves_nothing_behind(machine: Machine) -> None:
    started = machine.up()
    assert started.returncode == 0, started.stderr
    again = machine.up()
    assert again.returncode == 1
    assert "running already" in again.stderr

    before = machine.state()["pids"]
    for name in ("quiz-1", "kafka", "postgres", "caddy"):
        os.kill(before[name], signal.SIGQUIT if name == "postgres" else signal.SIGKILL)
    assert wait_until(lambda: machine.hoithi("status", "--json").returncode == 0, 60, step=0.5)
    after = machine.state()["pids"]
    assert {name for name in before if before[name] != after[name]} >= {"quiz-1", "kafka", "postgres", "caddy"}

    applied = machine.hoithi("contest", "apply", "contests/bac-giang-2023")
    assert applied.returncode == 0, applied.stderr
    os.kill(machine.state()["supervisor"], signal.SIGKILL)
    assert wait_until(lambda: machine.hoithi("status").returncode == 3, 10)
    started = machine.up()
    assert started.returncode == 0, started.stderr
    assert "ended what it left" in started.stderr
    assert not any(alive(pid) for pid in after.values())
    repeated = machine.hoithi("contest", "apply", "contests/bac-giang-2023")
    assert "is as it was" in repeated.stdout, repeated.stderr
    audited = machine.hoithi("audit", "--json")
    assert audited.returncode == 0, audited.stdout + audited.stderr

    assert machine.hoithi("down").returncode == 0
    assert machine.processes() == []
    assert (machine.folder / "main" / "postgres").exists()
    machine.hoithi("down", "--wipe")
    assert not (machine.folder / "main").exists()

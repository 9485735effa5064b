"""The stack as a person runs it: up, watched, killed, up again, down."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.processes import alive, wait_until
from tests.support.machine import Machine


@pytest.fixture
def machine(server_folder: Path) -> Iterator[Machine]:
    machine = Machine(server_folder)
    yield machine
    machine.hoithi("down", "--wipe")


@pytest.mark.timeout(600)
def test_a_stack_survives_what_is_done_to_its_processes_and_leaves_nothing_behind(machine: Machine) -> None:
    started = machine.up()
    assert started.returncode == 0, started.stderr
    for words in (("up", "--detach"), ("up",), ("demo", "--scale", "0.01")):
        again = machine.hoithi(*words, "--port", str(machine.port))
        assert again.returncode == 1
        assert "running already" in again.stderr
    assert machine.hoithi("status").returncode == 0, "a start that was refused takes nothing from the one that runs"

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

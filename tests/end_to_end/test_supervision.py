"""The stack as a person runs it: up, watched, killed, up again, down."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.processes import alive, wait_until
from services.runtime.files import replace_whole
from services.runtime.gate import FILE
from tests.support.machine import Machine


@pytest.fixture
def machine(server_folder: Path) -> Iterator[Machine]:
    machine = Machine(server_folder)
    yield machine
    machine.hoithi("down", "--wipe")


@contextmanager
def refusing_half_of_the_starts(public_dir: Path) -> Iterator[None]:
    """As another replica of quiz does that steers the gateway's gate for all."""
    gate, done = public_dir / FILE.format("starts"), threading.Event()
    assert gate.exists()

    def steer() -> None:
        while not done.wait(0.05):
            replace_whole(gate, b"8000")

    thread = threading.Thread(target=steer)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


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

    with refusing_half_of_the_starts(machine.folder / "main" / "public" / "data"):
        assert wait_until(lambda: "refuses 50% of starts (503)" in machine.hoithi("status").stdout, 20, step=0.5)
    assert wait_until(lambda: "refuses" not in machine.hoithi("status").stdout, 20, step=0.5)

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

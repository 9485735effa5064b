"""`hoithi up` and `hoithi down`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.ending import orderly
from deploy.local.layout import Layout
from deploy.local.processes import CannotStart, wait_until
from deploy.local.stack import Stack
from deploy.local.state import Claim, clear_leftovers, is_held, read_state
from services.cli import place
from services.cli.terminal import Failure, out, say

PATIENCE = 120.0
"""Seconds that a start or an orderly stop may take."""


def up(*, detach: bool = False, rehearsal: bool = False, replicas: place.Replicas = 1, port: place.Port = None) -> None:
    """Start Kafka, PostgreSQL, the services and the gateway. Ctrl-C stops all of it in order; --detach leaves it running."""
    layout = place.layout(rehearsal, port, replicas)
    if detach:
        _detached(layout, ["--replicas", str(replicas), "--port", str(layout.port)])
        out.print(f"{layout.origin} is up; `hoithi down{' --rehearsal' if rehearsal else ''}` stops it.")
    else:
        keep(layout, lambda: out.print(f"{layout.origin} is up; Ctrl-C stops it."))


def keep(layout: Layout, then: Callable[[], None]) -> None:
    """Starts the stack, calls `then`, and keeps it until SIGINT or SIGTERM; then stops it in order."""
    stack = Stack(layout, say)
    with orderly():
        try:
            stack.start()
            then()
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            say("stopping")
        finally:
            stack.stop()


def forget(folder: Path) -> None:
    """Removes the data of a stack that does not run; what a killed supervisor left is ended first."""
    if folder.exists():
        claim = Claim(folder)
        claim.take()
        for name in clear_leftovers(folder):
            say(f"ended {name}, left by a supervisor that was killed")
        shutil.rmtree(folder)
        claim.drop()


def _detached(layout: Layout, flags: list[str]) -> None:
    if is_held(layout.folder):
        Claim(layout.folder).take()  # raises the sentence that says who runs
    log = layout.log("supervisor")
    log.parent.mkdir(parents=True, exist_ok=True)
    began = log.stat().st_size if log.exists() else 0
    argv = [sys.executable, "-m", "services.cli", "up", *flags, *(["--rehearsal"] if layout.rehearsal else [])]
    with log.open("ab") as output:
        child = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    said = _Follower(log, began)

    def there() -> bool:
        said.show()
        state = read_state(layout.folder) or {}  # it may still be the one of a supervisor that was killed
        return child.poll() is not None or (state.get("supervisor") == child.pid and bool(state["ready"]))

    if not wait_until(there, PATIENCE, step=0.2) or child.poll() is not None:
        raise CannotStart(f"It did not start; what it said stands above and in {log}.")


class _Follower:
    """Shows what the child says while it starts."""

    def __init__(self, log: Path, position: int) -> None:
        self._log, self._position = log, position

    def show(self) -> None:
        with self._log.open("rb") as file:
            file.seek(self._position)
            text = file.read()
        self._position += len(text)
        sys.stderr.write(text.decode(errors="replace"))
        sys.stderr.flush()


def down(*, wipe: bool = False, rehearsal: bool = False) -> None:
    """Stop everything in order. --wipe also forgets the data: contests, people, papers, keys."""
    folder = place.layout(rehearsal).folder
    state = read_state(folder)
    if state is not None and is_held(folder):
        say(f"stopping {state['origin']}")
        os.kill(state["supervisor"], signal.SIGTERM)
        if not wait_until(lambda: not is_held(folder), PATIENCE, step=0.1):
            raise Failure(f"The supervisor (process {state['supervisor']}) does not end; see {folder / 'logs'}.")
    elif folder.exists():
        claim = Claim(folder)
        claim.take()
        for name in clear_leftovers(folder):
            say(f"ended {name}, left by a supervisor that was killed")
        claim.drop()
    if wipe and folder.exists():
        forget(folder)
        out.print(f"Stopped, and forgot {folder}.")
    else:
        out.print("Stopped." if state is not None else "Nothing was running.")

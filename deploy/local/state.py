"""What a running stack leaves in its folder for others: a lock that says it runs, and a file that says what runs."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import psutil

from deploy.local.processes import CannotStart, end, wait_until

MARKS = {"kafka": "kafka.Kafka", "postgres": "postgres", "caddy": "caddy"}


class Claim:
    """A folder belongs to one supervisor at a time: the kernel keeps the lock and drops it with the process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises CannotStart where another supervisor has it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / "lock").open("a")
        # Somebody who only looks (`is_held`) has the lock for an instant; a supervisor keeps it.
        if not wait_until(lambda: _lock(file, fcntl.LOCK_EX), 0.5):
            file.close()
            raise CannotStart(_taken(read_state(self._folder)))
        self._file = file

    @property
    def taken(self) -> bool:
        """By this supervisor."""
        return self._file is not None

    def drop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken(state: Mapping[str, Any] | None) -> str:
    if state is None or not state.get("ready"):
        return "hoithi is starting or stopping already; `hoithi status` shows how far it is."
    return f"hoithi is running already at {state['origin']} (process {state['supervisor']}); `hoithi down` stops it."


def is_held(folder: Path) -> bool:
    """True while a supervisor lives that claimed this folder."""
    if not (folder / "lock").exists():
        return False
    with (folder / "lock").open("a") as file:
        return not _lock(file, fcntl.LOCK_SH)


def read_state(folder: Path) -> dict[str, Any] | None:
    """What the supervisor of this folder last wrote; None where nothing runs or was left behind."""
    try:
        state: dict[str, Any] = json.loads((folder / "state.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return state


def write_state(folder: Path, state: Mapping[str, Any]) -> None:
    temporary = folder / "state.new"
    temporary.write_text(json.dumps({"supervisor": os.getpid(), **state}, indent=1))
    temporary.replace(folder / "state.json")


def forget_state(folder: Path) -> None:
    (folder / "state.json").unlink(missing_ok=True)


def clear_leftovers(folder: Path) -> list[str]:
    """Ends what a supervisor that was killed left running; the names of what was ended. Only under the claim."""
    state = read_state(folder)
    ended = []
    for name, pid in reversed((state or {"pids": {}})["pids"].items()):
        if _is_ours(pid, name):
            end(pid, patience=10)
            ended.append(name)
    forget_state(folder)
    return ended


def _is_ours(pid: int, name: str) -> bool:
    """A pid may belong to somebody else by now: only a process whose command fits its name is ended."""
    try:
        command = " ".join(psutil.Process(pid).cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return MARKS.get(name, "services.") in command

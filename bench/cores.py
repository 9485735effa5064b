"""Which cores carry what: a machine of two halves, as if the gateway and those who send had machines of their own."""

from __future__ import annotations

import os
from collections.abc import Set
from contextlib import suppress
from pathlib import Path

from deploy.local.processes import CannotStart


def halves() -> tuple[set[int], set[int]]:
    """This process's cores in two equal parts. Raises CannotStart where there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    half = len(cores) // 2
    if not half:
        raise CannotStart("--apart needs two cores, and this process may use one only.")
    return set(cores[:half]), set(cores[half : 2 * half])


def stay(cores: Set[int]) -> None:
    """The calling thread, and whatever it starts from now on."""
    os.sched_setaffinity(0, cores)


def confine(pid: int, cores: Set[int]) -> None:
    """Every thread of a process that runs, and whatever they start."""
    for task in (Path("/proc") / str(pid) / "task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(task.name), cores)

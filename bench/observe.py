"""CPU and memory of every process of the stack, from /proc."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from threading import Lock

from msgspec import Struct

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


class Usage(Struct):
    """`cpu_seconds` since the meter was made, `peak_mb` the most memory seen at a sample."""

    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


class Meter:
    """Sums by name over processes and all their descendants (each counted once); survives restarts of a process between samples.

    What a process that died used after its last sample is missing, unless its parent is one of ours too.
    """

    def __init__(self, processes: Callable[[], Mapping[str, Sequence[int]]]) -> None:
        self._processes, self._lock = processes, Lock()
        self._first: dict[tuple[str, int, int], float] = {}
        self._last: dict[tuple[str, int, int], float] = {}
        self.peak_mb: dict[str, float] = {}
        self.sample()
        self._first = dict(self._last)

    def sample(self) -> None:
        with self._lock:
            self._sample()

    async def sample_beside(self) -> None:
        """In a thread: hundreds of small files must not keep a generator in this loop from its arrivals."""
        await asyncio.to_thread(self.sample)

    def _sample(self) -> None:
        children, processes = _children(), self._processes()
        named = {pid for roots in processes.values() for pid in roots}
        for name, roots in processes.items():
            tree = [pid for root in roots for pid in _tree(root, children, named)]
            for pid in tree:
                found = _cpu(pid)
                if found is not None:
                    born, seconds = found
                    self._last[name, pid, born] = seconds
            self.peak_mb[name] = max(self.peak_mb.get(name, 0.0), _memory_mb(tree))

    def usage(self) -> dict[str, Usage]:
        with self._lock:
            self._sample()
            result = {name: Usage(peak_mb=round(peak, 1)) for name, peak in self.peak_mb.items()}
            for key, seconds in self._last.items():
                result[key[0]].cpu_seconds += seconds - self._first.get(key, 0.0)
            return result


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    return children


def _tree(root: int, children: Mapping[int, Sequence[int]], named: Set[int]) -> list[int]:
    """`root` and its descendants, without those that go by a name of their own."""
    found = [root]
    for pid in found:
        found += [child for child in children.get(pid, ()) if child not in named]
    return found


def _stat(pid: int) -> list[str] | None:
    """The fields after the command's name: state, parent, …; None when it is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _cpu(pid: int) -> tuple[int, float] | None:
    """(start time in ticks, seconds used by it and by the children it has reaped)."""
    fields = _stat(pid)
    if fields is None:
        return None
    return int(fields[19]), sum(map(int, fields[11:15])) / TICKS


def _memory_mb(tree: Sequence[int]) -> float:
    """Anonymous memory of all, and shared memory once (PostgreSQL's buffers are mapped by every backend)."""
    anonymous, shared = 0, 0
    for pid in tree:
        try:
            lines = (PROC / str(pid) / "status").read_text().splitlines()
        except OSError:
            continue
        values = {name: value.split()[0] for name, _, value in (line.partition(":") for line in lines) if "kB" in value}
        anonymous += int(values.get("RssAnon", 0))
        shared = max(shared, int(values.get("RssShmem", 0)))
    return (anonymous + shared) / 1024

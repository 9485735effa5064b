"""Child processes in groups of their own, logging to files, ended without leaving anything behind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

UNCLAIMED = (20_000, 32_000)


class CannotStart(Exception):
    """The sentence says what is wrong and what to do."""


def spawn(
    argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None, user: str | None = None
) -> subprocess.Popen[bytes]:
    """Starts a process group of its own; Ctrl-C in the terminal reaches only the supervisor."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, **(env or {})}, user=user, group=None if user is None else group_of(user),
            extra_groups=None if user is None else (),
        )  # fmt: skip


def group_of(user: str) -> int:
    """Its own: with root's it would meet the permissions of root's group."""
    import pwd

    return pwd.getpwnam(user).pw_gid


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(pid: int, first: signal.Signals = signal.SIGTERM, patience: float = 20.0) -> None:
    """`first` to the process, then after `patience` seconds SIGKILL to its whole group."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, first)
    if not wait_until(lambda: not alive(pid), patience):
        group = _group(pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        wait_until(lambda: not any(alive(member) for member in group), 5)
    with contextlib.suppress(ChildProcessError, ProcessLookupError):
        os.waitpid(pid, os.WNOHANG)


def _group(pid: int) -> list[int]:
    """Who is killed along with a group's leader."""
    members = [pid]
    for each in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if each != pid and os.getpgid(each) == pid:
                members.append(each)
    return members


def began(process: subprocess.Popen[bytes], ready: Callable[[], bool], seconds: float) -> bool:
    """True once it is ready. Where it ended or took too long, and when the wait itself is interrupted, it is ended."""
    try:
        if wait_until(lambda: process.poll() is not None or ready(), seconds) and process.poll() is None:
            return True
    except BaseException:
        end(process.pid, patience=5)
        raise
    end(process.pid, patience=1)
    return False


def wait_until(condition: Callable[[], bool], seconds: float, step: float = 0.05) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def listens(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def free_port() -> int:
    """A port nobody listens on, below the range from which the kernel takes the ports of outgoing connections.

    One from within that range may be taken by a connection before whoever asked for it listens.
    """
    while True:
        port = random.randrange(*UNCLAIMED)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("", port))
            return port


def tail(log: Path, lines: int = 15) -> str:
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])

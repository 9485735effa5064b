"""Child processes in groups of their own, logging to files, ended without leaving anything behind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

UNCLAIMED = (20_000, 32_000)


class CannotStart(Exception):
    """The sentence says what is wrong and what to do."""


def spawn(
    argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None, user: str | None = None, ahead: int = 0,
) -> subprocess.Popen[bytes]:  # fmt: skip
    """Starts a process group of its own; Ctrl-C in the terminal reaches only the supervisor. `ahead` as in `before_others`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output, _nicer(ahead):
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, **(env or {})}, user=user, group=None if user is None else group_of(user),
            extra_groups=None if user is None else (),
        )  # fmt: skip
    if ahead:
        _weigh_session(process.pid, ahead)
    return process


@contextlib.contextmanager
def before_others(ahead: int) -> Iterator[None]:
    """This thread has the first claim on a core by so many steps of nice, where the system lets us give it (to root)."""
    with _nicer(ahead):
        _weigh_session(os.getpid(), ahead)
        try:
            yield
        finally:
            _weigh_session(os.getpid(), 0)


@contextlib.contextmanager
def _nicer(ahead: int) -> Iterator[None]:
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, mine - ahead)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, mine)


def _weigh_session(pid: int, ahead: int) -> None:
    """Where Linux shares the cores among sessions first, niceness counts only within one."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(f"{-ahead}\n")


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


STARTS_WITHIN = 180
"""Seconds. A process that ends by itself is told of at once; one on a machine that others use may need minutes."""


def began(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> bool:
    """True once it is ready. Where it ended or took too long, and when the wait itself is interrupted, it is ended."""
    try:
        if wait_until(lambda: process.poll() is not None or ready(), STARTS_WITHIN) and process.poll() is None:
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


_CLAIMS: dict[int, int] = {}
"""By port, the descriptor of a socket that stays open as long as this process lives."""


def claim(port: int) -> bool:
    """Whether the port is this process's now: no other one that asks here is given it, even before anybody listens."""
    if port in _CLAIMS:
        return True
    mine = socket.socket(socket.AF_UNIX)
    try:
        # A name, not a file: it goes with the process.
        mine.bind(f"\0hoithi-port-{port}")
    except OSError:
        mine.close()
        return False
    _CLAIMS[port] = mine.detach()
    return True


def free_port() -> int:
    """A port nobody listens on, below the range from which the kernel takes the ports of outgoing connections.

    One from within that range may be taken by a connection before whoever asked for it listens. No process of the machine
    is given one that another was given, which may not listen on it yet.
    """
    while True:
        port = random.randrange(*UNCLAIMED)
        if port in _CLAIMS or not claim(port):
            continue
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("", port))
            return port


def tail(log: Path, lines: int = 15) -> str:
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])

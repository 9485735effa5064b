"""A disk of a few hundred MB that can be filled: a tmpfs in a mount namespace of its own, reached through /proc.

It needs no root where the kernel lets users make namespaces; where it does not, `SmallDisk.make` says so. The full disk
is a real one: every write beyond it fails with ENOSPC.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from deploy.local.processes import group_of

CHUNK = b"\0" * (1 << 20)


class NoSmallDisk(Exception):
    """This machine lets nobody mount; the sentence says what it answered."""


class SmallDisk:
    """`path` is its folder, for the user it was made for and for root, as long as the holder lives."""

    def __init__(self, holder: subprocess.Popen[bytes]) -> None:
        self._holder = holder
        self.path = Path(f"/proc/{holder.pid}/root/mnt")

    @classmethod
    def make(cls, megabytes: int, user: str | None = None) -> SmallDisk:
        """For `user`, if we are root, else for ourselves. Raises NoSmallDisk."""
        mounted = f"mount -t tmpfs -o size={megabytes}m,mode=1777 tmpfs /mnt"
        if os.geteuid() == 0 and user is not None:
            # Whoever holds it must be the one who uses it: the kernel shows /proc/PID/root to the same user only.
            ids = f"--reuid={_id_of(user)} --regid={group_of(user)} --clear-groups"
            argv = ["unshare", "-m", "sh", "-c", f"{mounted} && exec setpriv {ids} sh -c 'echo ready && exec cat'"]
        else:
            argv = [
                "unshare",
                *(["-m"] if os.geteuid() == 0 else ["-Urm"]),
                "sh",
                "-c",
                f"{mounted} && echo ready && exec cat",
            ]
        try:
            holder = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
                start_new_session=True,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise NoSmallDisk("there is no `unshare` here (util-linux)") from error
        assert holder.stdout is not None
        assert holder.stderr is not None
        if holder.stdout.readline() != b"ready\n":
            raise NoSmallDisk(holder.stderr.read().decode(errors="replace").strip() or "unshare ended")
        return cls(holder)

    def fill(self) -> None:
        """Until nothing more fits."""
        with contextlib.suppress(OSError), (self.path / "filler").open("ab", buffering=0) as file:
            while True:
                file.write(CHUNK)
        with contextlib.suppress(OSError), (self.path / "filler").open("ab", buffering=0) as file:
            while True:
                file.write(CHUNK[:4096])

    def free(self) -> None:
        (self.path / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        """The disk is gone with its last user."""
        assert self._holder.stdin is not None
        self._holder.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._holder.wait(5)


def _id_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_uid

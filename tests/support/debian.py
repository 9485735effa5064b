"""Programs of Debian's packages without root: fetched and verified by the system's own apt, unpacked into the clone.

Only what the machine lacks is fetched, with lists of packages of its own: the system's may be old, and writing them
takes root. Nothing is installed: a program that insists on `/usr` sees the packages there in a mount namespace of its
own (`within`).
"""

from __future__ import annotations

import getpass
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.local.paths import CACHE

# $1: the unpacked packages.
OVERLAY = 'mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr && shift && exec "$@"'
# Everything inside ends with the program that `unshare` itself is.
ALONE = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


class Unavailable(Exception):
    """What this machine lacks, and what to do about it."""


def unpacked(*packages: str) -> Path:
    """A folder with `usr/…` of the packages and of all they depend on that is not installed. Raises Unavailable."""
    if missing := [tool for tool in ("apt-get", "dpkg-deb") if shutil.which(tool) is None]:
        raise Unavailable(
            f"{' and '.join(missing)} not found: {', '.join(packages)} come from Debian's packages. Run this on Debian or "
            "in its container."
        )
    apt = CACHE / "debian" / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    options = [f"Dir::State::Lists={apt}/lists", f"Dir::Cache={apt}/cache", f"APT::Sandbox::User={getpass.getuser()}"]
    command = ["apt-get", "--quiet=2", *(f"--option={option}" for option in options)]
    _run([*command, "update"])
    plan = _run([*command, "--simulate", "--no-install-recommends", "install", *packages])
    # Inst name [old] (version archive [architecture])
    wanted = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    mark = hashlib.sha256(
        "\n".join(line for line in plan.splitlines() if line.startswith("Inst ")).encode()
    ).hexdigest()
    folder = CACHE / "debian" / f"{packages[0]}-{mark[:12]}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as fetched:
            if wanted:
                _run([*command, "download", *wanted], Path(fetched))
            fresh = Path(fetched) / "unpacked"
            (fresh / "usr").mkdir(parents=True)
            for package in sorted(Path(fetched).glob("*.deb")):
                _run(["dpkg-deb", "--extract", str(package), str(fresh)])
            fresh.rename(folder)
    return folder


def program(folder: Path, pattern: str) -> Path:
    """Of the unpacked packages, or the machine's own where it is installed. Raises Unavailable."""
    for usr in (folder / "usr", Path("/usr")):
        if found := next(usr.glob(pattern), None):
            return found
    raise Unavailable(f"neither the unpacked packages nor /usr have {pattern}.")


def libraries(folder: Path) -> str:
    """For LD_LIBRARY_PATH."""
    return ":".join(str(found) for found in (folder / "usr" / "lib").glob("*-linux-gnu*"))


def within(folder: Path) -> list[str]:
    """What to write before a command that wants to find the packages in `/usr`. Raises Unavailable."""
    command = [*ALONE, "sh", "-c", OVERLAY, "sh", str(folder)]
    try:
        _run([*command, "true"])
    except (OSError, Unavailable) as error:
        raise Unavailable(
            f"this machine lets a user lay no packages over /usr in a namespace of their own ({error}). Allow user "
            "namespaces (kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or install "
            "the packages."
        ) from error
    return command


def _run(command: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"`{command[0]} … {command[-1]}` failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout

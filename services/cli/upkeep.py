"""`hoithi rebuild stats` and `hoithi republish SERVICE`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Literal

from deploy.local.paths import ROOT
from services.cli import place
from services.cli.client import Client
from services.cli.terminal import out


def rebuild(service: Literal["stats"], *, rehearsal: bool = False) -> int:
    """Count everything again from offset 0, beside the live tables, and swap when it is equal. Prints a report as JSON.

    Exit code 0: swapped, and every rollup was equal.
    """
    folder, state = place.running(rehearsal)
    env = {
        "HOITHI_DATABASE_URL": place.postgres(folder, state).url(service), "HOITHI_KAFKA": place.kafka_address(state),
        "HOITHI_SECRETS_DIR": str(folder / "secrets"),
        "HOITHI_ORIGIN": state["origin"], "HOITHI_REHEARSAL": "1" if state["rehearsal"] else "0", "HOITHI_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "services.stats.rebuild"], env={**os.environ, **env}, check=False
    ).returncode


def republish(service: Literal["registration", "quiz", "scoring"], *, rehearsal: bool = False) -> None:
    """Put every fact of a service into its topics again, with the ids and versions it had: nobody counts it twice."""
    sent = Client.of(rehearsal).post(f"/api/{service}/v1/republish")
    out.print(f"{service}: " + ", ".join(f"{count:,} {name}" for name, count in sent.items()))

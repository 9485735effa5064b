"""A short drill with a fixed seed: a contest under load on two replicas, hurt a few times, and judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.local.paths import ROOT
from deploy.local.processes import free_port


def drilled(folder: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    argv = [
        sys.executable,
        "-m",
        "services.cli",
        "drill",
        *words,
        "--port",
        str(free_port()),
        "--report",
        "none",
        "--json",
    ]
    env = {**os.environ, "HOITHI_STATE": str(folder)}
    done = subprocess.run(argv, capture_output=True, text=True, env=env, cwd=ROOT, timeout=400, check=False)
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@pytest.mark.alone
@pytest.mark.timeout(450)
def test_a_contest_that_is_hurt_under_load_loses_nothing_and_counts_nothing_twice(server_folder: Path) -> None:
    kinds = ("kill", "freeze", "immediate-stop", "cut", "slow", "disk-full", "clock-step")
    code, found, said = drilled(server_folder, *kinds, "--seed", "11", "--seconds", "14", "--faults", "5")
    assert code == 0, said
    [played] = found["rounds"]
    assert len(played["hurts"]) >= 3, said
    assert all(hurt["recovered"] is not None for hurt in played["hurts"])
    assert played["acknowledged"]["submit"] > 10, "a drill without load proves nothing"
    assert played["died"] > 0
    assert played["settled_after"] is not None


def test_a_drill_says_what_it_can_hurt_when_it_is_asked_for_something_else(server_folder: Path) -> None:
    code, _, said = drilled(server_folder, "sabotage", "--seconds", "5")
    assert code == 1
    assert "no fault is called sabotage; the kinds are clock-step, cut" in said
    assert "Traceback" not in said

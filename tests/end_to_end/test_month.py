"""A part of the month through two replicas of every service, while each part is killed once; then the same month again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from deploy.local.processes import free_port
from tests.support.keeping import kept

SCALE = os.environ.get("HOITHI_MONTH_SCALE", "0.07")
PAUSE = 3.0


class Rehearsal:
    """`hoithi` on a rehearsal stack of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    def hoithi(self, *words: str) -> subprocess.Popen[str]:
        env = {**os.environ, "HOITHI_STATE": str(self.folder)}
        argv = [sys.executable, "-m", "services.cli", *words]
        return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd=ROOT)

    def done(self, *words: str) -> tuple[int, str, str]:
        process = self.hoithi(*words)
        out, err = process.communicate(timeout=800)
        return process.returncode, out, err

    def replay(self) -> subprocess.Popen[str]:
        return self.hoithi(
            "replay",
            "contests/bac-giang-2023",
            "--scale",
            SCALE,
            "--port",
            str(self.port),
            "--report",
            "none",
            "--json",
        )

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "rehearsal" / "state.json").read_text())
        return state

    def kill(self, name: str) -> None:
        # PostgreSQL's immediate stop is what a crash leaves, without orphaned children.
        how = signal.SIGQUIT if name == "postgres" else signal.SIGKILL
        os.kill(self.state()["pids"][name], how)

    def relay_holder(self) -> str:
        for name in ("quiz-1", "quiz-2"):
            try:
                metrics = httpx.get(f"http://127.0.0.1:{self.state()['ports'][name]}/metrics", timeout=5, **PLAIN).text
            except httpx.HTTPError:
                continue
            if 'hoithi_leader{lease="relay"} 1.0' in metrics:
                return name
        return "quiz-1"

    def digests(self) -> dict[str, Any]:
        _, out, _ = self.done("audit", "--rehearsal", "--json", "--wait", "60")
        return dict(json.loads(out))


@pytest.fixture
def rehearsal(server_folder: Path) -> Iterator[Rehearsal]:
    running = Rehearsal(server_folder)
    code, out, err = running.done("up", "--rehearsal", "--detach", "--replicas", "2", "--port", str(running.port))
    assert code == 0, out + err
    yield running
    running.done("down", "--rehearsal", "--wipe")


@pytest.mark.timeout(900)
@pytest.mark.alone
def test_a_month_in_which_every_part_is_killed_once_counts_the_same_and_counts_nothing_twice(
    rehearsal: Rehearsal,
) -> None:
    playing = rehearsal.replay()
    time.sleep(12)
    victims = [
        "quiz-1",
        "scoring-1",
        "stats-1",
        "kafka",
        "registration-1",
        "postgres",
        "stats-2",
        "relay",
        "scoring-2",
        "quiz-2",
    ]
    killed = []
    for victim in victims:
        if playing.poll() is not None:
            break
        rehearsal.kill(rehearsal.relay_holder() if victim == "relay" else victim)
        killed.append(victim)
        time.sleep(PAUSE)
    out, err = playing.communicate(timeout=800)
    assert playing.returncode == 0, out[-3000:] + err[-3000:]
    assert killed == victims, "the replay was over before everything had been killed: raise HOITHI_MONTH_SCALE"

    before, rows = rehearsal.digests(), kept(rehearsal.folder / "rehearsal")
    again = rehearsal.replay()
    out, err = again.communicate(timeout=800)
    assert again.returncode == 0, out[-3000:] + err[-3000:]
    assert rehearsal.digests() == before
    moved = {
        name: (was, now) for name, now in kept(rehearsal.folder / "rehearsal").items() if (was := rows[name]) != now
    }
    assert not moved, "the same month again moves no row, no topic's end, no rollup"

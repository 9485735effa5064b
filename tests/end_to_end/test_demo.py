"""The demo as a newcomer meets it: interrupted, begun again, taken part in, ended, kept, forgotten."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.local.plain import PLAIN
from deploy.local.postgres import Postgres
from deploy.local.processes import wait_until
from tests.support.machine import Machine

CONTEST, WITHIN = "bg-thads-2023", 240
GUEST = re.compile(r"sign in\s+number (\d{8}), code (\d{12})")


class Demo:
    """One run of `hoithi demo`, small enough to be played in seconds."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self.port = machine, machine.port
        self.process = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        return self.machine.begin("demo", "--scale", "0.01", "--port", str(self.port))

    def again(self) -> None:
        self.process = self._begin()

    @property
    def answered(self) -> str:
        return (self.machine.folder / "out").read_text()

    @property
    def said(self) -> str:
        return (self.machine.folder / "err").read_text()

    def wait_for(self, words: str) -> None:
        assert wait_until(lambda: words in self.answered + self.said or self.process.poll() is not None, WITHIN, 0.2)
        assert words in self.answered + self.said, self.answered + self.said

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        assert self.process.wait(60) == 0, self.said
        assert self.machine.processes() == []

    def watermark(self) -> str:
        folder = self.machine.folder / "main"
        server = Postgres(folder / "postgres", self.machine.state()["ports"]["postgres"], folder / "logs" / "pg.log")
        return server.sql("select at from watermark", "quiz").strip()


@pytest.fixture
def demo(server_folder: Path) -> Iterator[Demo]:
    machine = Machine(server_folder)
    demo = Demo(machine)
    yield demo
    demo.process.terminate()
    demo.process.wait(60)
    machine.hoithi("down", "--wipe")


def take_a_paper(origin: str, number: str, code: str) -> str:
    """Signs in, starts, answers nothing but the guess, hands in; the id of the attempt. All of it in real time."""
    with httpx.Client(base_url=origin, headers={"origin": origin}, timeout=30, **PLAIN) as browser:
        who = {"series_id": CONTEST, "login": number, "code": code}
        assert browser.post("/api/registration/v1/sessions", json=who).status_code == 201
        key = {"idempotency-key": str(uuid4())}
        started = browser.post(f"/api/quiz/v1/contests/{CONTEST}/attempts", headers=key)
        assert started.status_code == 201, started.text
        paper = started.json()
        question = paper["questions"][0]
        content = {
            "writer": paper["writer"], "seq": 1, "answers": {question["id"]: [question["options"][0]["id"]]}, "prediction": 7,
        }  # fmt: skip
        credential = {"authorization": f"Bearer {paper['credential']}", "idempotency-key": paper["id"]}
        handed_in = browser.post(f"/api/quiz/v1/attempts/{paper['id']}/submission", json=content, headers=credential)
        assert handed_in.status_code == 200, handed_in.text
        return str(paper["id"])


def submitted(machine: Machine) -> int:
    """What all services agree on, by a clean audit."""
    audited = machine.hoithi("audit", "--json")
    assert audited.returncode == 0, audited.stdout + audited.stderr
    checks = {check["name"]: check["values"] for check in json.loads(audited.stdout)["checks"]}
    return int(checks["submitted = scored"]["quiz"]["count"])


@pytest.mark.timeout(900)
def test_a_demo_can_be_interrupted_begun_again_taken_part_in_and_forgotten(demo: Demo) -> None:
    machine, origin = demo.machine, f"http://localhost:{demo.port}"
    demo.wait_for("replaying the days")
    demo.end(signal.SIGINT)

    demo.again()
    demo.wait_for("Ctrl-C stops everything")
    assert "differs" not in demo.answered
    found = GUEST.search(demo.answered)
    assert found, demo.answered
    assert httpx.get(f"{origin}/data/contests/{CONTEST}/board.json", **PLAIN).json()["contest"]["contest_id"] == CONTEST
    before, mark = submitted(machine), demo.watermark()
    take_a_paper(origin, *found.groups())
    assert submitted(machine) == before + 1
    assert wait_until(lambda: demo.watermark() > mark, 60), "time passes in a demo that is left open"
    demo.end(signal.SIGTERM)

    demo.again()
    demo.wait_for("Ctrl-C stops everything")
    assert "is kept" in demo.said
    assert "replaying" not in demo.said
    assert found[0] in demo.answered
    assert submitted(machine) == before + 1
    assert machine.hoithi("down", "--wipe").returncode == 0
    assert demo.process.wait(60) == 0
    assert machine.processes() == []
    assert not (machine.folder / "main").exists()

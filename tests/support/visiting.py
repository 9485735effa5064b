"""A whole stack in real time with the month's contest open in it, and people who come through the gateway."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bench.running import bearer
from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from deploy.local.processes import alive, free_port, wait_until
from deploy.local.stack import Layout, Stack
from services.folder import ContestFolder, read_folder, shift_window, to_wire
from tests.support.registration import code

CONTEST = "bg-thads-2023"
PATIENCE = 30.0


@dataclass
class House:
    """A stack of its own. `folder` is the contest's, with its keys."""

    stack: Stack
    folder: ContestFolder

    @property
    def origin(self) -> str:
        return self.stack.layout.origin

    def board(self) -> dict[str, Any]:
        """The public file as Caddy serves it; empty while there is none."""
        answer = httpx.get(f"{self.origin}/data/contests/{CONTEST}/board.json", timeout=10, **PLAIN)
        return dict(answer.json()) if answer.status_code == 200 else {}

    def counts(self) -> dict[str, Any]:
        return dict(self.board().get("contest", {}).get("counts", {}))

    def audit(self, service: str) -> dict[str, Any]:
        headers = bearer(self.stack.secrets_dir, "auditor")
        answer = httpx.get(f"{self.origin}/api/{service}/v1/audit", headers=headers, timeout=60, **PLAIN)
        return dict(answer.raise_for_status().json())

    def visitor(self) -> Visitor:
        return Visitor(self)


@dataclass
class Visitor:
    """One browser: cookies, the paper it holds, and the patience of the pages (503 means: again)."""

    house: House
    client: httpx.Client = field(init=False)
    paper: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        origin = self.house.origin
        self.client = httpx.Client(base_url=origin, headers={"origin": origin}, timeout=30, **PLAIN)

    def ask(self, method: str, path: str, status: int = 200, **options: Any) -> httpx.Response:
        end = time.monotonic() + PATIENCE
        while True:
            answer = self.client.request(method, path, **options)
            if answer.status_code != 503 or time.monotonic() > end:
                assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
                return answer
            time.sleep(0.2)

    def register(self) -> dict[str, Any]:
        rules = self.house.folder.rules[0]
        consent = rules.consent
        assert consent is not None
        body = {
            "name": "Giáp Thị Lẵng", "birth_date": "1990-02-03", "unit_id": self.house.folder.units[-1].unit_id,
            "category": rules.registration.categories[0].id, "code": code(),
            "consent": {"version": consent.version, "purposes": list(consent.needed or consent.purposes)},
        }  # fmt: skip
        path = f"/api/registration/v1/series/{CONTEST}/contestants"
        told: dict[str, Any] = self.ask("POST", path, 201, json=body, headers=_key()).json()
        return told

    def start(self) -> None:
        self.paper = self.ask("POST", f"/api/quiz/v1/contests/{CONTEST}/attempts", 201, headers=_key()).json()

    def body(self, seq: int, right: bool = True) -> dict[str, Any]:
        keys = {question.id: list(question.correct) for question in self.house.folder.bank.questions}
        chosen = {question["id"]: keys[question["id"]] for question in self.paper["questions"]}
        if not right:
            first = self.paper["questions"][0]
            chosen[first["id"]] = [
                option["id"] for option in first["options"] if option["id"] not in keys[first["id"]]
            ][:1]
        return {"writer": self.paper["writer"], "seq": seq, "answers": chosen, "prediction": 52_812}

    def save(self, seq: int = 1, right: bool = True) -> dict[str, Any]:
        told: dict[str, Any] = self._write("PUT", "answers", self.body(seq, right)).json()
        return told

    def submit(self, seq: int = 9, right: bool = True, **headers: str) -> dict[str, Any]:
        told: dict[str, Any] = self._write("POST", "submission", self.body(seq, right), **headers).json()
        return {**told, "receipt": msgspec.json.decode(told["receipt"])}

    def _write(self, method: str, what: str, body: dict[str, Any], **more: str) -> httpx.Response:
        headers = {**more, "authorization": f"Bearer {self.paper['credential']}"}
        return self.ask(method, f"/api/quiz/v1/attempts/{self.paper['id']}/{what}", headers=headers, json=body)


def _key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


@contextlib.contextmanager
def house(folder: Path) -> Iterator[House]:
    """Started for the test, with the contest open for three more days; nothing of it runs afterwards."""
    stack = Stack(Layout(folder / "stack", free_port()))
    stack.start()
    pids = stack.pids
    try:
        read = read_folder(ROOT / "contests" / "bac-giang-2023")
        rules = shift_window(read.rules[0], datetime.now(UTC) + timedelta(days=3))
        made = House(stack, msgspec.structs.replace(read, rules=(rules,)))
        _apply(made)
        yield made
    finally:
        last = dict(pids)
        stack.stop()
        assert not [name for name, pid in last.items() if alive(pid)]


def _apply(made: House) -> None:
    units, contests = to_wire(made.folder)
    with httpx.Client(
        base_url=made.origin, headers=bearer(made.stack.secrets_dir, "organiser"), timeout=60, **PLAIN
    ) as client:
        for contest_id, rules, bank in contests:
            client.put(f"/api/quiz/v1/contests/{contest_id}", json={"rules": rules, "bank": bank}).raise_for_status()
        series = f"/api/registration/v1/series/{CONTEST}"
        assert wait_until(lambda: client.get(series).status_code == 200, PATIENCE)
        client.put(f"{series}/units", json={"units": units}).raise_for_status()
    assert wait_until(lambda: bool(made.board()), PATIENCE), "no board.json"

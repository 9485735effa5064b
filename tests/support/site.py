"""A whole stack with pages, for a browser: contests made to measure, people who are signed in, faults on demand."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from bench.running import bearer
from deploy.local.layout import Layout
from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from deploy.local.processes import free_port, wait_until
from deploy.local.stack import Stack
from services.contracts.rules import Rules
from services.folder import read_folder
from services.folder.wire import to_wire
from services.runtime.tokens import Tokens

NAMES = ("Nguyễn Văn Ấn", "Trần Thị Bưởi", "Lê Hữu Đức", "Phạm Thuỳ Dương")


@dataclass(frozen=True)
class Person:
    """Somebody registered. `cookie` is the value of `hoithi_session`."""

    contestant_id: str
    number: str
    code: str
    cookie: str


@dataclass
class Site:
    """The running stack. Each contest opens before those made earlier, so the pages show the newest one."""

    stack: Stack
    origin: str
    _made: int = 0
    _rules: Rules | None = field(default=None)
    _leaves: dict[str, str] = field(default_factory=dict)

    @classmethod
    def start(cls, folder: Path) -> Site:
        """The built pages are copied, so that a test may put another build in their place."""
        pages = folder / "pages"
        shutil.copytree(ROOT / "web" / "dist", pages)
        stack = Stack(Layout(folder, free_port(), pages=pages))
        stack.start()
        return cls(stack, stack.layout.origin)

    def stop(self) -> None:
        self.stack.stop()

    @property
    def pages(self) -> Path:
        return self.stack.layout.pages

    @property
    def rules(self) -> Rules:
        assert self._rules is not None, "make a contest first"
        return self._rules

    def contest(self, *, closes_in: float = 7200, **changes: Any) -> Rules:
        """A contest of its own series that is open now. `changes` replace members of its rules."""
        self._made += 1
        folder = read_folder(ROOT / "contests" / "bac-giang-2023")
        units, [(_, _, bank)] = to_wire(folder)
        name = f"thi-{self._made}-{secrets.token_hex(3)}"
        now = datetime.now(UTC).replace(microsecond=0)
        rules = msgspec.structs.replace(
            folder.rules[0], id=name, series_id=name, opens=now - timedelta(days=1 + self._made),
            closes=now + timedelta(seconds=closes_in), **changes,
        )  # fmt: skip
        self._put(f"/api/quiz/v1/contests/{name}", {"rules": msgspec.to_builtins(rules), "bank": bank})
        self._put(f"/api/registration/v1/series/{name}/units", {"units": units})
        assert wait_until(lambda: self.get(f"/api/registration/v1/series/{name}").status_code == 200, 30)
        self._rules = rules
        return rules

    def change(self, reason: str, **changes: Any) -> Rules:
        """The contest with other rules, such as another `closes`."""
        rules = msgspec.structs.replace(self.rules, **changes)
        [(_, _, bank)] = to_wire(read_folder(ROOT / "contests" / "bac-giang-2023"))[1]
        body = {"rules": msgspec.to_builtins(rules), "bank": bank, "reason": reason}
        self._put(f"/api/quiz/v1/contests/{rules.id}", body)
        self._rules = rules
        return rules

    def person(self, name: str = "", birth_date: str = "1990-03-27", phone: str | None = None) -> Person:
        """Registered for the newest contest."""
        code = f"{secrets.randbelow(10**12):012d}"
        consent = self.rules.consent
        assert consent is not None
        body = {
            "code": code, "name": name or secrets.choice(NAMES), "birth_date": birth_date, "unit_id": self.unit,
            "category": "can-bo", "phone": phone, "consent": {"version": consent.version, "purposes": list(consent.needed)},
        }  # fmt: skip
        with httpx.Client(base_url=self.origin, timeout=30, **PLAIN) as client:
            headers = {"idempotency-key": uuid4().hex, "origin": self.origin}
            path = f"/api/registration/v1/series/{self.rules.series_id}/contestants"
            answer = client.post(path, json=body, headers=headers)
            assert answer.status_code == 201, answer.text
            made = answer.json()
            return Person(made["contestant_id"], made["number"], code, client.cookies["hoithi_session"])

    def exclude(self, person: Person) -> None:
        """As an organiser does; quiz learns of it through Kafka."""
        path = f"/api/registration/v1/series/{self.rules.series_id}/contestants/{person.contestant_id}/exclusion"
        headers = bearer(self.stack.secrets_dir, "operator", "organiser")
        body = {"excluded": True, "reason": "took part for somebody else"}
        answer = httpx.post(self.origin + path, json=body, headers=headers, timeout=30, **PLAIN)
        assert answer.status_code == 200, answer.text

    @property
    def unit(self) -> str:
        """Some unit without children."""
        series = self.rules.series_id
        if series not in self._leaves:
            tree = self.get(f"/api/registration/v1/series/{series}/units").json()["units"]
            parents = {unit.get("parent") for unit in tree}
            self._leaves[series] = next(unit["id"] for unit in tree if unit["id"] not in parents)
        return self._leaves[series]

    def get(self, path: str, person: Person | None = None) -> httpx.Response:
        cookies = {"hoithi_session": person.cookie} if person else None
        return httpx.get(self.origin + path, cookies=cookies, timeout=30, **PLAIN)

    def attempts(self, person: Person) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/api/quiz/v1/contests/{self.rules.id}/attempts", person).json()
        return found

    def stored(self, person: Person) -> dict[str, Any]:
        """The person's newest paper as the server holds it."""
        paper: dict[str, Any] = self.get(f"/api/quiz/v1/attempts/{self.attempts(person)[-1]['id']}", person).json()
        return paper

    def _put(self, path: str, body: Any) -> None:
        headers = bearer(self.stack.secrets_dir, "operator", "organiser")
        answer = httpx.put(self.origin + path, json=body, headers=headers, timeout=60, **PLAIN)
        assert answer.status_code < 300, answer.text
        if (request := answer.json().get("confirmation")) is not None:
            service, _, _ = path.removeprefix("/api/").partition("/")
            yes = f"{self.origin}/api/{service}/v1/confirmations/{request['id']}/yes"
            by = second_person(self.stack.secrets_dir)
            done = httpx.post(yes, json={"digest": request["digest"]}, headers=by, timeout=60, **PLAIN)
            assert done.status_code == 200, done.text


def second_person(secrets_dir: Path) -> dict[str, str]:
    """Headers of an organiser of every series, signed in for an hour."""
    claims = {"sub": str(uuid4()), "roles": ["organiser"], "grants": [["organiser", None, None]], "totp": True}
    token = Tokens.load(secrets_dir, "registration").sign("staff", claims, timedelta(hours=1), datetime.now(UTC))
    return {"authorization": f"Bearer {token}"}

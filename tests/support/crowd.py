"""Two hundred people at random: they register, write and hand in, look where they should not, and staff act on them.

Everybody remembers what they were told; what contradicts it, or a right, or a limit, is put down in `Crowd.wrong`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import jwt

from deploy.local.paths import ROOT
from services.runtime.tokens import Tokens
from tests.support.registration import code

DOCUMENTED = set(re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs" / "problems.md").read_text(), re.MULTILINE))
PHONES = 12
"""So few that most people meet the limit of a shared number."""
MET = {"phone-limit", "tries-exhausted", "attempt-over", "wrong-code", "forbidden", "outside-your-unit"}
LOST = 0.05
"""Seconds after which an impatient client gives up on an answer, and asks the same again."""


@dataclass
class Crowd:
    """What all clients share: the site, the contest's keys, what went wrong."""

    origin: str
    contest: str
    secrets: Path
    keys: dict[str, list[str]]
    units: list[str]
    subtree: set[str]
    """The units that the officer looks after; its first is the root."""
    people: list[Person] = field(default_factory=list)
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    began: float = 0.0
    span: tuple[float, float] = (0.0, 0.0)

    @property
    def over(self) -> bool:
        """After the shorter time where everything was met that should be, else after the longer one."""
        gone = time.monotonic() - self.began
        return gone > self.span[1] or (gone > self.span[0] and not self.missing)

    @property
    def missing(self) -> set[str]:
        """What the crowd must run into to have proved anything."""
        return (MET - set(self.told)) | ({"a thousand answers"} if self.told["ok"] < 1000 else set())

    async def run(self, seed: int, people: int, span: tuple[float, float]) -> None:
        self.people = [Person(self, Random(f"{seed}|{n}")) for n in range(people)]
        staff = [Colleague(self, Random(f"{seed}|{role}|{n}"), role) for n in range(3) for role in ROLES]
        self.began, self.span = time.monotonic(), span
        everybody = [each.live() for each in (*self.people, *staff)]
        try:
            await asyncio.gather(*everybody)
        finally:
            for client in self.clients:
                await client.aclose()

    def client(self, **headers: str) -> httpx.AsyncClient:
        # Without certificates, which each of hundreds of clients would read anew.
        headers = {"origin": self.origin, **headers}
        made = httpx.AsyncClient(base_url=self.origin, headers=headers, timeout=30, verify=False, trust_env=False)
        self.clients.append(made)
        return made

    def staff(self, role: str, unit: str | None = None, series: str | None = None) -> httpx.AsyncClient:
        grants = [[role, series or self.contest, unit]]
        claims = {"sub": str(uuid.uuid4()), "roles": [role], "grants": grants, "signed_in": int(time.time())}
        token = Tokens.load(self.secrets, "registration").sign("staff", claims, timedelta(hours=1), datetime.now(UTC))
        return self.client(authorization=f"Bearer {token}")

    async def ask(self, client: httpx.AsyncClient, method: str, path: str, **options: Any) -> httpx.Response:
        """One request; a refusal that is not documented is put down."""
        answer = await client.request(method, path, **options)
        if answer.status_code < 400:
            self.told["ok"] += 1
            return answer
        slug = slug_of(answer)
        self.told[slug] += 1
        if slug not in DOCUMENTED or slug == "fault":
            self.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        elif answer.json()["status"] != answer.status_code:
            self.wrong.append(f"{method} {path}: the body's status is not that of HTTP: {answer.text[:200]}")
        return answer

    def must(self, holds: bool, what: str) -> None:
        if not holds:
            self.wrong.append(what)


def slug_of(answer: httpx.Response) -> str:
    if answer.headers.get("content-type") != "application/problem+json":
        return f"no problem document ({answer.status_code})"
    return str(answer.json()["type"]).removeprefix("/problems/")


class Actor:
    def __init__(self, crowd: Crowd, rng: Random) -> None:
        self.crowd, self.rng = crowd, rng

    def deeds(self) -> list[Callable[[], Awaitable[None]]]:
        raise NotImplementedError

    async def live(self) -> None:
        while not self.crowd.over:
            with contextlib.suppress(httpx.TransportError):
                await self.rng.choice(self.deeds())()
            await asyncio.sleep(self.rng.random() * 0.2)


class Person(Actor):
    def __init__(self, crowd: Crowd, rng: Random) -> None:
        super().__init__(crowd, rng)
        self.client, self.stranger = crowd.client(), crowd.client()
        self.key = {"idempotency-key": uuid.uuid4().hex}
        self.code, self.unit = code(), rng.choice(crowd.units)
        self.phone = f"09120000{rng.randrange(PHONES):02}" if rng.random() < 0.7 else None
        self.ids: set[str] = set()
        self.number = ""
        self.moved = False
        self.papers: dict[str, dict[str, Any]] = {}
        self.receipts: dict[str, str] = {}

    @property
    def id(self) -> str:
        return next(iter(self.ids), "")

    def deeds(self) -> list[Callable[[], Awaitable[None]]]:
        if not self.ids:
            return [self.register, self.register_twice, self.register_impatiently]
        writing = [self.start, self.start, self.start_twice, self.save, self.save, self.submit, self.submit]
        return [*writing, *writing, self.register, self.sign_in, self.mistype, self.who_am_i, self.pry]

    async def register(self) -> None:
        body = {
            "name": "Giáp Thị Lẵng", "birth_date": "1990-02-03", "unit_id": self.unit, "category": "can-bo",
            "code": self.code, "phone": self.phone,
            "consent": {"version": "2023-1", "purposes": ["run_contest", "prevent_fraud"]},
        }  # fmt: skip
        path = f"/api/registration/v1/series/{self.crowd.contest}/contestants"
        answer = await self.crowd.ask(self.client, "POST", path, json=body, headers=self.key)
        if answer.status_code == 201:
            self.ids.add(answer.json()["contestant_id"])
            self.number = answer.json()["number"]
            self.crowd.must(len(self.ids) == 1, f"registered twice through retries: {self.ids}")
        elif slug_of(answer) == "phone-limit" and not self.ids:
            self.phone, self.key = None, {"idempotency-key": uuid.uuid4().hex}

    async def register_twice(self) -> None:
        await asyncio.gather(self.register(), self.register())

    async def register_impatiently(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.register(), LOST)

    async def sign_in(self) -> None:
        login = {"series_id": self.crowd.contest, "login": self.number, "code": self.code}
        answer = await self.crowd.ask(self.client, "POST", "/api/registration/v1/sessions", json=login)
        right = answer.status_code == 201 and answer.json()["contestant_id"] == self.id
        self.crowd.must(right or answer.status_code == 503, f"the right code was refused: {answer.text[:200]}")

    async def mistype(self) -> None:
        if self.rng.random() < 0.8:
            return
        login = {"series_id": self.crowd.contest, "login": self.number, "code": code()}
        answer = await self.crowd.ask(self.stranger, "POST", "/api/registration/v1/sessions", json=login)
        self.crowd.must(answer.status_code in (401, 429, 503), f"a wrong code: {answer.status_code}")

    async def who_am_i(self) -> None:
        answer = await self.crowd.ask(self.client, "GET", "/api/registration/v1/me")
        if answer.status_code == 200:
            self.crowd.must(answer.json()["contestant_id"] == self.id, "somebody else's session")

    async def start(self, key: str = "") -> None:
        headers = {"idempotency-key": key or uuid.uuid4().hex}
        path = f"/api/quiz/v1/contests/{self.crowd.contest}/attempts"
        answer = await self.crowd.ask(self.client, "POST", path, headers=headers)
        if answer.status_code == 201:
            self.papers[answer.json()["id"]] = answer.json()
            self.crowd.must(len(self.papers) <= TRIES, f"{len(self.papers)} papers of one person")

    async def start_twice(self) -> None:
        before, key = set(self.papers), uuid.uuid4().hex
        await asyncio.gather(self.start(key), self.start(key))
        self.crowd.must(len(set(self.papers) - before) <= 1, "one key started two papers")

    def _written(self, paper: dict[str, Any]) -> dict[str, Any]:
        chosen = {q["id"]: self.crowd.keys[q["id"]] for q in paper["questions"] if self.rng.random() < 0.9}
        paper["seq"] = paper.get("seq", 0) + 1
        return {"writer": paper["writer"], "seq": paper["seq"], "answers": chosen, "prediction": self.rng.randrange(99)}

    async def _write(self, method: str, what: str) -> tuple[str, httpx.Response] | None:
        if not self.papers:
            return None
        paper = self.rng.choice(list(self.papers.values()))
        headers = {"authorization": f"Bearer {paper['credential']}"}
        path = f"/api/quiz/v1/attempts/{paper['id']}/{what}"
        body = self._written(paper)
        return paper["id"], await self.crowd.ask(self.client, method, path, headers=headers, json=body)

    async def save(self) -> None:
        written = await self._write("PUT", "answers")
        if written is not None and written[1].status_code >= 400:
            over = slug_of(written[1]) == "attempt-over" and written[0] in self.receipts
            self.crowd.must(over or written[1].status_code == 503, f"a save was refused: {written[1].text[:200]}")

    async def submit(self) -> None:
        written = await self._write("POST", "submission")
        if written is not None and written[1].status_code == 200:
            receipt = written[1].json()["receipt"]
            self.crowd.must(self.receipts.setdefault(written[0], receipt) == receipt, "two receipts for one paper")

    async def pry(self) -> None:
        """Somebody else's paper and person, by their ids."""
        other = self.rng.choice(self.crowd.people)
        if other is self or not other.papers:
            return
        attempt = next(iter(other.papers))
        asks = [
            ("GET", f"/api/quiz/v1/attempts/{attempt}"), ("GET", f"/api/quiz/v1/attempts/{attempt}/receipt"),
            ("GET", f"/api/scoring/v1/contests/{self.crowd.contest}/attempts/{attempt}/answers"),
            ("GET", f"/api/registration/v1/contestants/{other.id}"),
            ("POST", f"/api/registration/v1/series/{self.crowd.contest}/contestants/{other.id}/exclusion"),
        ]  # fmt: skip
        method, path = self.rng.choice(asks)
        answer = await self.crowd.ask(self.client, method, path, json={"excluded": True, "reason": "phá"})
        self.crowd.must(
            answer.status_code in (401, 403, 404, 503), f"{method} {path} of somebody else: {answer.status_code}"
        )


TRIES = 2
ROLES = ("organiser", "unit_officer", "helpdesk", "auditor", "outsider")


class Colleague(Actor):
    """One member of staff; the outsider is an organiser of another series."""

    def __init__(self, crowd: Crowd, rng: Random, role: str) -> None:
        super().__init__(crowd, rng)
        self.role, self.series = role, f"/api/registration/v1/series/{crowd.contest}"
        unit = crowd.units[0] if role == "unit_officer" else None
        self.client = crowd.staff("organiser", series="other") if role == "outsider" else crowd.staff(role, unit)

    def deeds(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.list_people, self.read, self.exclude, self.move, self.log, self.invite, self.confirm]

    def _person(self) -> Person | None:
        known = [person for person in self.crowd.people if person.ids]
        return self.rng.choice(known) if known else None

    def _judge(self, answer: httpx.Response, allowed: bool, what: str) -> None:
        """Who may gets it, or is told why not now; who may not is refused for that."""
        refused = answer.status_code == 403 and slug_of(answer) in ("forbidden", "outside-your-unit")
        busy = answer.status_code == 503
        self.crowd.must(busy or refused != allowed, f"{what} as {self.role}: {answer.status_code} {answer.text[:120]}")

    async def list_people(self) -> None:
        unit = self.rng.choice(self.crowd.units)
        path = f"{self.series}/contestants"
        answer = await self.crowd.ask(self.client, "GET", path, params={"unit": unit, "limit": 20})
        inside = self.role == "unit_officer" and unit in self.crowd.subtree
        self._judge(answer, inside or self.role == "organiser", f"people of {unit}")

    async def read(self) -> None:
        if (person := self._person()) is None or person.moved:
            return
        answer = await self.crowd.ask(self.client, "GET", f"/api/registration/v1/contestants/{person.id}")
        if not person.moved:
            inside = self.role == "unit_officer" and person.unit in self.crowd.subtree
            self._judge(answer, inside or self.role == "organiser", f"somebody of {person.unit}")

    async def exclude(self) -> None:
        if (person := self._person()) is None:
            return
        body = {"excluded": self.rng.random() < 0.4, "reason": "nghi vấn"}
        path = f"{self.series}/contestants/{person.id}/exclusion"
        answer = await self.crowd.ask(self.client, "POST", path, json=body)
        self._judge(answer, self.role == "organiser", "an exclusion")

    async def move(self) -> None:
        if (person := self._person()) is None or not self.rng.random() < 0.3:
            return
        person.moved = person.moved or self.role == "organiser"
        body = {"unit_id": self.rng.choice(self.crowd.units), "category": "can-bo", "reason": "chọn nhầm"}
        answer = await self.crowd.ask(self.client, "POST", f"{self.series}/contestants/{person.id}/move", json=body)
        self._judge(answer, self.role == "organiser", "a move")

    async def log(self) -> None:
        service = self.rng.choice(("registration", "quiz", "scoring", "stats"))
        answer = await self.crowd.ask(self.client, "GET", f"/api/{service}/v1/audit-log", params={"limit": 5})
        self._judge(answer, self.role == "auditor", "the audit log")

    async def invite(self) -> None:
        body = {"role": "unit_officer", "series_id": self.crowd.contest, "unit_id": self.rng.choice(self.crowd.units)}
        headers = {"idempotency-key": uuid.uuid4().hex}
        path = "/api/registration/v1/staff/invitations"
        answer = await self.crowd.ask(self.client, "POST", path, json=body, headers=headers)
        below = body["unit_id"] in self.crowd.subtree - {self.crowd.units[0]}
        self._judge(
            answer,
            self.role == "organiser" or (self.role == "unit_officer" and below),
            f"an invitation for {body['unit_id']}",
        )

    async def confirm(self) -> None:
        path = "/api/registration/v1/confirmations"
        answer = await self.crowd.ask(self.client, "GET", path)
        if answer.status_code != 200 or not (waiting := answer.json()["requests"]):
            return
        request = self.rng.choice(waiting)
        yes = await self.crowd.ask(
            self.client, "POST", f"{path}/{request['id']}/yes", json={"digest": request["digest"]}
        )
        subject = self.client.headers["authorization"]
        own = request["asked_by"].partition(":")[2] in _subject(subject)
        self.crowd.must(not (own and yes.status_code == 200), "somebody confirmed what they asked for themselves")


def _subject(authorization: str) -> str:
    return str(jwt.decode(authorization.removeprefix("Bearer "), options={"verify_signature": False})["sub"])

"""A contest folder played through the four services at times of the contest's own, and people who take part in it."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from services.contracts.ids import contest_to_path
from services.folder import ContestFolder, to_wire
from services.runtime.access import Role
from tests.support.edge import rehearsed
from tests.support.registration import code, key
from tests.support.running import Running

PATIENCE = 60.0


@dataclass
class Stage:
    """The running services with one folder applied."""

    walk: Running
    folder: ContestFolder

    @property
    def series(self) -> str:
        return self.folder.rules[0].series_id

    async def ask(
        self, service: str, method: str, path: str, at: datetime, headers: dict[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        """One request that the gateway receives at `at` in the contest's time."""
        run_key = b64decode((self.walk.stores.folder / "secrets" / "rehearsal.key").read_text())
        sent = {"x-rehearsal-time": rehearsed(at, run_key), **(headers or {})}
        async with self.walk.client(service) as client:
            return await client.request(method, f"/api/{service}/v1{path}", headers=sent, **options)

    async def organise(self, service: str, method: str, path: str, at: datetime, body: Any) -> Any:
        headers = self.walk.headers[Role.ORGANISER] | {"content-type": "application/json"}
        answer = await self.ask(service, method, path, at, headers, content=msgspec.json.encode(body))
        assert answer.is_success, answer.text
        return answer.json()

    async def apply(self) -> None:
        """As `hoithi contest apply` does it, the day before the first contest opens."""
        at = self.folder.rules[0].opens - timedelta(days=1)
        units, contests = to_wire(self.folder)
        for contest, rules, bank in contests:
            path = f"/contests/{contest_to_path(contest)}"
            await self.organise("quiz", "PUT", path, at, {"rules": rules, "bank": bank})
        series = f"/series/{self.series}"
        await self.organise("registration", "PUT", f"{series}/units", at, {"units": units})
        names = ("name", "birth_date", "phone", "id_number")
        people = [{name: getattr(each, name) for name in names} for each in self.folder.excluded]
        await self.organise("registration", "PUT", f"{series}/not-eligible", at, {"people": people})
        last = max(rules.closes for rules in self.folder.rules)
        await self.until("registration", series, lambda told: datetime.fromisoformat(told["closes"]) >= last)

    async def until(self, service: str, path: str, holds: Callable[[Any], bool]) -> Any:
        """What the service answers once it holds; Kafka takes its time."""
        end = time.monotonic() + PATIENCE
        while True:
            answer = await self.ask(service, "GET", path, self.folder.rules[0].opens)
            if answer.status_code == 200 and holds(answer.json()):
                return answer.json()
            assert time.monotonic() < end, f"{path}: {answer.status_code} {answer.text[:2000]}"
            await asyncio.sleep(0.2)

    def right(self, question: str) -> list[str]:
        return list(next(each.correct for each in self.folder.bank.questions if each.id == question))

    async def enter(self, at: datetime, **about: Any) -> httpx.Response:
        consent = self.folder.rules[0].consent
        assert consent is not None
        body = {"code": code(), "consent": {"version": consent.version, "purposes": list(consent.needed)}, **about}
        return await self.ask("registration", "POST", f"/series/{self.series}/contestants", at, key(), json=body)

    async def join(self, at: datetime, **about: Any) -> Player:
        answer = await self.enter(at, **about)
        assert answer.status_code == 201, answer.text
        return Player(self, answer.json()["contestant_id"], answer.cookies["hoithi_session"])


@dataclass
class Player:
    """Somebody who entered the series."""

    stage: Stage
    id: str
    session: str
    paper: dict[str, Any] = field(default_factory=dict)

    @property
    def signed_in(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.session}"}

    async def renew(self, at: datetime) -> dict[str, Any]:
        """Asks who one is: rights that changed come with a new session."""
        answer = await self.stage.ask("registration", "GET", "/me", at, self.signed_in)
        assert answer.status_code == 200, answer.text
        self.session = answer.cookies.get("hoithi_session", self.session)
        told: dict[str, Any] = answer.json()
        return told

    async def start(self, contest: str, at: datetime) -> str:
        """ "" for a paper, else which refusal it is."""
        path = f"/contests/{contest_to_path(contest)}/attempts"
        answer = await self.stage.ask("quiz", "POST", path, at, self.signed_in | key())
        if answer.status_code != 201:
            return str(answer.json()["type"]).removeprefix("/problems/")
        self.paper = answer.json()
        return ""

    @property
    def questions(self) -> set[str]:
        return {question["id"] for question in self.paper["questions"]}

    async def submit(self, at: datetime, wrong: int = 0, **more: Any) -> httpx.Response:
        """Everything right but the first `wrong` questions, which stay without an answer."""
        chosen = {each: self.stage.right(each) for each in sorted(self.questions)[wrong:]}
        body = {"writer": self.paper["writer"], "seq": 1, "answers": chosen, **more}
        credential = {"authorization": f"Bearer {self.paper['credential']}"}
        return await self.stage.ask(
            "quiz", "POST", f"/attempts/{self.paper['id']}/submission", at, credential, json=body
        )

    async def results(self, contest: str, attempts: int, at: datetime) -> dict[str, Any]:
        """Own results once so many attempts are marked."""
        end = time.monotonic() + PATIENCE
        while True:
            path = f"/contests/{contest_to_path(contest)}/results"
            answer = await self.stage.ask("scoring", "GET", path, at, self.signed_in)
            told: dict[str, Any] = answer.json()
            if answer.status_code == 200 and len(told["attempts"]) == attempts:
                return told
            assert time.monotonic() < end, answer.text
            await asyncio.sleep(0.2)

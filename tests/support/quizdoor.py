"""Quiz's HTTP application on a real database, in this process: what a browser sees of it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from services.quiz import api
from services.runtime import http
from services.runtime.clock import to_ms
from services.runtime.edge import TimeSource
from services.runtime.fast import FastRoutes
from services.runtime.tokens import Tokens
from tests.support.papers import NOON, Room, room
from tests.support.stores import Stores

BASE = "/api/quiz/v1"


@dataclass
class Door:
    """`at` is when the gateway receives each request."""

    quiz: Room
    client: httpx.AsyncClient
    stores: Stores
    at: datetime = NOON

    @property
    def contest(self) -> str:
        return self.quiz.rules.id

    async def call(self, method: str, path: str, token: str = "", **options: Any) -> httpx.Response:
        headers = {"x-received-at": str(to_ms(self.at)), **options.pop("headers", {})}
        if token:
            headers["authorization"] = f"Bearer {token}"
        return await self.client.request(method, BASE + path, headers=headers, **options)

    def session(self, person: str = "", **claims: Any) -> str:
        """A contestant's session as registration signs it."""
        body = {"sub": person or str(uuid4()), "series": self.quiz.rules.series_id, "go": True, **claims}
        tokens = Tokens.load(self.stores.folder / "secrets", "registration")
        return tokens.sign("session", body, timedelta(days=30), datetime.now(UTC))

    def machine(self, *roles: str) -> str:
        tokens = Tokens.load(self.stores.folder / "secrets", "ops")
        return tokens.sign("machine", {"sub": "cli", "roles": roles}, timedelta(hours=1), datetime.now(UTC))

    async def start(self, session: str, key: str = "") -> httpx.Response:
        given = {"idempotency-key": key or secrets.token_hex(8)}
        return await self.call("POST", f"/contests/{self.contest}/attempts", session, headers=given)

    async def paper(self, session: str = "") -> dict[str, Any]:
        """A fresh paper: the whole answer to a start that was let in."""
        answer = await self.start(session or self.session())
        assert answer.status_code == 201, answer.text
        started: dict[str, Any] = answer.json()
        return started

    async def save(self, paper: dict[str, Any], option: str = "A", seq: int = 1, **changes: Any) -> httpx.Response:
        body = {**given(paper, option, seq), **changes}
        return await self.call("PUT", f"/attempts/{paper['id']}/answers", paper["credential"], json=body)

    async def submit(self, paper: dict[str, Any], option: str = "A", seq: int = 9, **changes: Any) -> httpx.Response:
        body = {**given(paper, option, seq), **changes}
        return await self.call("POST", f"/attempts/{paper['id']}/submission", paper["credential"], json=body)


def given(paper: dict[str, Any], option: str, seq: int) -> dict[str, Any]:
    """A body that answers every question of the paper."""
    return {"writer": paper["writer"], "seq": seq, "answers": {q["id"]: [option] for q in paper["questions"]}}


def slug(answer: httpx.Response) -> str:
    """Which refusal it is."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).removeprefix("/problems/")


@contextlib.asynccontextmanager
async def door(stores: Stores, *about: Any, **settings: Any) -> AsyncIterator[Door]:
    async with room(stores, *about, **settings) as quiz:
        parts = quiz.parts
        fast = FastRoutes(parts, api.fast)
        app: Any = http.EdgeMiddleware(
            http.build("quiz", api.routes, parts), parts, TimeSource(parts.clock, None), fast
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://quiz") as client:
            yield Door(quiz, client, stores)

"""What all actors share: the site, what was met, what went wrong."""

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
from typing import TYPE_CHECKING, Any

import httpx

from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from services.runtime.tokens import Tokens

if TYPE_CHECKING:
    from tests.support.crowd.somebody import Slip, Somebody

DOCUMENTED = set(re.findall(r"^\| `([a-z-]+)` \|", (ROOT / "docs" / "problems.md").read_text(), re.MULTILINE))
MET = {
    "phone-limit", "tries-exhausted", "attempt-over", "wrong-code", "forbidden", "outside-your-unit", "excluded",
    "session-over", "ticket-limit", "wrong-ticket", "slip-taken", "unknown-slip", "may-not-start",
    "a code by ticket", "an own code", "a slip used", "a slip taken back", "a guardian's later consent",
    "a guardian's consent withdrawn", "a school's mark", "a phone changed", "a phone released", "an export",
    "an erasure", "erasure-held", "a try given back", "a try more than the rules", "minutes given", "a unit merged", "a unit renamed",
    "may-not-enter", "a list that names people who are registered", "a correction", "a pairing given", "a device paired",
    "a consent withdrawn", "a start without a consent", "a consent given again",
}  # fmt: skip
"""Refusals and deeds that a crowd has to have met to have proved anything."""
TRIES = 2
LATE = 15.0
"""Seconds that quiz may take to hear of what registration decided, on a machine with other work."""
WRONG_SECRETS = 90
"""That the crowd types on purpose: it sits behind one address, whose answers come later and later."""


@dataclass
class Crowd:
    """A contest under way, and everything that its people and staff were told."""

    origin: str
    contest: str
    secrets: Path
    keys: dict[str, list[str]]
    units: list[str]
    subtree: set[str]
    """The units that the officer looks after; its first is the root."""
    people: list[Somebody] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    limited: set[str] = field(default_factory=set)
    """Members of staff who were told that they had given a day's worth of tickets."""
    released: set[str] = field(default_factory=set)
    """Contestants from whom the helpdesk may have taken their number, also before they heard that they were in."""
    merged: set[str] = field(default_factory=set)
    """Units that an organiser began to merge into another one."""
    erased: int = 0
    typed_wrong: int = 0
    began: float = 0.0
    span: tuple[float, float] = (0.0, 0.0)

    @property
    def series(self) -> str:
        return f"/api/registration/v1/series/{self.contest}"

    @property
    def over(self) -> bool:
        """After the shorter time where everything was met that should be, else after the longer one."""
        gone = time.monotonic() - self.began
        return gone > self.span[1] or (gone > self.span[0] and not self.missing)

    @property
    def missing(self) -> set[str]:
        """What the crowd must run into to have proved anything."""
        return (MET - set(self.told)) | ({"a thousand answers"} if self.told["ok"] < 1000 else set())

    def may_type_wrong(self) -> bool:
        self.typed_wrong += 1
        return self.typed_wrong <= WRONG_SECRETS

    def client(self, **headers: str) -> httpx.AsyncClient:
        # Without certificates, which each of hundreds of clients would read anew.
        headers = {"origin": self.origin, **headers}
        made = httpx.AsyncClient(base_url=self.origin, headers=headers, timeout=30, **PLAIN)
        self.clients.append(made)
        return made

    def staff(self, role: str, unit: str | None = None, series: str | None = None) -> tuple[str, httpx.AsyncClient]:
        """A member's id and a client that is signed in with the role."""
        member, grants = str(uuid.uuid4()), [[role, series or self.contest, unit]]
        claims = {"sub": member, "roles": [role], "grants": grants, "signed_in": int(time.time())}
        token = Tokens.load(self.secrets, "registration").sign("staff", claims, timedelta(hours=1), datetime.now(UTC))
        return member, self.client(authorization=f"Bearer {token}")

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

    def met(self, what: str) -> None:
        self.told[what] += 1


def slug_of(answer: httpx.Response) -> str:
    """The refusal's kind; empty for an answer that is none."""
    if answer.status_code < 400:
        return ""
    if answer.headers.get("content-type") != "application/problem+json":
        return f"no problem document ({answer.status_code})"
    return str(answer.json()["type"]).removeprefix("/problems/")


def fresh_key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


Deed = Callable[[], Awaitable[None]]


class Actor:
    """Does one thing after the other until the crowd has met everything."""

    def __init__(self, crowd: Crowd, rng: Random) -> None:
        self.crowd, self.rng = crowd, rng

    def deeds(self) -> list[Deed]:
        raise NotImplementedError

    async def live(self) -> None:
        while not self.crowd.over:
            with contextlib.suppress(httpx.TransportError):
                await self.rng.choice(self.deeds())()
            await asyncio.sleep(self.rng.random() * 0.2)

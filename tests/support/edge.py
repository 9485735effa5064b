"""A small service in memory: routes of the runtime's own kinds, tokens with every key, a clock that stands."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.runtime import http
from services.runtime.clock import Clock, to_ms
from services.runtime.edge import TimeSource
from services.runtime.tokens import Tokens, TrustedKey

NOW = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
ORIGIN = "http://localhost:8080"
RUN_KEY = b"the key of this run, 32 bytes...."
MAY = {"registration-1": ["session", "staff"], "quiz-1": ["attempt", "receipt"], "ops-1": ["machine"]}
KEYS = {kid: Ed25519PrivateKey.generate() for kid in MAY}
TRUSTED = {kid: TrustedKey(KEYS[kid].public_key(), frozenset(may)) for kid, may in MAY.items()}


def tokens(kid: str | None = None) -> Tokens:
    """A process's tokens; `kid` is its own key."""
    return Tokens(TRUSTED, (kid, KEYS[kid]) if kid else None)


def token(aud: Any, now: datetime = NOW, minutes: float = 10, **claims: Any) -> str:
    kid = next(kid for kid, may in MAY.items() if aud in may)
    return tokens(kid).sign(aud, {"sub": "someone", **claims}, timedelta(minutes=minutes), now)


class Standing(Clock):
    def now(self) -> datetime:
        return NOW


def application(routes: Sequence[Any], *, rehearsal: bool = False) -> Any:
    parts = SimpleNamespace(
        settings=SimpleNamespace(origin=ORIGIN), tokens=tokens(), clock=Standing(), not_ready=_ready, state={}
    )
    times = TimeSource(Standing(), RUN_KEY if rehearsal else None)
    return http.EdgeMiddleware(http.build("test", routes, parts), parts, times)  # type: ignore[arg-type]


async def _ready() -> list[str]:
    return []


def client(app: Any, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=headers)


def rehearsed(moment: datetime, key: bytes = RUN_KEY) -> str:
    text = str(to_ms(moment))
    return f"{text}.{hmac.new(key, text.encode(), sha256).hexdigest()}"

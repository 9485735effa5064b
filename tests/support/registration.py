"""Registration's HTTP application on a real database, with a clock that tests move."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.contracts.envelope import decode
from services.contracts.events import ContestDefined, Event
from services.contracts.rules import (
    AgeLimit,
    Category,
    ConsentRules,
    Group,
    Paper,
    RegistrationRules,
    Rules,
    Text,
)
from services.registration import api
from services.registration.desk import Desk, desk_of, open_desk
from services.registration.doorkeeper import Doorkeeper
from services.registration.repository import contests
from services.runtime import Parts, http
from services.runtime.clock import Clock
from services.runtime.database import open_pool
from services.runtime.edge import TimeSource
from services.runtime.fast import FastRoutes
from services.runtime.publisher import Publisher
from services.runtime.settings import Settings
from services.runtime.tokens import Tokens
from tests.support.consuming import until
from tests.support.stores import Stores

SERIES = "bg-thads-2023"
OPENS = datetime(2023, 8, 31, 17, tzinfo=UTC)
CLOSES = datetime(2023, 9, 30, 17, tzinfo=UTC)
NOON = datetime(2023, 9, 20, 5, tzinfo=UTC)
ORIGIN = "http://localhost:8080"
FIELDS = {
    "name": "required", "birth_date": "required", "unit": "required", "category": "required", "phone": "optional",
    "id_number": "optional",
}  # fmt: skip
RULES = Rules(
    id=SERIES, series_id=SERIES, title=Text("Tìm hiểu"), opens=OPENS, closes=CLOSES, paper=Paper(20, fixed=("c1",)),
    registration=RegistrationRules(
        fields=FIELDS,  # type: ignore[arg-type]
        categories=(Category("can-bo", Text("Cán bộ")), Category("hoc-sinh", Text("Học sinh"))),
        age=AgeLimit(at=OPENS.date(), from_years=14), guardian_under=16, phone_shared_by=5,
    ),
    consent=ConsentRules("2023-1", ("run_contest", "prevent_fraud", "remind"), ("run_contest", "prevent_fraud")),
    groups=(Group("can-bo", ("can-bo",)), Group("khac", otherwise=True)),
)  # fmt: skip
UNITS = [
    {"unit_id": "BG", "name": {"vi": "Tỉnh Bắc Giang"}},
    {"unit_id": "T-THADS", "name": {"vi": "Cục Thi hành án dân sự"}, "parent": "BG", "headcount": 158},
    {"unit_id": "T-THADS-CQ", "name": {"vi": "Cơ quan Cục"}, "parent": "T-THADS", "headcount": 38},
    {"unit_id": "H-VY", "name": {"vi": "Huyện Việt Yên"}, "parent": "BG"},
]


def code() -> str:
    return f"{secrets.randbelow(10**12):012}"


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Đỗ Thị Ứng", "birth_date": "1990-02-03", "unit_id": "T-THADS", "category": "can-bo",
        "consent": {"version": "2023-1", "purposes": ["run_contest", "prevent_fraud"]}, "code": code(), **changes,
    }  # fmt: skip


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


class StoppedClock(Clock):
    """Stands at `at` until a test moves it; the seconds of caches never pass by themselves."""

    def __init__(self, at: datetime) -> None:
        self.at, self.seconds = at, 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def pass_by(self, time: timedelta) -> None:
        self.at += time
        self.seconds += time.total_seconds()


@dataclass
class Front:
    """The service as its callers see it, and what stands behind."""

    parts: Parts
    app: Any
    clock: StoppedClock
    ops: Any
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return desk_of(self.parts)

    def client(self, address: str = "10.0.0.1", **headers: str) -> httpx.AsyncClient:
        """A browser of its own: cookies are kept, and sent with the right Origin."""
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://registration/api/registration/v1",
            headers={"origin": ORIGIN, "x-forwarded-for": f"1.2.3.4, {address}", **headers},
        )  # fmt: skip
        self.clients.append(made)
        return made

    def machine(self, *roles: str) -> httpx.AsyncClient:
        now = int(self.clock.at.timestamp())
        claims = {"sub": "cli", "aud": "machine", "iat": now, "exp": now + 3_000_000, "roles": roles}
        token = jwt.encode(claims, self.ops, algorithm="EdDSA", headers={"kid": "ops-1"})
        return self.client(authorization=f"Bearer {token}")

    async def define(self, rules: Rules = RULES, version: int = 1) -> None:
        async with self.parts.pool.acquire() as connection:
            await contests.keep(connection, [contest_defined(rules, version)])

    async def facts(self) -> list[Event]:
        """What waits in the outbox, oldest first."""
        rows = await self.parts.pool.fetch("select headers, payload from outbox order by id")
        return [event_of(row) for row in rows]

    async def log(self, action: str) -> list[Any]:
        return await self.parts.pool.fetch("select * from audit where action = $1 order by id", action)

    async def count(self, table: str) -> int:
        return int(await self.parts.pool.fetchval(f"select count(*) from {table}"))


@contextlib.asynccontextmanager
async def held_up(service: Front, table: str, request: Coroutine[Any, Any, httpx.Response]) -> AsyncIterator[Any]:
    """The request as a task that waits in the middle of its transaction, before it writes into `table`, until the
    block ends."""
    async with service.parts.pool.acquire() as connection, connection.transaction():
        await connection.execute(f"lock table {table} in share mode")
        task = asyncio.create_task(request)

        async def waits() -> bool:
            waiting = "select exists (select from pg_locks where relation = $1::text::regclass and not granted)"
            return bool(await connection.fetchval(waiting, table))

        await until(waits, 10)
        yield task


def event_of(row: Any) -> Event:
    headers = [
        (name, value.encode()) for name, value in msgspec.json.decode(row["headers"], type=list[tuple[str, str]])
    ]
    return decode(row["payload"], headers)[0]


def contest_defined(rules: Rules, version: int = 1) -> ContestDefined:
    return ContestDefined(
        version=version, time=OPENS, recorded_at=OPENS, contest_id=rules.id, series_id=rules.series_id, rules=rules,
        bank_version=1,
    )  # fmt: skip


def claims_of(response: httpx.Response, name: str = "hoithi_session") -> dict[str, Any]:
    """What the cookie that was just set says."""
    found: dict[str, Any] = jwt.decode(response.cookies[name], options={"verify_signature": False})
    return found


@contextlib.asynccontextmanager
async def front(stores: Stores, beside: Front | None = None, **settings: Any) -> AsyncIterator[Front]:
    """A fresh database with one contest and a small tree of units, and the application in front of it.

    `beside`: a second replica on the database of the first.
    """
    given = (
        beside.parts.settings
        if beside
        else stores.settings("registration", stores.new_database("registration"), **settings)
    )
    parts = Parts(
        given, await open_pool(given), StoppedClock(NOON), Tokens.load(given.secrets_dir, "registration"),
        Publisher(given.kafka, "registration"),
    )  # fmt: skip
    await open_desk(parts)
    app = http.EdgeMiddleware(
        http.build("registration", api.routes, parts), parts, TimeSource(parts.clock, None), FastRoutes(parts, api.fast)
    )
    ops = load_pem_private_key((given.secrets_dir / "ops.ed25519").read_bytes(), None)
    assert isinstance(parts.clock, StoppedClock)
    made = Front(parts, app, parts.clock, ops)
    try:
        if beside is None:
            await _furnish(made)
        yield made
    finally:
        for client in made.clients:
            await client.aclose()
        await parts.pool.close()


@contextlib.asynccontextmanager
async def hasty_front(stores: Stores) -> AsyncIterator[Front]:
    """A front that does not pause after a wrong code."""

    async def at_once(_: float) -> None: ...

    async with front(stores) as made:
        object.__setattr__(made.desk, "doorkeeper", Doorkeeper(made.parts, at_once))
        yield made


async def _furnish(made: Front) -> None:
    await made.define()
    answer = await made.machine("operator").put(f"/series/{SERIES}/units", json={"units": UNITS})
    assert answer.status_code == 200, answer.text
    await made.parts.pool.execute("delete from outbox")


def process_environment(settings: Settings, port: int) -> dict[str, str]:
    """What `python -m services.registration` is told."""
    return {
        "HOITHI_DATABASE_URL": settings.database_url, "HOITHI_KAFKA": settings.kafka, "HOITHI_HTTP_PORT": str(port),
        "HOITHI_SECRETS_DIR": str(settings.secrets_dir), "HOITHI_PUBLIC_DIR": str(settings.public_dir),
        "HOITHI_GROUP_SUFFIX": settings.group_suffix, "HOITHI_ORIGIN": ORIGIN,
    }  # fmt: skip


def real_machine(stores: Stores, *roles: str) -> dict[str, str]:
    key_ = load_pem_private_key((stores.folder / "secrets" / "ops.ed25519").read_bytes(), None)
    now = int(time.time())
    claims = {"sub": "cli", "aud": "machine", "iat": now, "exp": now + 600, "roles": roles}
    token = jwt.encode(claims, key_, algorithm="EdDSA", headers={"kid": "ops-1"})  # type: ignore[arg-type]
    return {"authorization": f"Bearer {token}"}

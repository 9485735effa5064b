"""The four services as processes in rehearsal mode, a contest in them, and a caller for every role."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
import uuid
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from deploy.local.processes import free_port
from services.cli.reference import SERVICES
from services.contracts.rules import AgeLimit, DrawStep, Paper, Prediction, Rules, Text
from services.runtime.access import Role
from tests.support.edge import rehearsed
from tests.support.papers import bank
from tests.support.registration import ORIGIN, RULES, UNITS, form, key, real_machine
from tests.support.stores import Stores

GIVEN = (Role.UNIT_OFFICER, Role.HELPDESK, Role.ORGANISER, Role.OPERATOR, Role.AUDITOR)


@dataclass
class Running:
    """`headers[role]` is what a caller of that role sends; `ids` fill the paths."""

    stores: Stores
    contest: str
    ports: dict[str, int] = field(default_factory=dict)
    databases: dict[str, str] = field(default_factory=dict)
    """Address of each service's database."""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    headers: dict[Role, dict[str, str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def client(self, service: str, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url(service), timeout=30, **options, **PLAIN)

    def log(self, service: str) -> str:
        return (self.stores.folder / "logs" / f"walk-{service}.log").read_text()


@contextlib.asynccontextmanager
async def running(stores: Stores) -> AsyncIterator[Running]:
    made = Running(stores, f"walk-{uuid.uuid4().hex[:6]}")
    try:
        await asyncio.gather(*(_start(made, service) for service in SERVICES))
        await _furnish(made)
        yield made
    finally:
        for process in made.processes.values():
            process.terminate()
        for process in made.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, 20)
            process.kill()


async def _start(made: Running, service: str) -> None:
    settings = made.stores.settings(service, await asyncio.to_thread(made.stores.new_database, service))
    made.ports[service], made.databases[service] = free_port(), settings.database_url
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "HOITHI_DATABASE_URL": settings.database_url,
        "HOITHI_KAFKA": settings.kafka, "HOITHI_HTTP_PORT": str(made.ports[service]), "HOITHI_REHEARSAL": "1",
        "HOITHI_SECRETS_DIR": str(settings.secrets_dir), "HOITHI_PUBLIC_DIR": str(settings.public_dir),
        "HOITHI_GROUP_SUFFIX": settings.group_suffix, "HOITHI_ORIGIN": ORIGIN, "HOITHI_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    log = made.stores.folder / "logs" / f"walk-{service}.log"
    with log.open("wb") as file:
        made.processes[service] = subprocess.Popen(  # noqa: ASYNC220 (it returns at once)
            [sys.executable, "-m", f"services.{service}"], env=environment, stderr=file, stdout=file, cwd=ROOT
        )
    await _until(made, service, "/health/ready", {}, 200)


async def _until(made: Running, service: str, path: str, headers: dict[str, str], status: int) -> None:
    end = time.monotonic() + 90
    async with made.client(service) as client:
        while time.monotonic() < end:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(path, headers=headers)).status_code == status:
                    return
            assert made.processes[service].poll() is None, made.log(service)
            await asyncio.sleep(0.2)
    raise AssertionError(f"{service}: {path} is not {status}; its log ends with\n{made.log(service)[-2000:]}")


def rules_of(contest: str) -> Rules:
    """Of a contest that is open since yesterday, until tomorrow."""
    now = datetime.now(UTC)
    return msgspec.structs.replace(
        RULES, id=contest, series_id=contest, opens=now - timedelta(days=1), closes=now + timedelta(days=1),
        paper=Paper(minutes=20, draw=(DrawStep(2, topic="t0"), DrawStep(1, topic="t1"))),
        prediction=Prediction(Text("Bao nhiêu?"), "perfect_attempts"),
        registration=msgspec.structs.replace(RULES.registration, age=AgeLimit(at=now.date(), from_years=14)),
    )  # fmt: skip


async def _furnish(made: Running) -> None:
    """A contest that every service knows, a person who entered it, and an open paper."""
    now = datetime.now(UTC)
    rules = rules_of(made.contest)
    made.headers = {role: real_machine(made.stores, role.value) for role in GIVEN}
    run_key = b64decode((made.stores.folder / "secrets" / "rehearsal.key").read_text())
    made.headers[Role.REHEARSAL] = {"x-rehearsal-time": rehearsed(now, run_key)}
    made.headers[Role.ANYONE] = {}
    organiser = made.headers[Role.ORGANISER]
    async with made.client("quiz") as quiz, made.client("registration") as registration:
        body = msgspec.json.encode({"rules": rules, "bank": bank()})
        json = {"content-type": "application/json"}
        _ok(await quiz.put(f"/api/quiz/v1/contests/{made.contest}", content=body, headers=organiser | json))
        await _until(made, "registration", f"/api/registration/v1/series/{made.contest}", {}, 200)
        await _until(made, "stats", f"/api/stats/v1/contests/{made.contest}", {}, 200)
        series = f"/api/registration/v1/series/{made.contest}"
        _ok(await registration.put(f"{series}/units", json={"units": UNITS}, headers=organiser))
        entered = _ok(await registration.post(f"{series}/contestants", json=form(), headers=key()))
        made.headers[Role.CONTESTANT] = {"authorization": f"Bearer {entered.cookies['hoithi_session']}"}
        started = _ok(
            await quiz.post(
                f"/api/quiz/v1/contests/{made.contest}/attempts", headers=made.headers[Role.CONTESTANT] | key()
            )
        )
    paper = started.json()
    made.headers[Role.ATTEMPT] = {"authorization": f"Bearer {paper['credential']}"}
    contestant = next(value for name, value in entered.json().items() if name in ("id", "contestant_id"))
    made.ids = {
        "contest": made.contest, "series": made.contest, "attempt": paper["id"], "contestant": contestant,
        "unit": "T-THADS", "purpose": "remind", "request_id": str(uuid.uuid4()),
        "dispute": str(uuid.uuid4()), "kind": "flag", "slip": str(uuid.uuid4()),
        "staff_id": str(uuid.uuid4()), "invitation": str(uuid.uuid4()),
    }  # fmt: skip


def _ok(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code in (200, 201), answer.text
    return answer

"""The real process: without Kafka everything goes on, and when it is there every fact arrives."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pyotp
import pytest
from aiokafka import AIOKafkaConsumer

from deploy.local.plain import PLAIN
from deploy.local.processes import free_port
from services.contracts.envelope import BadRecord, decode
from services.contracts.events import ContestantRegistered, Event, UnitDefined
from services.runtime.outbox import Outgoing
from services.runtime.publisher import Publisher
from services.runtime.settings import Settings
from tests.support.registration import (
    ORIGIN,
    RULES,
    UNITS,
    contest_defined,
    form,
    key,
    process_environment,
    real_machine,
)
from tests.support.stores import Stores

SERIES = f"process-{int(time.time())}"
NOW = datetime.now(UTC)
LIVE = msgspec.structs.replace(
    RULES, id=SERIES, series_id=SERIES, opens=NOW - timedelta(days=1), closes=NOW + timedelta(days=1)
)
Start = Callable[[Settings], "subprocess.Popen[bytes]"]


@pytest.fixture
async def port() -> int:
    return free_port()


@pytest.fixture
async def start(port: int) -> AsyncIterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def spawn(settings: Settings) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **process_environment(settings, port)}
        running.append(subprocess.Popen([sys.executable, "-m", "services.registration"], env=environment))
        return running[-1]

    yield spawn
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def client(stores: Stores, port: int, *roles: str) -> httpx.AsyncClient:
    headers = real_machine(stores, *roles) if roles else {"origin": ORIGIN}
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/registration/v1", headers=headers, **PLAIN)


async def until(what: Callable[[], Any], seconds: float = 60) -> Any:
    """Waits for `what()` (awaited) to give something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := await what():
                return found
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("it never happened")


async def ready(http: httpx.AsyncClient) -> bool:
    return (await http.get("http://" + http.base_url.netloc.decode() + "/health/ready")).status_code == 200


async def read(stores: Stores, topic: str, wanted: Callable[[Event], bool], count: int) -> list[Event]:
    """The first `count` facts of a topic that are wanted, each once: a relay that ends may have told some twice (rule 2)."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=stores.kafka.address, auto_offset_reset="earliest")
    await consumer.start()
    found: list[Event] = []
    try:
        async with asyncio.timeout(60):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=300)).values():
                    for record in records:
                        with contextlib.suppress(BadRecord):  # other tests plant what cannot be read
                            event, _ = decode(record.value, record.headers)
                            found += [event] if wanted(event) and event not in found else []
    finally:
        await consumer.stop()
    return found


async def test_without_kafka_people_register_and_sign_in_and_afterwards_every_fact_arrives(
    stores: Stores, port: int, start: Start
) -> None:
    with_kafka = stores.settings("registration", stores.new_database("registration"))
    await _define_series(stores)
    process = start(with_kafka)
    await _import_units(stores, port)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 60) in (0, -signal.SIGTERM)

    process = start(with_kafka.model_copy(update={"kafka": "127.0.0.1:9"}))
    people = await _register_and_sign_in(stores, port)
    process.kill()
    process.wait()

    start(with_kafka)
    facts = await read(stores, "registrations", lambda fact: getattr(fact, "series_id", "") == SERIES, len(people))
    assert all(isinstance(fact, ContestantRegistered) for fact in facts)
    assert {fact.subject for fact in facts} == people
    units = await read(stores, "units", lambda fact: getattr(fact, "series_id", "") == SERIES, len(UNITS))
    assert [unit.unit_id for unit in units if isinstance(unit, UnitDefined)] == [unit["unit_id"] for unit in UNITS]


async def _define_series(stores: Stores) -> None:
    publisher = Publisher(stores.kafka.address, "quiz")
    await publisher.publish([Outgoing(contest_defined(LIVE))])
    await publisher.stop()


async def _import_units(stores: Stores, port: int) -> None:
    async with client(stores, port, "operator") as operator:
        await until(lambda: ready(operator))
        await until(lambda: _is_known(operator))
        assert (await operator.put(f"/series/{SERIES}/units", json={"units": UNITS})).status_code == 200


async def _register_and_sign_in(stores: Stores, port: int) -> set[str]:
    """Ids of the people entered."""
    async with client(stores, port) as anyone:
        await until(lambda: ready(anyone))
        bodies = [form() for _ in range(20)]
        answers = [await anyone.post(f"/series/{SERIES}/contestants", json=body, headers=key()) for body in bodies]
        assert {answer.status_code for answer in answers} == {201}
        for answer, body in zip(answers, bodies, strict=True):
            login = {"series_id": SERIES, "login": answer.json()["number"], "code": body["code"]}
            assert (await anyone.post("/sessions", json=login)).status_code == 201
            assert (await anyone.get("/me")).json()["contestant_id"] == answer.json()["contestant_id"]
        await _staff_come_in(stores, port)
    return {answer.json()["contestant_id"] for answer in answers}


async def _is_known(http: httpx.AsyncClient) -> bool:
    return (await http.get(f"/series/{SERIES}")).status_code == 200


async def _staff_come_in(stores: Stores, port: int) -> None:
    async with client(stores, port, "organiser") as operator, client(stores, port) as somebody:
        asked = {"series_id": SERIES, "role": "organiser"}
        invited = (await operator.post("/staff/invitations", json=asked, headers=key())).json()
        token = invited["link"].partition("#")[2]
        opened = (await somebody.post("/staff/invitations/open", json={"token": token})).json()
        totp = pyotp.TOTP(opened["second_factor"]["secret"]).now()
        taken = {"token": token, "login": "without.kafka", "password": "một mật khẩu đủ dài", "totp": totp}
        assert (await somebody.post("/staff/invitations/accept", json=taken)).status_code == 201
        assert (await somebody.get("/staff/me")).status_code == 200

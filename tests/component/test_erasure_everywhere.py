"""A person asks for everything that is known, then to be erased: through four services, real Kafka and PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.local.plain import PLAIN
from services.cli import person as command
from services.cli.reference import SERVICES
from services.contracts.topics import TOPICS
from services.runtime.access import Role
from services.runtime.export import page
from tests.support.neighbours import neighbours
from tests.support.registration import code, form, key
from tests.support.running import Running
from tests.support.stores import Stores

NAME, GUARDIAN = "Nguyễn Thị Xoá Sạch", "Phạm Văn Giám Hộ"
PHONE, GUARDIAN_PHONE, ID_NUMBER, BORN = "0917283645", "0986754231", "024093778899", "2011-11-27"


class Someone:
    """A child with a guardian who has written a paper, and everything by which they could be found."""

    def __init__(self, walk: Running) -> None:
        self.walk, self.code, self.new_code = walk, code(), code()
        self.id = self.number = ""
        self.session: dict[str, str] = {}

    async def take_part(self) -> None:
        body = form(
            name=NAME, birth_date=BORN, category="hoc-sinh", phone=PHONE, id_number=ID_NUMBER, code=self.code,
            guardian={"name": GUARDIAN, "phone": GUARDIAN_PHONE},
        )  # fmt: skip
        entered = await self.call("registration", "POST", f"series/{self.walk.contest}/contestants", json=body)
        self.id, self.number = entered.json()["contestant_id"], entered.json()["number"]
        self.session = {"authorization": f"Bearer {entered.cookies['hoithi_session']}"}
        started = (await self.call("quiz", "POST", f"contests/{self.walk.contest}/attempts")).json()
        credential = {"authorization": f"Bearer {started['credential']}"}
        save = {"writer": 1, "seq": 1, "answers": {q["id"]: ["A"] for q in started["questions"]}, "prediction": 7}
        await self.call("quiz", "POST", f"attempts/{started['id']}/submission", credential, json=save)

    async def call(
        self, service: str, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> Any:
        async with self.walk.client(service) as client:
            answer = await client.request(
                method, f"/api/{service}/v1/{path}", headers={**(headers or self.session), **key()}, **options
            )
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer

    async def exported(self, by: dict[str, str] | None = None) -> dict[str, Any]:
        """service -> its part, as an organiser reads it (`by` None: as the person does)."""
        path = "me/export" if by is None else f"series/{self.walk.contest}/contestants/{self.id}/export"
        return {service: (await self.call(service, "GET", path, by)).json() for service in SERVICES}

    @property
    def needles(self) -> list[str]:
        """Everything personal, in the forms in which it may stand somewhere."""
        return [
            NAME, NAME.casefold(), GUARDIAN, PHONE[1:], GUARDIAN_PHONE[1:], ID_NUMBER, BORN, self.code, self.new_code,
            self.number,
        ]  # fmt: skip


async def counted(walk: Running) -> dict[str, int]:
    async with walk.client("stats") as client:
        found = (await client.get("/api/stats/v1/audit", headers=walk.headers[Role.AUDITOR])).json()
    counts: dict[str, int] = found["contests"][walk.contest]["counts"]
    return counts


async def until(what: Any, wanted: Any) -> None:
    end = time.monotonic() + 30
    while (found := await what()) != wanted:
        assert time.monotonic() < end, found
        await asyncio.sleep(0.2)


async def rows(walk: Running, service: str) -> Iterator[str]:
    """Every row of every table of a service, as text."""
    url = walk.databases[service]
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname !~ '^pg_|information_schema'"
        )
        found = [
            f"{service}.{table[0]}: {row[0]}"
            for table in tables
            for row in await connection.fetch(f"select to_jsonb(t)::text from {table[0]} t")
        ]
    finally:
        await connection.close()
    return iter(found)


async def records(stores: Stores) -> AsyncIterator[str]:
    """Every record of every topic: key, headers and value."""
    consumer = AIOKafkaConsumer(bootstrap_servers=stores.kafka.address)
    await consumer.start()
    try:
        places = [TopicPartition(topic, n) for topic, spec in TOPICS.items() for n in range(spec.partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for place, batch in (await consumer.getmany(*places, timeout_ms=500)).items():
                for record in batch:
                    yield f"{place.topic}: {record.key!r} {record.headers} {(record.value or b'').decode()}"
    finally:
        await consumer.stop()


def files(folder: Path) -> Iterator[str]:
    """Logs, Kafka's segments, public files, keys: all but PostgreSQL's own pages, which are read as rows."""
    for file in folder.rglob("*"):
        # Kafka's indexes are long, and hold numbers only.
        if "postgres" in file.relative_to(folder).parts[0] or file.suffix in (".index", ".timeindex"):
            continue
        # A checkpoint or public file that was replaced meanwhile lies under its own name.
        with suppress(FileNotFoundError, IsADirectoryError):
            yield f"{file}: {file.read_bytes().decode('utf-8', 'replace')}"


async def found_in(walk: Running, needles: list[str]) -> list[str]:
    texts = [text for service in SERVICES for text in await rows(walk, service)]
    texts += [text async for text in records(walk.stores)]
    texts += files(walk.stores.folder)
    assert len(texts) > 100, "nothing was searched"
    # A hex or base64 of a secret would be a way to keep it, too.
    wanted = {form_ for needle in needles for form_ in (needle, needle.encode().hex(), json.dumps(needle)[1:-1])}
    return [f"{needle} in {text[:160]}" for text in texts for needle in wanted if needle in text]


async def test_everything_is_told_then_erased_everywhere_and_only_the_attempt_stays(walk: Running) -> None:
    who, organiser = Someone(walk), walk.headers[Role.ORGANISER]

    async def somebody_is_there() -> bool:
        return (await counted(walk))["registrants"] > 0

    await until(somebody_is_there, True)
    before = await counted(walk)
    await who.take_part()
    took_part = {
        "registrants": before["registrants"] + 1, "participants": before["participants"] + 1,
        "attempts": before["attempts"] + 1,
    }  # fmt: skip

    async def numbers() -> dict[str, int]:
        now = await counted(walk)
        return {name: now[name] for name in took_part}

    await until(numbers, took_part)

    own, theirs = await who.exported(), await who.exported(organiser)
    assert own["quiz"]["records"]["attempts"] == theirs["quiz"]["records"]["attempts"]
    [told] = own["registration"]["records"]["person"]
    assert (told["name"], told["phone"], told["id_number"], told["birth_date"]) == (
        NAME,
        "+84917283645",
        ID_NUMBER,
        BORN,
    )
    assert own["registration"]["records"]["guardians"][0]["phone"] == "+84986754231"
    assert len(own["registration"]["records"]["consents"]) == 2
    assert len(own["quiz"]["records"]["attempts"][0]["answers"]) == 3
    assert len(own["scoring"]["records"]["scores"]) == len(own["stats"]["records"]["facts"]) == 1
    read = (await who.call("registration", "GET", "me/export/page")).text
    assert all(word in read for word in (NAME, GUARDIAN, "+84917283645", "Sự đồng ý"))
    assert await found_in(walk, [NAME]), "the search finds what is there"

    await who.call("registration", "PUT", "me/code", json={"code": who.new_code})
    signed_in = {"series_id": walk.contest, "login": who.number, "code": who.new_code}
    answer = await who.call("registration", "POST", "sessions", {}, json=signed_in)
    who.session = {"authorization": f"Bearer {answer.cookies['hoithi_session']}"}
    first = (await who.call("registration", "POST", "me/erasure", json={"code": who.new_code})).json()
    again = (await who.call("registration", "POST", "me/erasure", json={"code": who.new_code})).json()
    path = f"series/{walk.contest}/contestants/{who.id}/erasure"
    by_organiser = (await who.call("registration", "POST", path, organiser, json={"reason": "đơn yêu cầu"})).json()
    assert first == again == by_organiser

    async def heard() -> set[bool]:
        return {part["erased"] for part in (await who.exported(organiser)).values()}

    await until(heard, {True})
    await until(numbers, {**took_part, "registrants": before["registrants"], "participants": before["participants"]})
    after = await who.exported(organiser)
    assert after["registration"]["records"]["person"] == []
    assert len(after["quiz"]["records"]["attempts"]) == 1, "it stays, and belongs to nobody"

    assert await found_in(walk, who.needles) == []
    for service in SERVICES:
        async with walk.client(service) as client:
            refused = await client.get(f"/api/{service}/v1/me/export", headers=who.session)
        assert refused.status_code == 401, service
    async with walk.client("registration") as client:
        assert (await client.post("/api/registration/v1/sessions", json=signed_in)).status_code == 401


async def test_organisers_of_another_series_are_told_by_no_service_that_somebody_is_there(walk: Running) -> None:
    beside, machine = await neighbours(walk), walk.headers[Role.ORGANISER]
    organiser, there, who = beside.staff(Role.ORGANISER), beside.other["series"], beside.other["contestant"]

    async def ask(service: str, method: str, path: str, by: dict[str, str], **options: Any) -> Any:
        async with walk.client(service) as client:
            return await client.request(method, f"/api/{service}/v1/{path}", headers={**by, **key()}, **options)

    why = {"reason": "máy bị hỏng"}
    given = await ask("quiz", "POST", f"contests/{there}/contestants/{who}/tries", machine, json=why)
    excluded = {**why, "excluded": True}
    put_out = await ask("registration", "POST", f"series/{there}/contestants/{who}/exclusion", machine, json=excluded)
    assert (given.is_success, put_out.is_success) == (True, True), (given.text, put_out.text)

    async def rights_known() -> bool:
        told = (await ask("scoring", "GET", f"series/{there}/contestants/{who}/export", machine)).json()
        return bool(told["records"]["rights"][0]["excluded"])

    await until(rights_known, True)
    own = (await ask("quiz", "GET", f"series/{there}/contestants/{who}/export", machine)).json()
    assert [entry["reason"] for entry in own["records"]["log"]] == ["máy bị hỏng"]
    for service in SERVICES:
        for form_ in ("export", "export/page"):
            path = f"series/{walk.contest}/contestants/{who}/{form_}"
            for by in (organiser, machine):
                answer = await ask(service, "GET", path, by)
                assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-contestant"), service


async def test_of_who_is_nobody_registration_knows_it_and_who_hears_over_kafka_may_not_have_heard_yet(
    walk: Running,
) -> None:
    path = f"series/{walk.contest}/contestants/{uuid.uuid4()}/export"
    for service in SERVICES:
        async with walk.client(service) as client:
            answer = await client.get(f"/api/{service}/v1/{path}", headers=walk.headers[Role.ORGANISER])
        if service == "registration":
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-contestant")
        else:
            told = answer.json()
            # But for the log, which says that this was read.
            rows = [row for name, rows in told["records"].items() if name != "log" for row in rows]
            known = [row for row in rows if any(value is not None for value in row.values())]
            assert (answer.status_code, told["erased"], known) == (200, False, []), service


def test_the_command_puts_the_parts_of_all_services_together(walk: Running) -> None:
    class Direct:
        """Calls each service by itself, as the gateway would."""

        def get(self, path: str) -> Any:
            import httpx

            service = path.split("/")[2]
            answer = httpx.get(walk.url(service) + path, headers=walk.headers[Role.ORGANISER], **PLAIN)
            assert answer.status_code == 200, answer.text
            return answer.json()

    parts = command.collected(Direct(), walk.ids["contestant"], walk.contest)  # type: ignore[arg-type]
    assert [part.service for part in parts] == list(SERVICES)
    text = page(walk.ids["contestant"], parts)
    assert text.startswith("<!doctype html>")
    assert all(word in text for word in ("Đăng ký", "Bài thi", "Chấm điểm", "Thống kê", "Đỗ Thị Ứng"))
    assert command.spread(Direct(), walk.ids["contestant"], walk.contest, wait=0) == list(SERVICES)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '"><img src=x>'])
def test_a_page_shows_what_is_stored_as_text_and_never_as_markup(value: str) -> None:
    from services.runtime.export import Export

    text = page(value, [Export("registration", value, False, {"person": [{value: value}]})])
    assert value not in text

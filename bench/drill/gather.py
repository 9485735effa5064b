"""Reads what was left: rows of the four databases, whole topics, the public numbers. Nothing of the services is used."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer

from bench.drill.world import Paper, Public, Score, Submission, Terms, World

PUBLISHED_WITHIN = 15.0
"""Seconds in which a stored count must stand in the public numbers; stats publishes once a second."""


class Places(Mapping[str, Any]):
    """Where to look: `socket` and `port` of PostgreSQL, `kafka` (host:port), `origin`, `secrets`."""

    def __init__(self, **places: Any) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Any:
        return self._places[name]

    def __iter__(self) -> Any:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


async def gather(places: Places, terms: Terms) -> World:
    """Everything but the audit."""
    quiz, closed = await _papers(places, terms.contest)
    submissions = [
        _submission(each) for each in await _topic(places, "attempts", "attempt.submitted.v1", terms.contest)
    ]
    scorings = [
        Score(each["attempt_id"], each["version"], each["right"], each["perfect"])
        for each in await _topic(places, "scores", "attempt.scored.v1", terms.contest)
    ]
    counted = await _counted(places, terms.contest)
    return World(
        terms, quiz, await _registered(places, terms.contest), await _scores(places, terms.contest), counted, submissions,
        scorings, await _public(places, terms.contest, len(counted)), closed, _receipt_keys(places["secrets"]),
    )  # fmt: skip


async def _rows(places: Places, database: str, query: str, *values: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(
        host=str(places["socket"]), port=places["port"], user="postgres", database=database, timeout=30
    )
    try:
        return await connection.fetch(query, *values)
    finally:
        await connection.close()


async def _papers(places: Places, contest: str) -> tuple[list[Paper], int | None]:
    rows = await _rows(places, "quiz", "select * from attempts where contest_id = $1", contest)
    closed = await _rows(places, "quiz", "select closed_attempts from contests where contest_id = $1", contest)
    return [_paper(row) for row in rows], closed[0][0] if closed else None


def _paper(row: asyncpg.Record) -> Paper:
    stored = json.loads(row["answers"])
    guess = stored.pop("", [0, None])[1]
    return Paper(
        str(row["contestant_id"]), str(row["attempt_id"]), row["ordinal"], row["start_key"], row["state"], row["how"],
        row["started_at"].timestamp(), row["ends_at"].timestamp(), _seconds(row["submitted_at"]),
        _seconds(row["received_at"]), list(row["questions"]),
        {question: sorted(chosen) for question, (_, chosen) in stored.items() if chosen}, guess,
        None if row["receipt"] is None else bytes(row["receipt"]).decode(),
    )  # fmt: skip


def _seconds(moment: Any) -> float | None:
    return None if moment is None else float(moment.timestamp())


async def _registered(places: Places, series: str) -> list[str]:
    return [
        str(row[0])
        for row in await _rows(places, "registration", "select id from contestants where series_id = $1", series)
    ]


async def _scores(places: Places, contest: str) -> list[Score]:
    query = "select attempt_id, version, right_answers, perfect from scores where contest_id = $1"
    return [Score(*row) for row in await _rows(places, "scoring", query, contest)]


async def _counted(places: Places, contest: str) -> list[str]:
    return [
        str(row[0])
        for row in await _rows(places, "stats", "select attempt_id from stats.facts where contest_id = $1", contest)
    ]


async def _topic(places: Places, topic: str, kind: str, contest: str) -> list[dict[str, Any]]:
    """Every record of the contest, from the first on."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=places["kafka"],
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
    )
    await consumer.start()
    found: list[dict[str, Any]] = []
    try:
        partitions = sorted(consumer.assignment())
        assert partitions, f"the topic {topic} has no partitions"
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                of_kind = (record for record in records if dict(record.headers).get("ce_type") == kind.encode())
                found += [says for record in of_kind if (says := json.loads(record.value))["contest_id"] == contest]
    finally:
        await consumer.stop()
    return found


def _submission(says: Mapping[str, Any]) -> Submission:
    answers = {question: sorted(chosen) for question, chosen in says["answers"].items() if chosen}
    return Submission(says["attempt_id"], says["version"], answers, says.get("prediction"))


async def _public(places: Places, contest: str, attempts: int) -> Public:
    """As soon as it shows that many attempts, or what it shows after PUBLISHED_WITHIN."""
    deadline = monotonic() + PUBLISHED_WITHIN
    async with httpx.AsyncClient(base_url=places["origin"], timeout=30) as client:
        while True:
            answer = await client.get(f"/api/stats/v1/contests/{contest}")
            counts = answer.raise_for_status().json()["contest"]["counts"]
            if counts.get("attempts") == attempts or monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
    return Public(*(counts.get(name) for name in ("registrants", "participants", "attempts", "valid", "perfect")))


def _receipt_keys(secrets: Path) -> dict[str, str]:
    entries = json.loads((secrets / "trusted.json").read_text())
    keys = {kid: entry["x"] for kid, entry in entries.items() if "receipt" in entry["may"]}
    assert all(len(urlsafe_b64decode(key + "=")) == 32 for key in keys.values())
    return keys

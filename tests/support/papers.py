"""Quiz in one process on a real database: contests, people and papers for its tests."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
from asyncpg import Record

from services.contracts.rules import DrawStep, Paper, Prediction, Rules, Text, Tries
from services.folder import Bank, Option, Question
from services.quiz.domain.answers import Save
from services.quiz.importing import Importer, Incoming
from services.quiz.repository import Key
from services.quiz.starting import Starter
from services.quiz.taking import Request
from services.quiz.wiring import prepare
from services.runtime import Parts
from services.runtime.clock import Clock
from services.runtime.publisher import Publisher
from services.runtime.tokens import Tokens
from tests.support.stores import Stores

OPENS = datetime(2023, 8, 31, 17, tzinfo=UTC)
NOON = OPENS + timedelta(days=3, hours=12)
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


def bank(count: int = 6) -> Bank:
    options = tuple(Option(letter, Text(f"Phương án {letter}")) for letter in "ABCD")
    return Bank(
        tuple(
            Question(
                f"Q{n}", "single", f"t{n % 2}", "de", Text(f"Câu hỏi số {n}?"), options, ("A",), legal_basis=f"Điều {n}"
            )
            for n in range(count)
        )
    )


def rules(contest: str = "", **changes: Any) -> Rules:
    contest = contest or f"thi-{secrets.token_hex(4)}"
    values: dict[str, Any] = {
        "id": contest, "series_id": contest, "title": Text("Cuộc thi"), "opens": OPENS, "closes": OPENS + timedelta(days=30),
        "paper": Paper(minutes=20, draw=(DrawStep(2, topic="t0"), DrawStep(1, topic="t1"))),
        "prediction": Prediction(Text("Bao nhiêu?"), "perfect_attempts", required=False), "tries": Tries(),
    }  # fmt: skip
    return Rules(**{**values, **changes})


@dataclass
class Room:
    """One process of quiz with one contest in it."""

    parts: Parts
    rules: Rules
    people: list[str] = field(default_factory=list)

    def starter(self, person: str = "", now: datetime = NOON, key: str = "", **changes: Any) -> Starter:
        values: dict[str, Any] = {
            "contestant_id": person or str(uuid4()), "series_id": self.rules.series_id, "category": None,
            "may_start": True, "issued_at": int(OPENS.timestamp()), "key": key or secrets.token_hex(8), "now": now,
        }  # fmt: skip
        return Starter(**{**values, **changes})

    async def start(self, person: str = "", now: datetime = NOON, key: str = "", **changes: Any) -> Record:
        row, _ = await self.parts.state["starts"].start(self.rules.id, self.starter(person, now, key, **changes))
        return row

    async def save(self, row: Record, save: Save, now: datetime = NOON) -> Any:
        return await self.parts.state["saves"].submit(Request(key_of(row), save, now, TRACE))

    async def submit(self, row: Record, save: Save | None = None, now: datetime = NOON) -> dict[str, Any]:
        receipt = await self.parts.state["submissions"].submit(Request(key_of(row), save, now, TRACE))
        signed: dict[str, Any] = msgspec.json.decode(receipt)
        return {**signed, "receipt": msgspec.json.decode(signed["receipt"])}

    async def attempt(self, row: Record) -> Record:
        found = await self.parts.pool.fetchrow("select * from attempts where attempt_id = $1", row["attempt_id"])
        assert found is not None
        return found

    async def outbox(self, type_: str) -> list[dict[str, Any]]:
        """Payloads of this type waiting to be relayed, in order."""
        rows = await self.parts.pool.fetch("select headers, payload from outbox order by id")
        return [
            msgspec.json.decode(r["payload"]) for r in rows if ["ce_type", type_] in msgspec.json.decode(r["headers"])
        ]


def key_of(row: Record) -> Key:
    return str(row["contestant_id"]), row["contest_id"], row["ordinal"]


@contextlib.asynccontextmanager
async def room(
    stores: Stores, given: Rules | None = None, given_bank: Bank | None = None, **settings: Any
) -> AsyncIterator[Room]:
    """A fresh database with one contest applied."""
    async with stores.database("quiz") as pool:
        told = stores.settings("quiz", await pool.fetchval("select current_database()"), **settings)
        tokens = Tokens.load(told.secrets_dir, "quiz")
        parts = Parts(told, pool, Clock(), tokens, Publisher(told.kafka, "quiz"))
        await prepare(parts)
        contest = given or rules()
        try:
            await apply(parts, contest, given_bank or bank())
            yield Room(parts, contest)
        finally:
            await parts.state["book"].close()


async def apply(parts: Parts, contest: Rules, questions: Bank, reason: str | None = None) -> Any:
    importer: Importer = parts.state["importer"]
    applied = await importer.apply(Incoming(contest, questions, reason), OPENS - timedelta(days=1), TRACE)
    await parts.state["book"]._refresh()
    return applied


def answer(row: Record, option: str = "A", seq: int = 1, writer: int = 1, prediction: int | None = None) -> Save:
    return Save(writer, seq, dict.fromkeys(row["questions"], (option,)), prediction)

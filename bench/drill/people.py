"""Contestants of a drill: they enter, start, answer choice by choice and hand in, some of them on two devices at once."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from bench.drill.door import Door, Doors, GaveUp, now
from bench.drill.history import Ask
from bench.drill.world import Terms
from bench.lane import Reply


class Entry(msgspec.Struct):
    """What entering this contest asks for."""

    series_path: str
    contest_path: str
    units: list[str]
    consent: dict[str, Any]
    category: str


class Sheet(msgspec.Struct):
    """A paper as one device holds it."""

    key: str
    attempt: str
    credential: str
    writer: int
    questions: list[dict[str, Any]]
    answers: dict[str, list[str]]
    seq: int = 0


class Person:
    """One contestant, from the form to the last try."""

    def __init__(self, number: int, doors: Doors, entry: Entry, terms: Terms, rng: Random) -> None:
        self._number, self._doors, self._entry, self._terms, self._rng = number, doors, entry, terms, rng
        self._first, self._second = doors.open(), doors.open()
        self._cookie = ""

    async def live(self) -> None:
        """Returns when this person has done with the contest, or the contest with them."""
        try:
            await self._register()
            for _ in range(self._terms.tries + self._rng.randrange(2)):
                sheet = await self._start()
                if sheet is None or not await self._take(sheet):
                    return
        except GaveUp:
            return
        finally:
            self._first.close()
            self._second.close()

    def _key(self) -> str:
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    async def _register(self) -> None:
        key, entry = self._key(), self._entry
        body = {
            "name": "Nguyễn Văn Diễn", "birth_date": "1990-02-03", "unit_id": self._rng.choice(entry.units),
            "category": entry.category, "code": f"{self._rng.randrange(10**12):012d}", "consent": entry.consent,
        }  # fmt: skip
        path = f"/api/registration/v1/series/{entry.series_path}/contestants"
        request = self._first.request("POST", path, body, {"Idempotency-Key": key})
        _, reply = await self._first.until_answered(Ask(self._number, "register", 0.0, key=key), request)
        self._cookie = reply.cookie.decode()
        if not self._cookie:
            raise GaveUp

    async def _start(self) -> Sheet | None:
        """A paper; None where no further one is allowed. Some start on two devices at once, with one key or with two."""
        key, chance = self._key(), self._rng.random()
        if chance < 0.25:
            other = key if chance < 0.1 else self._key()
            both = await asyncio.gather(self._begin(self._first, key), self._begin(self._second, other))
            return both[0] or both[1]
        return await self._begin(self._first, key)

    async def _begin(self, door: Door, key: str) -> Sheet | None:
        path = f"/api/quiz/v1/contests/{self._entry.contest_path}/attempts"
        request = door.request("POST", path, None, {"Cookie": self._cookie, "Idempotency-Key": key})
        ask, reply = await door.until_answered(Ask(self._number, "start", 0.0, key=key), request)
        if not ask.ok:
            return None
        ask.attempt = ask.told.attempt
        return self._sheet(key, reply)

    def _sheet(self, key: str, reply: Reply) -> Sheet | None:
        says = msgspec.json.decode(reply.body)
        if says["state"] != "open":
            return None
        answers = {each["id"]: self._choice(each) for each in says["questions"]}
        return Sheet(key, says["id"], says["credential"], says["writer"], says["questions"], answers)

    def _choice(self, question: dict[str, Any]) -> list[str]:
        right = self._terms.right[question["id"]]
        if self._rng.random() < 0.8:
            return list(right)
        return [self._rng.choice([option["id"] for option in question["options"]])]

    async def _take(self, sheet: Sheet) -> bool:
        """False where the paper is left to run out, or the contest ended under it."""
        questions = list(sheet.answers)
        self._rng.shuffle(questions)
        device, changes = self._first, self._rng.random() < 0.2
        for begin in range(0, len(questions), 3):
            if changes and begin >= 9:
                changes, older = False, sheet
                taken = await self._take_pen(sheet)
                if taken is None:
                    return False
                _, device, sheet = await self._save(device, older, questions[:1]), self._second, taken
            if not await self._save(device, sheet, questions[begin : begin + 3]):
                return False
            await asyncio.sleep(self._rng.uniform(0.02, 0.4))
        if self._rng.random() < 0.12:
            return False
        return await self._hand_in(device, sheet)

    async def _save(self, door: Door, sheet: Sheet, questions: list[str]) -> bool:
        chosen = {question: sheet.answers[question] for question in questions}
        ask, request = self._write(door, sheet, "save", chosen, self._rng.choice([None, self._rng.randrange(10**5)]))
        ask, _ = await door.until_answered(ask, request)
        return ask.ok

    async def _take_pen(self, sheet: Sheet) -> Sheet | None:
        door = self._second
        headers = {"Authorization": f"Bearer {sheet.credential}"}
        request = door.request("POST", f"/api/quiz/v1/attempts/{sheet.attempt}/pen", None, headers)
        like = Ask(self._number, "pen", 0.0, key=sheet.key, attempt=sheet.attempt)
        ask, reply = await door.until_answered(like, request)
        if not ask.ok:
            return None
        says = msgspec.json.decode(reply.body)
        return msgspec.structs.replace(sheet, writer=says["writer"], credential=says["credential"], seq=0)

    async def _hand_in(self, door: Door, sheet: Sheet) -> bool:
        """Some hand in from two devices at once, each with answers of its own."""
        devices = [door, self._second if door is self._first else self._first]
        tries = [self._submit(each, sheet) for each in (devices if self._rng.random() < 0.25 else devices[:1])]
        return all(await asyncio.gather(*tries))

    async def _submit(self, door: Door, sheet: Sheet) -> bool:
        changed = self._rng.choice(sheet.questions)
        answers = {**sheet.answers, changed["id"]: self._choice(changed)}
        ask, request = self._write(door, sheet, "submit", answers, self._rng.randrange(10**5))
        ask, _ = await door.until_answered(ask, request)
        return ask.ok

    def _write(
        self, door: Door, sheet: Sheet, kind: str, answers: dict[str, list[str]], prediction: int | None
    ) -> tuple[Ask, bytes]:
        sheet.seq += 1
        body = {"writer": sheet.writer, "seq": sheet.seq, "answers": answers, "prediction": prediction}
        headers = {"Authorization": f"Bearer {sheet.credential}", "Idempotency-Key": sheet.attempt}
        path = f"/api/quiz/v1/attempts/{sheet.attempt}"
        method, last = ("PUT", "answers") if kind == "save" else ("POST", "submission")
        like = Ask(
            self._number, kind, 0.0, key=sheet.key, attempt=sheet.attempt, writer=sheet.writer, seq=sheet.seq,
            answers=answers, prediction=prediction,
        )  # fmt: skip
        return like, door.request(method, f"{path}/{last}", body, headers)


async def crowd(desks: int, doors: Doors, entry: Entry, terms: Terms, seed: int) -> int:
    """At each desk one person after another until the contest closes; how many came."""
    numbers = iter(range(10**9))
    came = 0

    async def desk() -> None:
        nonlocal came
        while now() < terms.closes:
            number = next(numbers)
            came += 1
            await Person(number, doors, entry, terms, Random(f"{seed}|{number}")).live()

    await asyncio.gather(*(desk() for _ in range(desks)))
    return came

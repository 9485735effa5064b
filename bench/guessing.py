"""Guessing entry codes at the door: what each guess meets and costs, and whether owners get in meanwhile (rule 9).

Guessers ask one after another, as fast as they are answered, through Caddy, all from one address or each time from another one.
Owners with the right code come by an open model, every other one from an address that guesses too. Needs a rehearsal stack with the
contest applied; wrong codes are counted in real time there as well.
"""

from __future__ import annotations

import asyncio
import os
from array import array
from collections import Counter, deque
from collections.abc import Iterator
from itertools import count
from random import Random
from time import perf_counter

import asyncpg
from msgspec import Struct

from bench.crowd import PEOPLE, Crowd
from bench.guessed import Guessed, Owners, Written
from bench.lane import Lane, Lost, Reply
from bench.observe import Meter
from bench.points import points
from bench.scrape import scrape, total
from bench.stored import Url
from bench.target import Target
from deploy.local.routes import usable
from services.folder import ContestFolder
from services.registration.domain.limits import WINDOW
from services.registration.domain.text import CODE_DIGITS

MANY = 1_000
"""Addresses; every guess comes from the next one."""
GUESSERS = 80
"""At the same time: more than the service lets wait, so that those who are not made to go on as fast as they are answered."""
OWNERS = 8.0
"""Sign-ins with the right code a second."""
LOOKS = 2.0
"""Seconds between two looks at memory and at the table of wrong codes."""
GENERATOR = "guessers (generator)"
ANSWERS = ("later", "full", "budget")


class Scene(Struct):
    accounts: int
    addresses: int


SCENES = {
    "one-one": Scene(1, 1), "one-many": Scene(1, MANY), "all-one": Scene(PEOPLE, 1), "all-many": Scene(PEOPLE, MANY),
}  # fmt: skip


class Guessing:
    """One scene against a stack."""

    def __init__(self, target: Target, folder: ContestFolder, url: Url, name: str, guessers: int = GUESSERS) -> None:
        self._guessers = guessers
        self._target, self._url, self._name, self._scene = target, url, name, SCENES[name]
        self._crowd = Crowd(target, folder, 64, seed=1)
        self._rng = Random()
        self._port = int(target.origin.rpartition(":")[2])
        self._addresses = [usable(f"127.4.{n // 250}.{n % 250 + 1}") for n in range(self._scene.addresses)]
        # A guesser who waits holds a connection: there must be one more for each who goes on.
        self._lanes = deque(self._lane(n) for n in range(max(self._scene.addresses, guessers)))
        self._doors = (deque(self._crowd.lanes), deque(self._lane(n) for n in range(64)))
        self._answers, self._right = Counter[str](), 0
        self._owners, self._seconds, self._written = Owners(), array("d"), Written()

    def _lane(self, number: int) -> Lane:
        return Lane("127.0.0.1", self._port, self._addresses[number % len(self._addresses)])

    async def play(self, guesses: int, seconds: float) -> Guessed:
        """Until so many were made, or for so long."""
        await self._crowd.all(self._crowd.register)
        meter = Meter(lambda: {**self._target.processes(), GENERATOR: [os.getpid()]})
        quiet, before, began = dict(meter.peak_mb), await self._told(), perf_counter()
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(each) for each in (self._come(), self._look(meter))]
            turns = iter(range(guesses))
            await asyncio.gather(*(self._guess(turns, began + seconds) for _ in range(self._guessers)))
            for task in beside:
                task.cancel()
        lasted, usage, after = perf_counter() - began, meter.usage(), await self._told()
        for lane in (*self._lanes, *self._doors[0], *self._doors[1]):
            lane.close()
        made, self._owners.ms = self._answers.total(), points(self._seconds, 1000)
        return Guessed(
            self._name, self._scene.accounts, self._scene.addresses, made, round(lasted, 1), dict(self._answers),
            {name: round(after[name] - before[name]) for name in ANSWERS}, self._right, self._written, self._owners,
            {name: round(use.cpu_seconds / made * 1e6, 1) for name, use in usage.items()},
            {name: [round(quiet[name], 1), use.peak_mb] for name, use in usage.items()},
        )  # fmt: skip

    async def _guess(self, turns: Iterator[int], until: float) -> None:
        for turn in turns:
            if perf_counter() > until:
                return
            login, _ = self._crowd.login(turn % self._scene.accounts)
            lane = self._lanes.popleft()
            reply = await self._ask(lane, login, f"{self._rng.randrange(10**CODE_DIGITS):0{CODE_DIGITS}}")
            self._lanes.append(lane)
            self._answers[str(reply.status) if reply else "lost"] += 1
            self._right += reply is not None and reply.status == 201

    async def _ask(self, lane: Lane, login: str, code: str) -> Reply | None:
        try:
            return await lane.ask(self._crowd.requests.sign_in(self._crowd.now_ms(), login, code))
        except Lost:
            return None

    async def _come(self) -> None:
        """Owners arrive at their times, whether or not those before them are in."""
        began = perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in count():
                await asyncio.sleep(began + number / OWNERS - perf_counter())
                group.create_task(self._enter(number))

    async def _enter(self, number: int) -> None:
        due, doors = perf_counter(), self._doors[number % 2]
        # Every fourth is the one whose account everybody guesses, where that is one.
        login, code = self._crowd.login(0 if number % 4 < 2 and self._scene.accounts == 1 else number % PEOPLE)
        lane = doors.popleft() if doors else self._lane(number)
        self._owners.came += 1
        try:
            while (reply := await self._ask(lane, login, code)) is None or reply.status == 503:
                self._owners.told += 1
                await asyncio.sleep(reply.retry_after if reply else 0.1)
            self._owners.refused += reply.status != 201
            self._seconds.append(perf_counter() - due)
        finally:
            doors.append(lane)

    async def _look(self, meter: Meter) -> None:
        connection = await asyncpg.connect(self._url("registration"))
        try:
            while True:
                await meter.sample_beside()
                row = await connection.fetchrow(_WRITTEN, WINDOW)
                assert row is not None
                self._written = Written(*(max(pair) for pair in zip(self._written.counts(), row.values(), strict=True)))
                await asyncio.sleep(LOOKS)
        finally:
            await connection.close()

    async def _told(self) -> dict[str, float]:
        readings = await scrape(self._target.metrics.values())
        return {name: total(readings, "hoithi_sign_in_failures_total", answer=name) for name in ANSWERS}


_WRITTEN = """
with recent as (select account, address from sign_in_failures where at > now() - $1::interval)
select (select count(*) from recent),
    coalesce((select max(n) from (select count(*) as n from recent group by account) as a), 0),
    coalesce((select max(n) from (select count(*) as n from recent group by address) as b), 0)
"""

"""An overload by a generator that takes an eighth of what k6 does for a request: most of what is sent is to be refused, and on
one machine it must not be the sender that takes the cores. Arrivals keep their times here too."""

from __future__ import annotations

import asyncio
from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Sequence
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from bench.drill.people import Entry
from bench.identity import identity
from bench.lane import Lane, Lost, Reply
from bench.lasthour.profiles import STEPS, Profile, Step, arriving
from bench.requests import Requests, Sheet, Started, read_started
from deploy.local.routes import usable
from services.contracts.ids import contest_to_path

LATE = 1.0
"""Seconds behind its time after which an arrival counts as dropped: the generator did not keep up."""
TOGETHER = 0.004
"""Seconds: arrivals this near to each other are sent at once."""
ADDRESSES = 250
REPEATS = 30
GATEWAY = b"urn:gateway"
"""In every refusal by the gateway itself."""


class Noted(Struct):
    """Answers of one kind in one phase, in ms from when the request was due to be sent. `told_by_gateway` are in `told` too."""

    ok: array[float]
    told: array[float]
    told_by_gateway: array[float]
    bad: int = 0


class Refusal(Struct):
    """What is read of a refused start."""

    first_refused: str | None = None


class Pace(Struct):
    """What is read of the answer to a save."""

    save_every: float = 0.0


_refusal = msgspec.json.Decoder(Refusal).decode
_pace = msgspec.json.Decoder(Pace).decode
Act = Callable[[], Coroutine[Any, Any, None]]


class Crush:
    """People who arrive at a stack in real time. `people`: session cookies; whoever takes a paper takes no second one meanwhile."""

    def __init__(self, origin: str, entry: Entry, people: Sequence[str], profile: Profile, seed: int = 1) -> None:
        self._port = int(origin.rpartition(":")[2])
        self._contest = contest_to_path(entry.contest_path)
        self._requests = Requests(origin, entry.series_path, self._contest, None)
        self._entry, self._profile, self._rng = entry, profile, Random(seed)
        self._people, self._lanes, self._made, self._entered = deque(people), list[Lane](), 0, 0
        self.phase = ""
        self.noted: dict[tuple[str, str], Noted] = defaultdict(lambda: Noted(array("d"), array("d"), array("d")))
        self.late: dict[str, array[float]] = defaultdict(lambda: array("d"))
        """By phase: ms after they were due at which arrivals were sent. What has come back is read as late."""
        self.dropped = self.unexpected = self.came_back = 0

    async def probe(self, seconds: float, at_once: int) -> None:
        """Papers one after another without a pause, by so many at once."""
        self.phase, end = "probe", perf_counter() + seconds

        async def work() -> None:
            while perf_counter() < end:
                await self.paper(hurry=True)

        await asyncio.gather(*(work() for _ in range(at_once)))

    async def steps(self, carries: float, steps: Sequence[Step] = STEPS) -> None:
        """Phases one after another, where `carries` papers a second are carried. Returns when all have left."""
        async with asyncio.TaskGroup() as group:
            for step in steps:
                self.phase = step.phase
                papers = arriving(self._profile, carries, step)
                arrivals = ((papers, self.paper), (0.2 * papers, self.register), (0.5 * papers, self.numbers))
                async with asyncio.TaskGroup() as coming:
                    for each, act in arrivals:
                        coming.create_task(self._arrive(group, each, step.seconds, act))

    def forget(self) -> None:
        """What was noted so far."""
        self.noted.clear()
        self.late.clear()
        self.dropped = self.unexpected = self.came_back = 0

    def close(self) -> None:
        for lane in self._lanes:
            lane.close()

    async def _arrive(self, group: asyncio.TaskGroup, rate: float, seconds: float, act: Act) -> None:
        began, late = perf_counter(), self.late[self.phase]
        for number in range(round(rate * seconds)):
            due = began + number / rate
            behind = perf_counter() - due
            if behind < 0:
                # Woken once for all who are due within a moment.
                await asyncio.sleep(max(-behind, TOGETHER))
            self.dropped += behind > LATE
            late.append(1000 * (perf_counter() - due))
            group.create_task(act())

    async def paper(self, hurry: bool = False) -> None:
        if not self._people:
            self.dropped += 1
            return
        person = self._people.popleft()
        try:
            started = await self._started(person)
            if started is not None:
                await self._taken(started, hurry)
        finally:
            self._people.append(person)

    async def register(self) -> None:
        self._entered += 1
        who = identity("crush", self._entered, "can-bo")
        who.phone = None
        entry = self._entry
        unit = entry.units[self._entered % len(entry.units)]
        await self._ask("register", self._requests.register(0, who, unit, entry.category, entry.consent))

    async def numbers(self) -> None:
        await self._ask("board", self._requests.get(f"/api/stats/v1/contests/{self._contest}"))

    async def _started(self, cookie: str) -> Started | None:
        """None for whoever went away: the patient come back with the place they were given."""
        key, place = UUID(int=self._rng.getrandbits(128)).hex, None
        patient = self._profile.patience if self._rng.random() < self._profile.patient else 0
        for left in range(patient, -1, -1):
            reply = await self._ask("start", self._requests.start(0, cookie, key, place))
            if reply is not None and reply.status == 201:
                return read_started(reply.body)
            if reply is None or reply.status != 503 or not left:
                return None
            place = _place(reply.body) or place
            self.came_back += place is not None
            await self._rest(reply)
        return None

    async def _taken(self, started: Started, hurry: bool) -> None:
        answers = {asked.id: [self._rng.choice(asked.options).id] for asked in started.questions}
        sheet = Sheet(started, answers, 45_000)
        pause = 0.0 if hurry else self._profile.paper_seconds / (self._profile.saves + 1)
        for step in range(self._profile.saves):
            await asyncio.sleep(pause * self._rng.uniform(0.5, 1.5))
            saved = await self._written("save", self._requests.save_step(0, sheet, step))
            if saved is None:
                return
            if not hurry:
                await asyncio.sleep(_pace(saved.body).save_every / 1000)
        await self._written("submit", self._requests.submit(0, sheet))

    async def _written(self, kind: str, request: bytes) -> Reply | None:
        """Sent again until it is answered, as a page does. None for what nobody expected."""
        for _ in range(REPEATS):
            reply = await self._ask(kind, request)
            if reply is not None and reply.status == 200:
                return reply
            if reply is not None and reply.status != 503:
                break
            await self._rest(reply)
        self.unexpected += 1
        return None

    async def _rest(self, reply: Reply | None) -> None:
        await asyncio.sleep(((reply.retry_after if reply else 0.0) or 1.0) * self._rng.uniform(1.0, 1.3))

    async def _ask(self, kind: str, request: bytes) -> Reply | None:
        """None where the connection was lost; a kept one that the gateway had closed is made anew first."""
        noted, due = self.noted[self.phase, kind], perf_counter()
        lane = self._lanes.pop() if self._lanes else self._lane()
        try:
            reply = await lane.ask(request)
        except Lost:
            noted.bad += 1
            return None
        finally:
            self._lanes.append(lane)
        milliseconds = 1000 * (perf_counter() - due)
        if reply.status < 300:
            noted.ok.append(milliseconds)
        elif reply.status == 503:
            noted.told.append(milliseconds)
            if GATEWAY in reply.body:
                noted.told_by_gateway.append(milliseconds)
        else:
            noted.bad += 1
        return reply

    def _lane(self) -> Lane:
        # Limits per address must not take the crowd for one household.
        self._made += 1
        return Lane("localhost", self._port, usable(f"127.3.{self._made % ADDRESSES}.1"))


def _place(body: bytes) -> str | None:
    """Only quiz gives a place; what the gateway refuses itself has none."""
    try:
        return _refusal(body).first_refused
    except msgspec.DecodeError:
        return None

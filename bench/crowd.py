"""People who take papers over and over, for measuring at a steady rate.

Times run on from FROM, in step with real time. Whoever registers here stays registered.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter, time_ns

from bench.answers import fill_in
from bench.caller import Caller
from bench.identity import identity
from bench.lane import Lane, Reply
from bench.load import Act
from bench.plan import build
from bench.player import Scene, scene, series_path
from bench.requests import Requests, Sheet, read_number, read_started
from bench.tally import Tally
from bench.target import Target
from deploy.local.routes import usable
from services.folder import ContestFolder

FROM = timedelta(days=2)
"""After the contest's opening."""
PEOPLE = 2_500


class Crowd:
    """People with a session each, who take papers over and over."""

    def __init__(self, target: Target, folder: ContestFolder, lanes: int, seed: int) -> None:
        self.target, self.plan = target, build(0.06, seed)
        self.scene: Scene = scene(folder, self.plan)
        self.scene.run = f"cost|{time_ns()}"
        self.requests = Requests(target.origin, *series_path(self.scene.rules), target.rehearsal_key)
        self.tally = Tally()
        self.caller = Caller(self.tally, patience=60, seed=seed)
        host, _, port = target.origin.partition("://")[2].partition(":")
        # New registrations are limited per address, so the lanes come from many.
        sources = [usable(f"127.3.{number % 256}.1") for number in range(lanes)]
        self.lanes = [Lane(host, int(port or 80), source) for source in sources]
        self._from_ms = round((self.scene.rules.opens + FROM).timestamp() * 1000)
        self._began = perf_counter()
        self._sessions: dict[int, str] = {}
        self._sheets: dict[int, Sheet] = {}
        self._taking: set[int] = set()
        self._logins: dict[int, tuple[str, str]] = {}

    def now_ms(self) -> int:
        return self._from_ms + round((perf_counter() - self._began) * 1000)

    async def _call(self, lane: Lane, kind: str, request: bytes) -> Reply:
        reply = await self.caller.call(lane, kind, request)
        if reply.status >= 300:
            raise RuntimeError(f"{kind}: {reply.status} {reply.body[:300]!r}")
        return reply

    async def register(self, lane: Lane, person: int) -> None:
        people = self.plan.people
        category, unit = people.category[person], people.units[people.unit[person]]
        who = identity(self.scene.run, person, category)
        who.phone = None
        request = self.requests.register(self.now_ms(), who, unit, category, self.scene.consent)
        reply = await self._call(lane, "register", request)
        self._sessions[person] = reply.cookie.decode()
        self._logins[person] = (read_number(reply.body).number, who.code)

    async def enter(self, lane: Lane, number: int) -> None:
        """Somebody new: whoever registers here takes no paper."""
        await self._call(lane, "register", self.newcomer(number))

    def newcomer(self, number: int) -> bytes:
        """The registration of somebody whom no other number brings. The plan has fewer people than a load needs, so it lends
        them unit and category only: one who came before would be a repeat, which costs less."""
        people = self.plan.people
        like = PEOPLE + number % (len(people.unit) - PEOPLE)
        category, unit = people.category[like], people.units[people.unit[like]]
        who = identity(f"{self.scene.run}|new", number, category)
        who.phone = None
        return self.requests.register(self.now_ms(), who, unit, category, self.scene.consent)

    async def sign_in(self, lane: Lane, number: int) -> None:
        login, code = self.login(number)
        await self._call(lane, "sign_in", self.requests.sign_in(self.now_ms(), login, code))

    def login(self, number: int) -> tuple[str, str]:
        """Contestant number and entry code of one of the people."""
        return self._logins[number % PEOPLE]

    async def board(self, lane: Lane, _: int) -> None:
        """The file that Caddy serves."""
        await self._call(lane, "board", self.requests.get(f"/data/contests/{self.scene.rules.id}/board.json"))

    async def numbers(self, lane: Lane, _: int) -> None:
        """The same from stats itself."""
        await self._call(lane, "board", self.requests.get(f"/api/stats/v1/contests/{self.scene.rules.id}"))

    async def start(self, lane: Lane, number: int) -> None:
        person = number % PEOPLE
        key = identity(f"{self.scene.run}|{self.now_ms()}|{number}", person, "can-bo").key
        reply = await self._call(lane, "start", self.requests.start(self.now_ms(), self._sessions[person], key))
        started = read_started(reply.body)
        self._sheets[person] = Sheet(started, fill_in(started.questions, self.scene.key, number % 7, number), 45_000)

    async def save(self, lane: Lane, number: int) -> None:
        """One choice of an open paper, as a browser saves it."""
        sheet = self._sheets[number % PEOPLE]
        step = number // PEOPLE % len(sheet.steps)
        await self._call(lane, "save", self.requests.save_step(self.now_ms(), sheet, step))

    async def submit(self, lane: Lane, number: int) -> None:
        sheet = self._sheets.pop(number % PEOPLE)
        await self._call(lane, "submit", self.requests.submit(self.now_ms(), sheet))

    def _free(self, number: int) -> int:
        """The number of the next person without an open paper: a stall must not end the measurement, it must be seen in it."""
        return next((one for one in range(number, number + PEOPLE) if one % PEOPLE not in self._taking), number)

    @contextlib.contextmanager
    def _alone(self, number: int) -> Iterator[int]:
        """One of the people for as long as their paper takes."""
        free = self._free(number)
        self._taking.add(free % PEOPLE)
        try:
            yield free
        finally:
            self._taking.discard(free % PEOPLE)

    async def paper(self, lane: Lane, number: int) -> None:
        """Start, one save for each question, submission."""
        with self._alone(number) as free:
            await self._paper(lane, free)

    async def _paper(self, lane: Lane, number: int) -> None:
        await self.start(lane, number)
        person = number % PEOPLE
        for step in range(len(self._sheets[person].steps)):
            await self.save(lane, person + step * PEOPLE)
        await self.submit(lane, number)

    async def attempt(self, lane: Lane, number: int) -> None:
        with self._alone(number) as free:
            await self.start(lane, free)
            await self.submit(lane, free)

    async def all(self, act: Act) -> None:
        """Each person once, as fast as it goes; not measured."""
        people = iter(range(PEOPLE))

        async def work(lane: Lane) -> None:
            for person in people:
                await act(lane, person)

        await asyncio.gather(*(work(lane) for lane in self.lanes[:32]))

"""Acts out single moments of the plan: signs up, starts, saves, submits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from bench.answers import Key, fill_in, key_of, leave_out
from bench.caller import Caller
from bench.identity import identity, start_key
from bench.lane import Lane, Reply
from bench.plan import RAN_OUT, Plan
from bench.requests import Requests, Sheet, read_started
from bench.tally import Tally
from bench.timeline import REGISTER, SAVE, START, Moment
from services.contracts.ids import contest_to_path
from services.contracts.rules import Rules
from services.folder import ContestFolder

OVER, NOT_MY_PEN = 410, 409


class Scene(Struct):
    """The contest that is played, and how: `run` names the keys, `shift_ms` moves every date."""

    rules: Rules
    key: Key
    run: str
    consent: Mapping[str, object]
    shift_ms: int = 0


def scene(folder: ContestFolder, plan: Plan, shift: timedelta = timedelta()) -> Scene:
    """ValueError where the folder's contest is not the one the plan was made for."""
    rules = folder.rules[0]
    asked = sum(step.count for step in rules.paper.draw) or len(rules.paper.fixed)
    if (asked, rules.paper.minutes) != (19, 20):
        raise ValueError(
            f"{rules.id}: the month was planned for 19 questions in 20 minutes, not {asked} in {rules.paper.minutes}"
        )
    missing = set(plan.people.units) - {unit.unit_id for unit in folder.units}
    if missing:
        raise ValueError(f"{rules.id}: the plan has {len(missing)} units that the folder lacks, such as {min(missing)}")
    consent = rules.consent
    agreed = {"version": consent.version, "purposes": consent.needed or consent.purposes} if consent else {}
    run = f"{rules.series_id}|{plan.seed}|{plan.scale:g}"
    return Scene(rules, key_of(folder.bank.questions), run, agreed, round(shift.total_seconds() * 1000))


class Player:
    """Holds what contestants hold: their session and their open paper."""

    def __init__(self, plan: Plan, scene: Scene, requests: Requests, caller: Caller, tally: Tally) -> None:
        self._plan, self._scene, self._requests, self._caller, self._tally = plan, scene, requests, caller, tally
        self._sessions: dict[int, str] = {}
        self._sheets: dict[int, Sheet] = {}
        self.submitted = 0

    async def play(self, lane: Lane, moment: Moment) -> None:
        """Sends the request of this moment and takes note of the answer. A refusal is counted, not raised."""
        at_ms = moment.at_ms + self._scene.shift_ms
        if moment.kind == REGISTER:
            await self._register(lane, at_ms, moment.row)
        elif moment.kind == START:
            await self._start(lane, at_ms, moment.row)
        elif moment.row in self._sheets:
            await (self._save if moment.kind == SAVE else self._submit)(lane, at_ms, moment)

    async def _register(self, lane: Lane, at_ms: int, person: int) -> None:
        people = self._plan.people
        category = people.category[person]
        who = identity(self._scene.run, person, category)
        unit = people.units[people.unit[person]]
        reply = await self._call(
            lane, "register", self._requests.register(at_ms, who, unit, category, self._scene.consent)
        )
        if reply is not None:
            self._sessions[person] = reply.cookie.decode()

    async def _start(self, lane: Lane, at_ms: int, row: int) -> None:
        papers, scene = self._plan.papers, self._scene
        person = papers.person[row]
        session = self._sessions.get(person)
        if session is None:
            return
        key = start_key(scene.run, person, papers.number[row])
        reply = await self._call(lane, "start", self._requests.start(at_ms, session, key))
        if reply is None:
            return
        started = read_started(reply.body)
        if started.state != "open":
            self._tally.absorbed["start"] += 1
        answers = fill_in(started.questions, scene.key, papers.wrong[row], row)
        if papers.kind[row] == RAN_OUT:
            answers = leave_out(answers, scene.key, papers.wrong[row])
        self._sheets[row] = Sheet(started, answers, papers.prediction[row])

    async def _save(self, lane: Lane, at_ms: int, moment: Moment) -> None:
        sheet = self._sheets[moment.row]
        if moment.step < 0:
            request = self._requests.save(at_ms, sheet)
        elif moment.step < len(sheet.steps):
            request = self._requests.save_step(at_ms, sheet, moment.step)
        else:
            return
        await self._call(lane, "save", request)

    async def _submit(self, lane: Lane, at_ms: int, moment: Moment) -> None:
        sheet = self._sheets.pop(moment.row)
        if await self._call(lane, "submit", self._requests.submit(at_ms, sheet)) is not None:
            self.submitted += 1

    async def _call(self, lane: Lane, kind: str, request: bytes) -> Reply | None:
        reply = await self._caller.call(lane, kind, request)
        if kind == "save" and reply.status in (OVER, NOT_MY_PEN):
            # The same replay again: the paper is over since the first time.
            self._tally.absorbed[kind] += 1
            return reply
        if reply.status >= 300:
            self._caller.refuse(kind, reply)
            return None
        return reply


def series_path(rules: Rules) -> tuple[str, str]:
    """(series, contest) as path segments."""
    return contest_to_path(rules.series_id), contest_to_path(rules.id)

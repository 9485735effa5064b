"""The event queue over simulated time: what happens next, whose turn it is, and up to when all is answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush, merge

from bench.plan import ABANDONED, RAN_OUT, SUBMITTED, Plan
from bench.plan.expected import over_ms

REGISTER, START, SAVE, SUBMIT = range(4)
STEPS = 19
"""Saves of a paper that is saved choice by choice."""


class Moment:
    """One request to come. `row` is a person (REGISTER) or a paper; `step` counts saves, -1 is all at once."""

    __slots__ = ("at_ms", "done", "kind", "person", "row", "step")

    def __init__(self, at_ms: int, kind: int, row: int, person: int, step: int = -1) -> None:
        self.at_ms, self.kind, self.row, self.person, self.step = at_ms, kind, row, person, step
        self.done = False

    def __lt__(self, other: Moment) -> bool:
        return self.at_ms < other.at_ms


def moments(plan: Plan, until_ms: int | None = None) -> Iterator[Moment]:
    """Every request of the month in order of simulated time; with `until_ms` only of what is settled before it."""
    people, papers = plan.people, plan.papers
    limit = until_ms or 1 << 62
    order = sorted(range(len(people.registers_ms)), key=people.registers_ms.__getitem__)
    registrations = (Moment(people.registers_ms[person], REGISTER, person, person) for person in order)
    starts = (
        Moment(at, START, row, papers.person[row])
        for row, at in enumerate(papers.start_ms)
        if until_ms is None or over_ms(papers, row) < limit
    )
    later: list[Moment] = []
    for moment in merge(registrations, starts):
        if moment.at_ms >= limit:
            break
        while later and later[0].at_ms <= moment.at_ms:
            yield heappop(later)
        yield moment
        if moment.kind == START and papers.kind[moment.row] != ABANDONED:
            for follower in _rest_of(plan, moment):
                heappush(later, follower)
    while later:
        yield heappop(later)


def count(plan: Plan, until_ms: int | None = None) -> int:
    """How many moments there are."""
    papers, limit = plan.papers, until_ms or 1 << 62
    found = sum(at < limit for at in plan.people.registers_ms)
    for row, kind in enumerate(papers.kind):
        if over_ms(papers, row) < limit:
            found += 1
            if kind != ABANDONED:
                found += (STEPS if papers.stepwise[row] else 1) + (kind == SUBMITTED)
    return found


def _rest_of(plan: Plan, start: Moment) -> Iterator[Moment]:
    papers, row = plan.papers, start.row
    took, kind = papers.duration_ms[row], papers.kind[row]
    if papers.stepwise[row]:
        for step in range(STEPS):
            yield Moment(start.at_ms + took * (step + 1) // (STEPS + 2), SAVE, row, start.person, step)
    else:
        yield Moment(start.at_ms + took * 4 // 5, SAVE, row, start.person)
    if kind == SUBMITTED:
        yield Moment(start.at_ms + took, SUBMIT, row, start.person)
    else:
        assert kind == RAN_OUT


class Turns:
    """Hands out moments so that each person's requests go one after another, and knows what is behind us.

    A moment whose person still waits for an answer is parked and handed on by `answered`. Nothing is handed out that is
    `window` or more moments ahead of the oldest unanswered one: who takes two hundred papers in a row would else be
    left days behind.
    """

    def __init__(self, source: Iterator[Moment], window: int) -> None:
        self._source, self._window = source, window
        self._open: deque[Moment] = deque()
        self._waiting: dict[int, deque[Moment]] = {}
        self.finished = False

    def take(self) -> Moment | None:
        """The next moment whose person is free. None: nothing can be handed out now (or ever, when `finished`)."""
        while not self.finished and self._has_room():
            moment = next(self._source, None)
            if moment is None:
                self.finished = True
                return None
            self._open.append(moment)
            queue = self._waiting.get(moment.person)
            if queue is None:
                self._waiting[moment.person] = deque()
                return moment
            queue.append(moment)
        return None

    def answered(self, moment: Moment) -> Moment | None:
        """The same person's next moment, if it was parked."""
        moment.done = True
        queue = self._waiting[moment.person]
        if queue:
            return queue.popleft()
        del self._waiting[moment.person]
        return None

    def behind_ms(self) -> int | None:
        """Every request before this simulated time is answered, and none earlier will be sent. None: nothing yet."""
        self._has_room()
        return self._open[0].at_ms if self._open else None

    def _has_room(self) -> bool:
        while len(self._open) > 1 and self._open[0].done:
            self._open.popleft()
        return len(self._open) < self._window

    @property
    def idle(self) -> bool:
        return self.finished and not self._waiting

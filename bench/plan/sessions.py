"""Start, duration and end of every paper: one person's papers never overlap, and each is submitted on its day."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from random import Random

from bench.plan.bursts import Sitting, place, times
from bench.plan.durations import LEAST_MS, LIMIT_MS, Durations
from bench.plan.model import DAY_MS, Day, Model
from bench.plan.month import attempts_by_day

SUBMITTED, RAN_OUT, ABANDONED = 0, 1, 2
BREATH_MS = (8_000, 90_000)
"""Between a person's paper and their next one."""
AFTER_RUN_OUT_MS = 70_000
"""A paper that ran out is over after its end, the grace and the sweeper's margin."""
LAST_MOMENTS_MS = 300_000
BEFORE_FIRST_MS = (20_000, 600_000)
"""From registering to the first paper, for those who take it at once."""


class Rows:
    """Papers as columns. `number` counts a person's starts from 1, `ordinal` their attempts (0: abandoned)."""

    def __init__(self) -> None:
        self.person, self.start = array("I"), array("q")
        self.duration, self.kind = array("I"), bytearray()
        self.number, self.ordinal = array("H"), array("H")


class Scheduler:
    """Fills `rows` and `registers_ms` day by day."""

    def __init__(self, model: Model, tries: Sequence[int], groups: Sequence[tuple[str, int]], rng: Random) -> None:
        self._model, self._tries, self._groups, self._rng = model, tries, groups, rng
        self.rows = Rows()
        self.registers_ms = array("q", bytes(8 * len(tries)))
        self._free = array("q", bytes(8 * len(tries)))
        self._starts, self._made = array("H", bytes(2 * len(tries))), array("H", bytes(2 * len(tries)))
        self._first, self._repeat = Durations(model.first, rng), Durations(model.repeat, rng)
        total = sum(tries)
        self._ran_out = frozenset(rng.sample(range(total), round(total * model.timeouts)))
        self._left = frozenset(rng.sample(range(total), round(total * model.abandoned)))
        self._attempt = 0

    def run(self, days: bytes, attempts: Sequence[int]) -> None:
        for day, made in zip(self._model.days, attempts_by_day(self._tries, days, attempts, self._rng), strict=True):
            new = [person for person, on in enumerate(days) if self._model.days[on] is day]
            sittings = [Sitting(person, papers) for person, papers in made.items()]
            place(day, sittings, self._groups, self._model.batched, self._rng)
            at_once = {sitting.person for sitting in sittings}
            alone = [person for person in new if person not in at_once]
            for person, at in zip(alone, times(day, day.hours, len(alone), self._rng), strict=True):
                self.registers_ms[person] = at
                self._free[person] = at + BREATH_MS[0]
            for sitting in sittings:
                self._sit(day, sitting)

    def _sit(self, day: Day, sitting: Sitting) -> None:
        person, papers = sitting.person, self._papers(sitting)
        new = not self._free[person]
        floor = max(self._free[person], day.starts_ms + 40_000 if new else day.starts_ms - papers[0][1] + 1_000)
        length = papers[-1][0] + papers[-1][1]
        begin = sitting.at if sitting.batched else sitting.at - self._some_end(papers)
        end = day.starts_ms + DAY_MS - 1_000
        if begin + length > end:
            begin = end - length - self._rng.randrange(LAST_MOMENTS_MS)
        begin = max(begin, floor)
        if begin + length > end:
            papers = _squeeze(papers, end - begin)
        if new:
            early = begin - self._rng.randint(*BEFORE_FIRST_MS)
            self.registers_ms[person] = max(early, day.starts_ms + 1_000)
        for offset, duration, kind in papers:
            self._add(person, begin + offset, duration, kind)
        self._free[person] = begin + papers[-1][0] + papers[-1][1] + AFTER_RUN_OUT_MS

    def _papers(self, sitting: Sitting) -> list[tuple[int, int, int]]:
        """(start after the first start, duration, kind) of each."""
        papers: list[tuple[int, int, int]] = []
        at = 0
        for number in range(sitting.papers):
            attempt, self._attempt = self._attempt, self._attempt + 1
            first = not self._made[sitting.person] and not number
            ran_out = attempt in self._ran_out
            duration = LIMIT_MS if ran_out else (self._first if first else self._repeat).draw()
            papers.append((at, duration, RAN_OUT if ran_out else SUBMITTED))
            at += duration + (AFTER_RUN_OUT_MS if ran_out else self._rng.randint(*BREATH_MS))
            if attempt in self._left:
                papers.append((at, LIMIT_MS, ABANDONED))
                at += LIMIT_MS + AFTER_RUN_OUT_MS
        return papers

    def _some_end(self, papers: Sequence[tuple[int, int, int]]) -> int:
        offset, duration, _ = papers[self._rng.randrange(len(papers))]
        return offset + duration

    def _add(self, person: int, start: int, duration: int, kind: int) -> None:
        rows = self.rows
        self._starts[person] += 1
        if kind != ABANDONED:
            self._made[person] += 1
        rows.person.append(person)
        rows.start.append(start)
        rows.duration.append(duration)
        rows.kind.append(kind)
        rows.number.append(self._starts[person])
        rows.ordinal.append(0 if kind == ABANDONED else self._made[person])


def _squeeze(papers: Sequence[tuple[int, int, int]], room: int) -> list[tuple[int, int, int]]:
    """The same papers in `room` milliseconds: quicker answers and shorter pauses; what runs out keeps its time.

    ValueError when they do not fit even so.
    """
    fixed = sum(LIMIT_MS + AFTER_RUN_OUT_MS for _, _, kind in papers if kind != SUBMITTED)
    quick = sum(duration + LEAST_MS for _, duration, kind in papers if kind == SUBMITTED)
    factor = (room - fixed) / quick if quick else 0.0
    if room < fixed or (quick and factor < 0.05):
        raise ValueError(f"{len(papers)} papers of one person do not fit into {room} ms")
    squeezed, at = [], 0
    for _, duration, kind in papers:
        took = min(duration, int(duration * factor)) if kind == SUBMITTED else duration
        squeezed.append((at, took, kind))
        at += took + (int(LEAST_MS * min(factor, 1.0)) if kind == SUBMITTED else AFTER_RUN_OUT_MS)
    return squeezed

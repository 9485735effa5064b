"""The whole month as compact columns, deterministic from a seed, every total exact at every scale."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache
from math import exp
from random import Random

from msgspec import Struct

from bench.plan.marks import wrong_answers
from bench.plan.model import Day, Model, load
from bench.plan.month import registration_days
from bench.plan.scaled import Scaled, scaled
from bench.plan.sessions import ABANDONED, RAN_OUT, SUBMITTED, Rows, Scheduler
from bench.plan.tries import draw_tries, meet_unit_totals

__all__ = ["ABANDONED", "RAN_OUT", "SUBMITTED", "Papers", "People", "Plan", "build"]

STEPWISE = 0.01
"""Share of answered papers that are saved choice by choice; the others are saved once."""
GUESS, GUESS_WIDTH, GUESS_MOST = 45_000, 0.9, 10_000_000


class People(Struct):
    """One entry per person: index of the unit (into `units`), category, attempts to make, unix ms of registering."""

    units: tuple[str, ...]
    unit: array[int]
    category: tuple[str, ...]
    tries: array[int]
    registers_ms: array[int]


class Papers(Struct):
    """One entry per started paper, by start: person, `number` (that person's starts, from 1), unix ms of the start,
    ms until it ends, how it ends, wrong or missing answers, the guess, and 1 where it is saved choice by choice."""

    person: array[int]
    number: array[int]
    start_ms: array[int]
    duration_ms: array[int]
    kind: bytearray
    wrong: bytearray
    prediction: array[int]
    stepwise: bytearray


class Plan(Struct):
    seed: int
    scale: float
    days: tuple[Day, ...]
    people: People
    papers: Papers


@cache
def _model() -> Model:
    return load()


def build(scale: float = 1.0, seed: int = 2023) -> Plan:
    """ValueError for a scale too small to fill every day (`bench.plan.scaled`)."""
    size = scaled(_model(), scale)
    people, groups = _people(size, Random(f"{seed}|people"))
    days = registration_days(people.tries, size.registrations, size.attempts, Random(f"{seed}|registration"))
    scheduler = Scheduler(size.model, people.tries, groups, Random(f"{seed}|sessions"))
    scheduler.run(bytes(days), size.attempts)
    people.registers_ms = scheduler.registers_ms
    wrong = wrong_answers(scheduler.rows, size.perfect, Random(f"{seed}|marks"))
    papers = _papers(scheduler.rows, wrong, Random(f"{seed}|papers"))
    return Plan(seed, scale, size.model.days, people, papers)


def _people(size: Scaled, rng: Random) -> tuple[People, list[tuple[str, int]]]:
    """The people, and of each the class or office they sit in: a leaf for schools and forces, else the top unit."""
    unit, category, groups = array("H"), list[str](), list[tuple[str, int]]()
    members: list[list[int]] = [[] for _ in size.top_attempts]
    for place, leaf in enumerate(size.leaves):
        for number in range(size.registrants[place]):
            who = "hoc-sinh" if number < size.pupils[place] else leaf.category
            members[size.top_of[place]].append(len(unit))
            groups.append((who, place if who in ("hoc-sinh", "luc-luong-vu-trang") else -1 - size.top_of[place]))
            unit.append(place)
            category.append(who)
    tries = draw_tries(len(unit), size.total, size.model.bins, rng)
    meet_unit_totals(tries, members, size.top_attempts, rng)
    codes = tuple(leaf.code for leaf in size.leaves)
    return People(codes, unit, tuple(category), array("H", tries), array("q")), groups


def _papers(rows: Rows, wrong: bytearray, rng: Random) -> Papers:
    order = sorted(range(len(rows.start)), key=rows.start.__getitem__)
    answered = [place for place, row in enumerate(order) if rows.kind[row] != ABANDONED]
    stepwise = bytearray(len(order))
    for place in rng.sample(answered, round(len(answered) * STEPWISE)):
        stepwise[place] = 1
    return Papers(
        person=_taken("I", rows.person, order),
        number=_taken("H", rows.number, order),
        start_ms=_taken("q", rows.start, order),
        duration_ms=_taken("I", rows.duration, order),
        kind=bytearray(rows.kind[row] for row in order),
        wrong=bytearray(wrong[row] for row in order),
        prediction=array("I", (min(GUESS_MOST, int(GUESS * exp(GUESS_WIDTH * rng.gauss(0, 1)))) for _ in order)),
        stepwise=stepwise,
    )


def _taken(code: str, column: Sequence[int], order: Sequence[int]) -> array[int]:
    return array(code, [column[row] for row in order])

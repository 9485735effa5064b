"""What a plan must be counted as: totals, each day, each unit."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from bench.plan import ABANDONED, SUBMITTED, Papers, Plan
from bench.plan.model import DAY_MS
from bench.plan.sessions import AFTER_RUN_OUT_MS

PUBLISHED = (57_342, 282_063, 52_812)
"""Registrants, attempts, perfect attempts in the published report of the contest."""


class Totals(Struct):
    registrants: int = 0
    participants: int = 0
    attempts: int = 0
    perfect: int = 0


class DayCount(Struct):
    date: date
    registrations: int = 0
    attempts: int = 0


class Expected(Struct):
    """`units` by code, only those with somebody in them. An attempt belongs to the day it is submitted on."""

    totals: Totals
    days: list[DayCount]
    units: dict[str, Totals]
    started: int = 0
    abandoned: int = 0


def over_ms(papers: Papers, row: int) -> int:
    """When a paper is surely settled: its submission, or after the sweeper may have taken what ran out."""
    late = 0 if papers.kind[row] == SUBMITTED else AFTER_RUN_OUT_MS
    return papers.start_ms[row] + papers.duration_ms[row] + late


def expected(plan: Plan, until: datetime | None = None) -> Expected:
    """`until` (exclusive, in the plan's time) counts only what is settled by then."""
    people, papers = plan.people, plan.papers
    limit = round(until.timestamp() * 1000) if until else plan.days[-1].starts_ms + 2 * DAY_MS
    first = plan.days[0].starts_ms
    result = Expected(Totals(), [DayCount(day.date) for day in plan.days], {})
    for unit, at in zip(people.unit, people.registers_ms, strict=True):
        if at < limit:
            result.days[(at - first) // DAY_MS].registrations += 1
            result.totals.registrants += 1
            result.units.setdefault(people.units[unit], Totals()).registrants += 1
    took_part = bytearray(len(people.unit))
    for row, kind in enumerate(papers.kind):
        if over_ms(papers, row) >= limit:
            continue
        result.started += 1
        if kind == ABANDONED:
            result.abandoned += 1
            continue
        result.days[(papers.start_ms[row] + papers.duration_ms[row] - first) // DAY_MS].attempts += 1
        person = papers.person[row]
        new = not took_part[person]
        took_part[person] = 1
        for totals in (result.totals, result.units[people.units[people.unit[person]]]):
            totals.attempts += 1
            totals.perfect += not papers.wrong[row]
            totals.participants += new
    return result

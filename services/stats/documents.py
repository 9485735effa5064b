"""The public JSON files as documents (the pages' contract): `window`, `board` and `totals` of a contest, and `contests`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from services.contracts.events import ContestDefined, StatsContest, StatsUnit

SCHEMA = 1
"""Of board.json; a page that meets a higher one reloads itself."""


def window(event: ContestDefined) -> dict[str, Any]:
    """What a quiz page must know to see a moved deadline. No `now` in it: the file is cached by ETag."""
    rules = event.rules
    papers = {group.id: group.paper.minutes for group in rules.groups if group.paper is not None}
    return {
        "opens": rules.opens,
        "closes": rules.closes,
        "late_start": rules.late_start,
        "grace_ms": rules.grace_ms,
        "minutes": rules.paper.minutes,
        **({"minutes_by_group": papers} if papers else {}),
        "version": event.version,
        "reason": event.reason,
        "rehearsal": event.rehearsal,
    }


def board(contest: StatsContest, units: list[StatsUnit]) -> dict[str, Any]:
    """`contest` as published; `units` by id, each without what it shares with the contest and without what is null.

    `n` holds the five counts in the order registrants, participants, attempts, valid, perfect; null is withheld.
    """
    return {
        "schema": SCHEMA,
        "rev": max([contest.version, *(unit.version for unit in units)]),
        "as_of": contest.time,
        "contest": _without(contest, "version", "time", "recorded_at"),
        "units": [_unit(unit) for unit in sorted(units, key=lambda unit: unit.unit_id) if unit.into is None],
    }


def totals(contest: StatsContest) -> dict[str, Any]:
    """`board` without units and without numbers over time: what a widget needs."""
    left_out = ("version", "time", "recorded_at", "by_day", "by_hour", "distribution")
    return {"schema": SCHEMA, "rev": contest.version, "as_of": contest.time, "contest": _without(contest, *left_out)}


def contests(ordered: Sequence[StatsContest]) -> dict[str, Any]:
    """Every contest with public numbers. `ordered`: the first is the one that a site shows where none is named."""
    return {
        "schema": SCHEMA,
        "contests": [
            {"id": one.contest_id, "title": one.title, "phase": one.phase, "opens": one.opens, "closes": one.closes}
            for one in ordered
        ],
    }


def _without(contest: StatsContest, *names: str) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(contest)
    return {name: value for name, value in built.items() if name not in names}


def _unit(unit: StatsUnit) -> dict[str, Any]:
    counts = unit.counts
    compact: dict[str, Any] = {
        "id": unit.unit_id,
        "name": unit.name,
        "parent": unit.parent,
        "kind": unit.kind,
        "n": [counts.registrants, counts.participants, counts.attempts, counts.valid, counts.perfect],
        "withheld": unit.withheld or None,
        "headcount": unit.headcount,
        "rate": None if unit.rate is None else round(unit.rate, 4),
        "target": unit.target,
        "merged": unit.merged or None,
    }
    return {name: value for name, value in compact.items() if value is not None}

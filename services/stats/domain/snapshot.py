"""The public numbers of one contest, made from rollups: what is withheld here never leaves stats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from services.contracts.events import CategoryStats, Counts, StatsContest, StatsUnit, Withheld
from services.stats.domain.ledger import COUNTS, PARTICIPANTS, PERFECT, VALID
from services.stats.domain.secrecy import few_participants
from services.stats.domain.source import HELD, HOURS_SHOWN, Source, buckets, by_day, by_hour, owned


class Snapshot(Struct, frozen=True):
    """What is published: one contest, its units and those that were merged away, by unit id."""

    contest: StatsContest
    units: dict[str, StatsUnit]
    gone: dict[str, StatsUnit] = field(default_factory=dict)


def build(source: Source) -> Snapshot:
    return Snapshot(_contest(source), _units(source), _gone(source))


def _counts(numbers: Sequence[int], secret: frozenset[str]) -> Counts:
    shown: dict[str, Any] = {name: None if name in secret else numbers[i] for i, name in enumerate(COUNTS)}
    return Counts(**shown)


def _until_closing(secret: frozenset[str]) -> dict[str, Withheld]:
    return dict.fromkeys(sorted(secret), "until_closing")


def _envelope(source: Source) -> dict[str, Any]:
    at = {"version": source.rev, "time": source.time, "recorded_at": source.recorded_at or source.time}
    return {**at, "contest_id": source.rules.id, "series_id": source.rules.series_id, "rehearsal": source.rehearsal}


def _contest(source: Source) -> StatsContest:
    rules, secret = source.rules, source.secret
    hours = by_hour(source)
    headcounts = source.tree.headcounts()
    roots = [number for unit in source.tree.children[""] if (number := headcounts[unit]) is not None]
    return StatsContest(
        **_envelope(source), title=rules.title, phase=source.phase, time_zone=rules.time_zone, opens=rules.opens,
        closes=rules.closes, counts=_counts(_total(source), secret), as_of=_as_of(source), withheld=_until_closing(secret),
        predicted=rules.prediction.of if rules.prediction else None, headcount=sum(roots) if roots else None,
        by_day=buckets(by_day(hours), secret), by_hour=buckets(dict(sorted(hours.items())[-HOURS_SHOWN:]), secret),
        distribution=None if "distribution" in secret else _distribution(source),
    )  # fmt: skip


def _total(source: Source) -> list[int]:
    total = [0] * len(COUNTS)
    for key, row in source.rows.items():
        if key[1] == "unit":
            for count in owned(source, key[0]):
                total[count] += row[count]
    return total


def _as_of(source: Source) -> dict[str, datetime]:
    newest = source.newest
    found = {name: newest.registered_at if name == "registrants" else newest.submitted_at for name in COUNTS}
    return {name: at for name, at in found.items() if at is not None and name not in source.secret}


def _distribution(source: Source) -> tuple[int, ...]:
    valid = {
        int(key[3]): row[VALID] for key, row in source.rows.items() if key[1] == "right" and key[0] == source.rules.id
    }
    return tuple(valid.get(right, 0) for right in range(max(valid, default=-1) + 1))


def _units(source: Source) -> dict[str, StatsUnit]:
    own: list[dict[str, int]] = [{} for _ in COUNTS]
    for (scope, kind, unit, _), row in source.rows.items():
        if kind == "unit":
            for count in owned(source, scope):
                # A unit's perfect attempts move once an hour; after closing they are what they are.
                number = row[HELD] if count == PERFECT and not source.final else row[count]
                own[count][unit] = own[count].get(unit, 0) + number
    sums = [source.tree.sums(numbers) for numbers in own]
    few = few_participants(source.tree, own[PARTICIPANTS])
    headcounts = source.tree.headcounts()
    of_category = _by_category(source)
    return {
        unit: msgspec.structs.replace(
            _unit(source, unit, [numbers[unit] for numbers in sums], headcount=headcounts[unit], few=unit in few),
            by_category=of_category.get(unit, {}),
        )
        for unit in source.tree.units
    }


def _by_category(source: Source) -> dict[str, dict[str, CategoryStats]]:
    """unit -> category -> its people, where the category has a headcount there."""
    found: dict[str, dict[str, CategoryStats]] = {}
    for category in source.tree.categories():
        own: dict[str, int] = {}
        for (scope, kind, unit, slot), row in source.rows.items():
            if (scope, kind, slot) == (source.rules.id, "unit", category):
                own[unit] = own.get(unit, 0) + row[PARTICIPANTS]
        joined = source.tree.sums(own)
        for unit, headcount in source.tree.headcounts_of(category).items():
            if headcount is not None:
                participants = None if "participants" in source.secret else joined[unit]
                rate = participants / headcount if participants is not None and headcount else None
                found.setdefault(unit, {})[category] = CategoryStats(participants, headcount, rate)
    return found


def _gone(source: Source) -> dict[str, StatsUnit]:
    """Said once more, so that whoever keeps the newest of each key does not keep their last numbers."""
    envelope = {name: value for name, value in _envelope(source).items() if name != "series_id"}
    return {
        unit.unit_id: StatsUnit(
            **envelope, unit_id=unit.unit_id, name=unit.name, kind=unit.kind, counts=Counts(0, 0, 0, 0, 0), into=home
        )
        for home, units in source.tree.merged.items()
        for unit in units
    }


def _unit(source: Source, unit_id: str, numbers: Sequence[int], *, headcount: int | None, few: bool) -> StatsUnit:
    unit, secret = source.tree.units[unit_id], source.secret
    too_few = frozenset({"attempts", "valid", "perfect"}) if few else frozenset()
    withheld: dict[str, Withheld] = dict.fromkeys(sorted(too_few), "few_participants")
    participants = None if "participants" in secret else numbers[PARTICIPANTS]
    return StatsUnit(
        **{name: value for name, value in _envelope(source).items() if name != "series_id"}, unit_id=unit_id,
        name=unit.name, parent=source.tree.parent[unit_id] or None, kind=unit.kind,
        counts=_counts(numbers, secret | too_few),
        withheld={**withheld, **_until_closing(secret - {"distribution"})},
        headcount=headcount, rate=participants / headcount if participants is not None and headcount else None,
        target=unit.target, merged=tuple(other.name.vi for other in source.tree.merged[unit_id]),
    )  # fmt: skip

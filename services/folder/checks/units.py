"""What the rules ask of the units."""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.rules import Rules
from services.folder.checks.findings import Findings
from services.folder.later_model import Award, later_of
from services.folder.model import Unit
from services.folder.values import meant

RATE = "participation_rate"
GIVE_HEADCOUNTS = "give headcounts in the units file, or take it out"


def check_units(rules: Rules, units: Sequence[Unit]) -> Findings:
    found = Findings()
    if rules.registration.fields.get("unit") == "required" and not units:
        found.rules("registration.fields.unit", "required", "asks for a unit, but there is none", "add units.yaml")
    kinds = sorted({unit.kind for unit in units})
    counts = any(unit.headcount or unit.headcounts for unit in units)
    for number, award in enumerate(later_of(rules).awards.collective):
        key = f"awards.collective[{number}]"
        if not units:
            found.rules(key, award.id, "matches nothing: there are no units", "add units.yaml")
            continue
        for word, kind in (("per", award.per), ("of", award.of)):
            if kind is not None and kind not in kinds:
                problem = "is no kind of unit: the award matches nothing"
                found.rules(f"{key}.{word}", kind, problem, meant(kind, kinds))
        if not counts and _needs_headcounts(award):
            found.rules(key, award.id, "needs headcounts, but no unit has one", GIVE_HEADCOUNTS)
    return found


def _needs_headcounts(award: Award) -> bool:
    by_rate = RATE in (award.by or ()) or any(points.participation_rate for points in award.points)
    return by_rate or award.only_if.headcount is not None or award.only_if.participation_rate is not None

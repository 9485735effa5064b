"""What the rules ask of the units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.contracts.rules import Rules
from services.folder.checks.findings import Findings
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
    for number, award in enumerate(rules.later.get("awards", {}).get("collective", ())):
        key = f"awards.collective[{number}]"
        for word in ("per", "of"):
            if word in award and award[word] not in kinds:
                problem = "is no kind of unit: the award matches nothing"
                found.rules(f"{key}.{word}", award[word], problem, meant(award[word], kinds))
        if not units:
            found.rules(key, award["id"], "matches nothing: there are no units", "add units.yaml")
        elif not counts and _needs_headcounts(award):
            found.rules(key, award["id"], "needs headcounts, but no unit has one", GIVE_HEADCOUNTS)
    return found


def _needs_headcounts(award: dict[str, Any]) -> bool:
    by_rate = RATE in award.get("by", ()) or any(RATE in points for points in award.get("points", ()))
    return by_rate or bool({"headcount", RATE} & award.get("only_if", {}).keys())

"""Awards that nobody could win, and conditions that do not say what is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.contracts.rules import Rules
from services.folder.checks.draw import papers_of
from services.folder.checks.findings import Findings
from services.folder.model import Bank
from services.folder.values import meant

KINDS = ("individual", "special", "collective")
Award = dict[str, Any]


def check_awards(rules: Rules, bank: Bank, found: Findings) -> None:
    seen: set[str] = set()
    for key, award in _awards(rules):
        if award["id"] in seen:
            found.rules(f"{key}.id", award["id"], "is the id of two awards", "give each award its own id")
        seen.add(award["id"])
        if award["prizes"] < 1:
            found.rules(f"{key}.prizes", award["prizes"], "gives nothing to anybody", "give at least one, or delete it")
        _check_winners(award, key, rules, found)
        _check_score(award.get("only_if", {}), f"{key}.only_if", (rules, bank), found)
        _check_rate(award.get("only_if", {}), f"{key}.only_if", found)
        _check_points(award, key, rules, found)
    if "overall" in rules.later and rules.id == rules.series_id:
        found.rules("overall", "", "has no rounds to add up", "add rounds, or delete overall")


def _awards(rules: Rules) -> Iterator[tuple[str, Award]]:
    awards = rules.later.get("awards", {})
    for kind in KINDS:
        for number, award in enumerate(awards.get(kind, ())):
            yield f"awards.{kind}[{number}]", award


def _check_winners(award: Award, key: str, rules: Rules, found: Findings) -> None:
    groups = [group.id for group in rules.groups]
    categories = [category.id for category in rules.registration.categories]
    for word, known in (("group", groups), ("category", categories)):
        if word in award and award[word] not in known:
            problem = f"is no {word}: the award matches nobody"
            found.rules(f"{key}.{word}", award[word], problem, meant(award[word], known))
        if award.get("per") == word and not known:
            way_out = f"define the {word} list, or delete per"
            found.rules(f"{key}.per", word, f"matches nobody: there is no {word}", way_out)
    by_age = award.get("by") in ("oldest", "youngest")
    if by_age and rules.registration.fields.get("birth_date", "off") == "off":
        way_out = "ask for it in registration.fields"
        found.rules(f"{key}.by", award["by"], "needs the birth date, which is not asked for", way_out)


def _check_score(only_if: dict[str, Any], key: str, contest: tuple[Rules, Bank], found: Findings) -> None:
    condition = only_if.get("score")
    if condition is None:
        return
    shown = f"{condition['op']} {condition['value']}{'%' if condition['of'] == 'percent' else ''}"
    full = 100 if condition["of"] == "percent" else _full_score(*contest)
    if condition["op"] == "==":
        way_out = 'write perfect: true for every question right, or a limit such as score: ">= 50%"'
        found.rules(f"{key}.score", condition["value"], "means exactly so many points", way_out)
    elif full is not None and (condition["value"], condition["op"]) == (full, ">="):
        problem = "means every question right, and goes wrong when a question is voided"
        found.rules(f"{key}.score", shown, problem, "write perfect: true")
    elif full is not None and _beyond(condition, full):
        found.rules(f"{key}.score", shown, f"matches nobody: a paper gives {full}", "give a lower limit")


def _beyond(condition: dict[str, Any], full: int) -> bool:
    limit, op = condition["value"], condition["op"]
    return bool((op == ">=" and limit > full) or (op == ">" and limit >= full) or (op == "<" and limit <= 0))


def _full_score(rules: Rules, bank: Bank) -> int | None:
    """The most points a paper gives; None where that depends on the draw or the group."""
    if any(question.points is not None for question in bank.questions):
        return None
    papers = [paper for _, paper, _ in papers_of(rules)]
    totals = {paper.points * (sum(step.count for step in paper.draw) + len(paper.fixed)) for paper in papers}
    return totals.pop() if len(totals) == 1 else None


def _check_rate(only_if: dict[str, Any], key: str, found: Findings) -> None:
    for word in ("headcount", "participation_rate", "participants"):
        condition = only_if.get(word)
        if condition is None:
            continue
        if condition["op"] == "==":
            found.rules(
                f"{key}.{word}", condition["value"], "means exactly this number", 'write a limit such as ">= 50"'
            )
        if (condition["of"] == "percent") != (word == "participation_rate"):
            way_out = 'write ">= 50%"' if word == "participation_rate" else 'write ">= 50"'
            found.rules(f"{key}.{word}", condition["value"], "has the wrong measure", way_out)


def _check_points(award: Award, key: str, rules: Rules, found: Findings) -> None:
    known = [each["id"] for _, each in _awards(rules)]
    for number, points in enumerate(award.get("points", ())):
        for named in points.get("prizes", {}):
            if named not in known:
                found.rules(f"{key}.points[{number}].prizes", named, "is no award", meant(named, known))

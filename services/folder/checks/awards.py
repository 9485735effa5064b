"""Awards that nobody could win, and conditions that do not say what is meant."""

from __future__ import annotations

from services.contracts.rules import Rules
from services.folder.checks.draw import papers_of
from services.folder.checks.findings import Findings
from services.folder.later_model import Award, Awards, Comparison, later_of
from services.folder.model import Bank
from services.folder.values import meant


def check_awards(rules: Rules, bank: Bank, found: Findings) -> None:
    awards = later_of(rules).awards
    full = _full_score(rules, bank)
    seen: set[str] = set()
    for key, award in awards.all():
        if award.id in seen:
            found.rules(f"{key}.id", award.id, "is the id of two awards", "give each award its own id")
        seen.add(award.id)
        if award.prizes < 1:
            found.rules(f"{key}.prizes", award.prizes, "gives nothing to anybody", "give at least one, or delete it")
        _check_winners(award, key, rules, found)
        _check_score(award.only_if.score, f"{key}.only_if.score", full, found)
        _check_unit_limits(award, f"{key}.only_if", found)
        _check_points(award, key, awards, found)


def _check_winners(award: Award, key: str, rules: Rules, found: Findings) -> None:
    groups = [group.id for group in rules.groups]
    categories = [category.id for category in rules.registration.categories]
    for word, named, known in (("group", award.group, groups), ("category", award.category, categories)):
        if named is not None and named not in known:
            problem = f"is no {word}: the award matches nobody"
            found.rules(f"{key}.{word}", named, problem, meant(named, known))
        if award.per == word and not known:
            way_out = f"define the {word} list, or delete per"
            found.rules(f"{key}.per", word, f"matches nobody: there is no {word}", way_out)
    if award.by in ("oldest", "youngest") and rules.registration.fields.get("birth_date", "off") == "off":
        way_out = "ask for it in registration.fields"
        found.rules(f"{key}.by", award.by, "needs the birth date, which is not asked for", way_out)


def _check_score(limit: Comparison | None, key: str, full_points: int | None, found: Findings) -> None:
    if limit is None:
        return
    full = 100 if limit.of == "percent" else full_points
    if limit.op == "==":
        way_out = 'write perfect: true for every question right, or a limit such as score: ">= 50%"'
        found.rules(key, limit, "means exactly so many points", way_out)
    elif full is not None and (limit.op, limit.value) == (">=", full):
        problem = "means every question right, and goes wrong when a question is voided"
        found.rules(key, limit, problem, "write perfect: true")
    elif full is not None and _is_out_of_reach(limit, full):
        found.rules(key, limit, f"matches nobody: a paper gives {full}", "give a limit that can be reached")


def _is_out_of_reach(limit: Comparison, full: int) -> bool:
    beyond = {">=": limit.value > full, ">": limit.value >= full, "<": limit.value <= 0, "<=": limit.value < 0}
    return beyond[limit.op]


def _full_score(rules: Rules, bank: Bank) -> int | None:
    """The most points a paper gives; None where that depends on the draw or the group."""
    if any(question.points is not None for question in bank.questions):
        return None
    papers = [paper for _, paper, _ in papers_of(rules)]
    totals = {paper.points * (sum(step.count for step in paper.draw) + len(paper.fixed)) for paper in papers}
    return totals.pop() if len(totals) == 1 else None


def _check_unit_limits(award: Award, key: str, found: Findings) -> None:
    only_if = award.only_if
    limits = {"headcount": only_if.headcount, "participants": only_if.participants}
    for word, limit in {**limits, "participation_rate": only_if.participation_rate}.items():
        if limit is None:
            continue
        wanted = "percent" if word == "participation_rate" else "number"
        example = 'write a limit such as ">= 50%"' if wanted == "percent" else 'write a limit such as ">= 50"'
        if limit.op == "==":
            found.rules(f"{key}.{word}", limit, "means exactly this number", example)
        elif limit.of != wanted:
            found.rules(f"{key}.{word}", limit, f"is not a {wanted}", example)


def _check_points(award: Award, key: str, awards: Awards, found: Findings) -> None:
    known = [each.id for _, each in awards.all()]
    for number, points in enumerate(award.points):
        for named in points.prizes:
            if named not in known:
                found.rules(f"{key}.points[{number}].prizes", named, "is no award", meant(named, known))

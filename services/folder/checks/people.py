"""What is asked of people, and the groups they fall into."""

from __future__ import annotations

from collections import Counter

from services.contracts.rules import Rules
from services.folder.checks.findings import Findings
from services.folder.values import meant


def check_people(rules: Rules, found: Findings) -> None:
    _check_categories(rules, found)
    _check_ages(rules, found)
    _check_groups(rules, found)
    if rules.consent is not None and "run_contest" not in rules.consent.purposes:
        way_out = "add run_contest: without it nobody's data may be kept"
        found.rules("consent.purposes", "", "leave out run_contest", way_out)


def _check_categories(rules: Rules, found: Findings) -> None:
    registration = rules.registration
    use = registration.fields.get("category", "off")
    if use != "off" and not registration.categories:
        found.rules("registration.fields.category", use, "asks for a category, but none is defined", "list categories")
    if use == "off" and registration.categories:
        found.rules("registration.categories", "", "are defined, but nobody is asked", "set fields.category: required")
    for number, category in enumerate(registration.categories):
        if category.id in [earlier.id for earlier in registration.categories[:number]]:
            found.rules(f"registration.categories[{number}]", category.id, "stands twice", "keep one of them")


def _check_ages(rules: Rules, found: Findings) -> None:
    registration = rules.registration
    age, guardian = registration.age, registration.guardian_under
    if (age or guardian) and registration.fields.get("birth_date") != "required":
        way_out = "set registration.fields.birth_date: required"
        found.rules("registration.fields", "", "do not ask for the birth date that age limits need", way_out)
    if age and age.from_years and age.to and age.to < age.from_years:
        found.rules("registration.eligible.age.to", age.to, f"is below from ({age.from_years})", "give a higher age")
    if age and age.from_years and guardian and guardian <= age.from_years:
        problem = f"matches nobody: people enter from {age.from_years}"
        found.rules("registration.guardian.under", guardian, problem, "give a higher age, or delete guardian")


def _check_groups(rules: Rules, found: Findings) -> None:
    if not rules.groups:
        return
    known = [category.id for category in rules.registration.categories]
    taken: dict[str, str] = {}
    for number, group in enumerate(rules.groups):
        key = f"groups[{number}]"
        if not group.categories and not group.otherwise:
            found.rules(key, group.id, "matches nobody", "list its categories, or write otherwise: true")
        for category in group.categories:
            if category not in known:
                found.rules(f"{key}.categories", category, "is not a category", meant(category, known))
            elif category in taken:
                way_out = "put each category into one group"
                found.rules(f"{key}.categories", category, f"is already in group {taken[category]}", way_out)
            taken[category] = group.id
    _check_group_ids(rules, found)
    _check_rest(rules, set(known) - set(taken), found)


def _check_group_ids(rules: Rules, found: Findings) -> None:
    for group, times in Counter(group.id for group in rules.groups).items():
        if times > 1:
            found.rules("groups", group, "is the id of two groups", "give each group its own id")


def _check_rest(rules: Rules, rest: set[str], found: Findings) -> None:
    """Who is in no group named by category."""
    others = [number for number, group in enumerate(rules.groups) if group.otherwise]
    if len(others) > 1:
        found.rules(f"groups[{others[1]}].otherwise", "", "stands at two groups", "keep one group for everybody else")
    required = rules.registration.fields.get("category") == "required"
    if others and not rest and required:
        way_out = "delete the group, or take a category out of the others"
        found.rules(f"groups[{others[0]}].otherwise", "", "matches nobody: every category is in another group", way_out)

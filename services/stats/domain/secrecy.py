"""What must not be shown, and what it could be derived from (docs/contest-folder.md, "What counts")."""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.rules import Rules
from services.contracts.tries import most_tries
from services.stats.domain.tree import Tree

FEW = 5
"""From so many participants on, a unit's attempts, valid and perfect attempts are public."""


def predicted_secret(rules: Rules) -> frozenset[str]:
    """Names of counts (and `distribution`) that tell the predicted quantity, or that it can be worked out from.

    The number of attempts is predicted over valid ones, and the distribution adds up to those. With one try each,
    a participant is an attempt. perfect_contestants are not published, but equal the perfect attempts with one try
    and are bounded by them otherwise; the last bar of the distribution is the perfect attempts.
    """
    if rules.prediction is None:
        return frozenset()
    attempts = {"attempts", "valid", "distribution"}
    one_try = most_tries(rules) == 1
    match rules.prediction.of:
        case "perfect_attempts" | "perfect_contestants":
            return frozenset({"perfect", "distribution"})
        case "attempts":
            return frozenset(attempts | ({"participants"} if one_try else set()))
        case "participants":
            return frozenset({"participants"} | (attempts if one_try else set()))
        case "registrants":
            return frozenset({"registrants"})


def unrevealed(rules: Rules) -> frozenset[str]:
    """Where a paper tells its contestant nothing, what a watcher could read it from: the bar that one submission moves."""
    papers = (rules.paper, *(group.paper for group in rules.groups if group.paper is not None))
    if any(paper.reveal == "nothing" for paper in papers):
        return frozenset({"perfect", "distribution"})
    return frozenset()


def few_participants(tree: Tree, own: Mapping[str, int]) -> set[str]:
    """Units whose attempts are withheld. `own`: participants entered directly under each unit.

    The small ones; and beside them, wherever the rest of a parent would give a group of fewer than FEW away, the next
    smallest siblings. A sibling that is withheld for that is withheld inside too, or its parts would add up to it.
    """
    total = tree.sums(own)
    direct = {unit: total[unit] - sum(total[child] for child in tree.children[unit]) for unit in tree.units}
    withheld = {unit for unit, participants in total.items() if participants < FEW}
    for parent in (*tree.bottom_up, ""):
        _cover(tree, parent, direct.get(parent, 0), total, withheld)
    return withheld


def _cover(tree: Tree, parent: str, direct: int, total: Mapping[str, int], withheld: set[str]) -> None:
    """Withholds siblings until what a parent minus its shown children gives away is nobody, or at least FEW."""
    children = tree.children[parent]
    group = direct + sum(total[child] for child in children if child in withheld)
    shown = sorted((child for child in children if child not in withheld), key=lambda child: (total[child], child))
    for child in shown:
        if group == 0 or group >= FEW:
            return
        _withhold(tree, child, total, withheld)
        group += total[child]


def _withhold(tree: Tree, unit: str, total: Mapping[str, int], withheld: set[str]) -> None:
    withheld.add(unit)
    children = [child for child in tree.children[unit] if total[child]]
    direct = total[unit] - sum(total[child] for child in children)
    if children and not direct and not any(child in withheld for child in children):
        _withhold(tree, min(children, key=lambda child: (total[child], child)), total, withheld)

"""What a contestant may see of their own attempts, and when."""

from __future__ import annotations

from services.contracts.rules import Paper, Reveal, Rules


def paper_of(rules: Rules, group: str | None) -> Paper:
    """The paper that this group takes; the contest's own where the group has none."""
    for one in rules.groups:
        if one.id == group and one.paper is not None:
            return one.paper
    return rules.paper


def revealed(paper: Paper, *, closed: bool) -> Reveal:
    """`answers` gives the score at once, and the answers only after closing unless the rules say otherwise."""
    if paper.reveal == "answers" and not (closed or paper.reveal_answers_before_closing):
        return "score"
    return paper.reveal

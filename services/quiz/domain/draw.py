"""Which questions a paper holds, and in which order they and their options are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from services.contracts.rules import DrawStep, Paper, Rules
from services.quiz.domain.dice import Dice


class Shown(Struct, frozen=True):
    """What of a question matters to a draw."""

    id: str
    topic: str
    difficulty: str
    options: tuple[str, ...]
    shuffle_options: bool = True
    groups: tuple[str, ...] = ()


class Sheet(Struct, frozen=True):
    """A drawn paper: question ids as shown, and per question its option ids as shown."""

    questions: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]


class CannotDraw(Exception):
    """The bank does not hold enough questions for the paper."""


def paper_of(rules: Rules, group: str | None) -> Paper:
    """The group's own paper where it has one, else the contest's."""
    for candidate in rules.groups:
        if candidate.id == group and candidate.paper is not None:
            return candidate.paper
    return rules.paper


def draw(seed: int, paper: Paper, bank: Sequence[Shown], group: str | None) -> Sheet:
    """The same (seed, paper, bank, group) gives the same sheet. Questions are distinct."""
    dice = Dice(seed)
    usable = [question for question in bank if not question.groups or group in question.groups]
    by_id = {question.id: question for question in usable}
    ids = _fixed(paper, by_id) if paper.fixed else _drawn(dice, paper.draw, usable)
    if paper.shuffle_questions:
        ids = dice.take(ids, len(ids))
    return Sheet(tuple(ids), tuple(_order(dice, paper, by_id[each]) for each in ids))


def _fixed(paper: Paper, by_id: Mapping[str, Shown]) -> list[str]:
    missing = [each for each in paper.fixed if each not in by_id]
    if missing:
        raise CannotDraw(f"the bank has no question {missing[0]}")
    return list(paper.fixed)


def _drawn(dice: Dice, steps: Sequence[DrawStep], usable: Sequence[Shown]) -> list[str]:
    """Narrow steps first, so that a wide one does not take what a narrow one needs."""
    taken: dict[str, None] = {}
    for step in sorted(steps, key=lambda step: (step.topic is None) + (step.difficulty is None)):
        left = [q.id for q in usable if q.id not in taken and _matches(step, q)]
        if len(left) < step.count:
            raise CannotDraw(f"{step.count} questions wanted of {step.topic or 'any topic'}, {len(left)} left")
        taken.update(dict.fromkeys(dice.take(left, step.count)))
    return list(taken)


def _matches(step: DrawStep, question: Shown) -> bool:
    return step.topic in (None, question.topic) and step.difficulty in (None, question.difficulty)


def _order(dice: Dice, paper: Paper, question: Shown) -> tuple[str, ...]:
    if paper.shuffle_options and question.shuffle_options:
        return tuple(dice.take(question.options, len(question.options)))
    return question.options

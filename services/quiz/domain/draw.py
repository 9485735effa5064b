"""Which questions a paper holds, and in which order they and their options are shown."""

from __future__ import annotations

from collections.abc import Sequence

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


class Deck:
    """All that a draw needs, made once per bank, paper and group. Raises CannotDraw where a fixed question is missing."""

    def __init__(self, paper: Paper, bank: Sequence[Shown], group: str | None) -> None:
        usable = {question.id: question for question in bank if not question.groups or group in question.groups}
        missing = [each for each in paper.fixed if each not in usable]
        if missing:
            raise CannotDraw(f"the bank has no question {missing[0]}")
        self._paper, self._usable = paper, usable
        # Narrow lines first, so that a wide one seldom takes what a narrow one needs.
        self._steps = sorted(paper.draw, key=lambda step: (step.topic is None) + (step.difficulty is None))
        self._pools = [[q.id for q in usable.values() if _matches(step, q)] for step in self._steps]

    def deal(self, seed: int) -> Sheet:
        """The same seed gives the same sheet. Questions are distinct."""
        dice = Dice(seed)
        ids = list(self._paper.fixed) or self._drawn(dice)
        if self._paper.shuffle_questions:
            ids = dice.take(ids, len(ids))
        return Sheet(tuple(ids), tuple(self._order(dice, self._usable[each]) for each in ids))

    def _drawn(self, dice: Dice) -> list[str]:
        owner: dict[str, int] = {}
        for line, (step, pool) in enumerate(zip(self._steps, self._pools, strict=True)):
            free = [question for question in pool if question not in owner]
            taken = dice.take(free, min(step.count, len(free)))
            owner.update(dict.fromkeys(taken, line))
            for _ in range(step.count - len(taken)):
                self._make_room(line, owner)
        return list(owner)

    def _make_room(self, line: int, owner: dict[str, int]) -> None:
        """Lines may overlap: another line gives up a question for one that only it can still have (an augmenting path)."""
        reached: dict[str, str | None] = dict.fromkeys(self._pools[line])
        queue = list(reached)
        for question in queue:
            if question not in owner:
                _hand_down(question, reached, owner, line)
                return
            for other in self._pools[owner[question]]:
                if other not in reached:
                    reached[other] = question
                    queue.append(other)
        step = self._steps[line]
        raise CannotDraw(f"{step.count} questions of {step.topic or 'any topic'} cannot be had beside the other lines")

    def _order(self, dice: Dice, question: Shown) -> tuple[str, ...]:
        if self._paper.shuffle_options and question.shuffle_options:
            return tuple(dice.take(question.options, len(question.options)))
        return question.options


def _hand_down(free: str, reached: dict[str, str | None], owner: dict[str, int], line: int) -> None:
    """Each owner on the path takes the question after its own; `line` gets the first."""
    question: str = free
    while (before := reached[question]) is not None:
        owner[question] = owner[before]
        question = before
    owner[question] = line


def draw(seed: int, paper: Paper, bank: Sequence[Shown], group: str | None) -> Sheet:
    """The same (seed, paper, bank, group) gives the same sheet."""
    return Deck(paper, bank, group).deal(seed)


def _matches(step: DrawStep, question: Shown) -> bool:
    return step.topic in (None, question.topic) and step.difficulty in (None, question.difficulty)

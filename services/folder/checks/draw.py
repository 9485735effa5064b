"""Whether every paper can be drawn, for everybody who gets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.contracts.rules import DrawStep, Paper, Rules
from services.folder.checks.findings import Findings
from services.folder.model import Bank, Question
from services.folder.values import meant

MAX_STEPS = 200
Cell = tuple[str, str]
"""(topic, difficulty): questions of one cell are alike to every draw."""


def check_papers(rules: Rules, bank: Bank, found: Findings) -> None:
    for key, paper, group in papers_of(rules):
        questions = bank.for_group(group)
        if bool(paper.draw) == bool(paper.fixed):
            problem = "has both draw and fixed" if paper.draw else "says nothing about its questions"
            found.rules(key, "", problem, "give one of draw, fixed and random")
        _check_fixed(paper, key, questions, found)
        _check_draw(paper.draw, key, questions, found)


def papers_of(rules: Rules) -> Iterator[tuple[str, Paper, str | None]]:
    """Every (key, paper, group) that somebody can get; group None is people in no group."""
    for number, group in enumerate(rules.groups):
        yield (
            ("paper", rules.paper, group.id)
            if group.paper is None
            else (f"groups[{number}].paper", group.paper, group.id)
        )
    if not any(group.otherwise for group in rules.groups):
        yield "paper", rules.paper, None


def _check_fixed(paper: Paper, key: str, questions: Sequence[Question], found: Findings) -> None:
    ids = {question.id for question in questions}
    for number, question in enumerate(paper.fixed):
        where = f"{key}.fixed[{number}]"
        if question not in ids:
            found.rules(where, question, "is no question of the bank for this paper", meant(question, sorted(ids)[:50]))
        elif question in paper.fixed[:number]:
            found.rules(where, question, "stands twice", "keep one of them")


def _check_draw(steps: tuple[DrawStep, ...], key: str, questions: Sequence[Question], found: Findings) -> None:
    if len(steps) > MAX_STEPS:
        return found.rules(f"{key}.draw", "", f"has more than {MAX_STEPS} lines", "join lines that ask for the same")
    filling = _Filling(steps, Counter((question.topic, question.difficulty) for question in questions))
    for number, step in enumerate(steps):
        matching = sum(filling.size[cell] for cell in filling.cells(number))
        where, value = f"{key}.draw[{number}]", _words(step)
        if not matching:
            found.rules(where, value, "matches no question", _names(step, questions))
        elif matching < step.count:
            problem = f"asks for {step.count} questions, but only {matching} match"
            found.rules(where, value, problem, f"ask for at most {matching}, or add questions")
        elif (placed := filling.fill(number)) < step.count:
            problem = f"asks for {step.count} questions, but the lines above leave only {placed}"
            found.rules(where, value, problem, "ask for fewer, or add questions")
    return None


def _words(step: DrawStep) -> str:
    return " ".join(word for word in (step.topic, step.difficulty) if word) or "any question"


def _names(step: DrawStep, questions: Sequence[Question]) -> str:
    topics, difficulties = {q.topic for q in questions}, {q.difficulty for q in questions}
    if step.topic and step.topic not in topics:
        return meant(step.topic, sorted(topics))
    if step.difficulty and step.difficulty not in difficulties:
        return meant(step.difficulty, sorted(difficulties))
    return "name a topic and difficulty that occur together"


@dataclass(slots=True)
class _Filling:
    """Gives each step distinct questions, moving those of earlier steps where that helps (a maximum matching), so
    that what is refused is really impossible, however the lines overlap."""

    steps: tuple[DrawStep, ...]
    size: Counter[Cell]
    used: Counter[Cell] = field(default_factory=Counter)
    given: Counter[tuple[int, Cell]] = field(default_factory=Counter)

    def cells(self, number: int) -> list[Cell]:
        step = self.steps[number]
        return [cell for cell in self.size if step.topic in (None, cell[0]) and step.difficulty in (None, cell[1])]

    def fill(self, number: int) -> int:
        """How many of the step's questions could be given."""
        for _ in range(self.steps[number].count):
            if not self._give(number, {number}):
                break
        return sum(self.given[number, cell] for cell in self.cells(number))

    def _give(self, number: int, asked: set[int]) -> bool:
        """One more question to the step: a free one, or one that another step can replace. `asked`: steps tried."""
        for cell in self.cells(number):
            if self.used[cell] < self.size[cell]:
                self.used[cell] += 1
                self.given[number, cell] += 1
                return True
        for cell in self.cells(number):
            for other in range(len(self.steps)):
                if other not in asked and self.given[other, cell] and self._moved(other, asked):
                    self.given[other, cell] -= 1
                    self.given[number, cell] += 1
                    return True
        return False

    def _moved(self, other: int, asked: set[int]) -> bool:
        asked.add(other)
        return self._give(other, asked)

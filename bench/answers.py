"""Fills in a paper so that exactly as many answers are wrong or missing as the plan says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from services.folder import Question

Key: TypeAlias = Mapping[str, tuple[str, ...]]
"""Question id -> the ids of its right options."""
Answers: TypeAlias = dict[str, list[str]]


class Choice(Struct):
    id: str


class Asked(Struct):
    """A question as the paper shows it; the texts are skipped while decoding."""

    id: str
    options: list[Choice]


def key_of(questions: Iterable[Question]) -> Key:
    return {question.id: question.correct for question in questions}


def fill_in(asked: Sequence[Asked], key: Key, wrong: int, salt: int) -> Answers:
    """An answer to every question, `wrong` of them not right. Which ones follows from `salt`."""
    missed = _places(len(asked), wrong, salt)
    return {
        question.id: _wrong(question, key[question.id], salt + place) if place in missed else list(key[question.id])
        for place, question in enumerate(asked)
    }


def leave_out(answers: Answers, key: Key, wrong: int) -> Answers:
    """The same paper out of time: what would be wrong is missing, yet at least one answer stands."""
    kept = {question: chosen for question, chosen in answers.items() if list(key[question]) == chosen}
    return kept or dict(list(answers.items())[: max(1, len(answers) - wrong)])


def _places(count: int, wrong: int, salt: int) -> frozenset[int]:
    # The paper's size is prime (19), so any step visits every place once; for other sizes the step is 1.
    step = 1 + salt // 32 % (count - 1) if count == 19 else 1
    return frozenset((salt + step * number) % count for number in range(min(wrong, count)))


def _wrong(question: Asked, correct: tuple[str, ...], salt: int) -> list[str]:
    """One option that is wrong by itself; where every option is right, one of them alone, which is not all."""
    others = [option.id for option in question.options if option.id not in correct]
    return [others[salt % len(others)]] if others else [correct[salt % len(correct)]]

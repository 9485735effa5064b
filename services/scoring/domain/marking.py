"""How a paper becomes a score (docs/contest-folder.md, "What counts")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from services.contracts.events import AnswerKey

Keys = Mapping[str, AnswerKey]
"""question id -> its right options."""


class Mark(Struct, frozen=True):
    """Questions right of those on the paper, and their points of the points to be had."""

    right: int
    score: int
    max_score: int
    perfect: bool


def is_right(chosen: Sequence[str] | None, key: AnswerKey) -> bool:
    """The set exactly: one option missing or one too many is wrong, and so is no answer at all."""
    return bool(chosen) and (chosen == key.correct or set(chosen or ()) == set(key.correct))


def mark(questions: Sequence[str], answers: Mapping[str, Sequence[str]], keys: Keys, group: str | None = None) -> Mark:
    """A paper of `group`, which may give points of its own.

    Raises KeyError naming the first question without a key: nothing is marked without it."""
    right = score = max_score = 0
    for question in questions:
        key = keys[question]
        points = key.points_for(group)
        max_score += points
        if is_right(answers.get(question), key):
            right += 1
            score += points
    return Mark(right, score, max_score, bool(questions) and right == len(questions))


def within_tries(ordinal: int, limit: int | None) -> bool:
    return limit is None or ordinal <= limit

"""What becomes of an answer key that arrives: most repeat what is known, and a late change waits for a regrade."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from services.contracts.events import AnswerKey

Fate = Literal["store", "ignore", "settle", "replace", "pend"]


class Known(Struct, frozen=True):
    """The key a question has now. `newest` is the highest version seen, applied or pending."""

    key: AnswerKey
    newest: int


def same(one: AnswerKey, other: AnswerKey) -> bool:
    """Equal after opening; the order of the right options means nothing."""
    return sorted(one.correct) == sorted(other.correct) and _rest(one) == _rest(other)


def _rest(key: AnswerKey) -> tuple[object, ...]:
    return key.points, key.group_points, key.explanation, key.legal_basis


def decide(known: Known | None, arrived: AnswerKey, version: int, *, marked: bool) -> Fate:
    """`marked`: a paper of the contest has been marked already.

    store: the question's first key. ignore: a repeat or something older. settle: the key applied now is confirmed, so
    whatever was pending is dropped. replace: another key, and nothing has been marked. pend: another key, too late to
    change scores without a regrade.
    """
    if known is None:
        return "store"
    if version <= known.newest:
        return "ignore"
    if same(known.key, arrived):
        return "settle"
    return "pend" if marked else "replace"

"""Which of a person's attempts stands for them, and why (docs/contest-folder.md, `counted`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

Rule = Literal["first", "last"] | tuple[str, ...]


class Try(Struct, frozen=True):
    """What the rule may look at in one attempt."""

    attempt_id: str
    ordinal: int
    submitted_at: datetime
    score: int
    duration_ms: int
    valid: bool


class Counted(Struct, frozen=True, omit_defaults=True):
    """The attempt that stands, and `because`: the first key on which it beats the next best.

    `because` is "only_valid" where there is no other valid attempt, "first" or "last" under those rules.
    """

    attempt_id: str
    because: str
    next_best: str | None = None


_KEYS: dict[str, Callable[[Try], float]] = {
    "score": lambda one: -one.score,
    "submitted_at": lambda one: one.submitted_at.timestamp(),
    "duration": lambda one: one.duration_ms,
    "ordinal": lambda one: one.ordinal,
}


def counted(tries: Sequence[Try], rule: Rule, *, excluded: bool = False) -> Counted | None:
    """None: the person is excluded, or no attempt is valid.

    A key that cannot be told yet (the distance of a prediction before sealing) ties everybody.
    """
    valid = [one for one in tries if one.valid]
    if excluded or not valid:
        return None
    keys = _keys(rule)
    ranked = sorted(valid, key=lambda one: tuple(_value(one, key) for key in keys))
    if rule == "last":
        ranked.reverse()
    if len(ranked) == 1:
        return Counted(ranked[0].attempt_id, "only_valid")
    best, second = ranked[:2]
    because = rule if isinstance(rule, str) else next(key for key in keys if _value(best, key) != _value(second, key))
    return Counted(best.attempt_id, because, second.attempt_id)


def _keys(rule: Rule) -> tuple[str, ...]:
    # The ordinal ends every comparison: it is the only key that never ties within one person.
    return ("submitted_at", "ordinal") if isinstance(rule, str) else (*rule, "ordinal")


def _value(one: Try, key: str) -> float:
    return _KEYS[key](one) if key in _KEYS else 0

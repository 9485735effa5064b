"""Which papers are perfect, and how many answers of the others are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from random import Random

from bench.plan.apportion import apportion
from bench.plan.sessions import ABANDONED, SUBMITTED, Rows

QUESTIONS = 19
S, DIP, LEARNS = 0.2568, 0.72, 3.0
"""p(k) = S · (1 − DIP · exp(−(k − 1) / LEARNS)): how often the k-th attempt of a person is perfect (arrival.yaml)."""
WRONG = tuple(range(1, QUESTIONS + 1))
WRONG_WEIGHTS = (30, 26, 21, 17, 14, 12, 10, 8, 7, 6, 5, 4, 3, 2.4, 1.8, 1.2, 0.7, 0.3, 0.1)
"""Of papers that are not perfect: three in five have at least 75 % right, as in the one published distribution."""


def p_perfect(ordinal: int) -> float:
    return S * (1 - DIP * exp(-(ordinal - 1) / LEARNS))


def wrong_answers(rows: Rows, perfect: int, rng: Random) -> bytearray:
    """Wrong or missing answers per paper: 0 for exactly `perfect` papers, shared over the ordinals by p(k).

    What ran out is never perfect: its missing answers are among the wrong ones. Abandoned papers have all missing.
    """
    wrong = bytearray(rng.choices(WRONG, WRONG_WEIGHTS, k=len(rows.kind)))
    by_ordinal: dict[int, list[int]] = {}
    for row, (kind, ordinal) in enumerate(zip(rows.kind, rows.ordinal, strict=True)):
        if kind == SUBMITTED:
            by_ordinal.setdefault(ordinal, []).append(row)
        elif kind == ABANDONED:
            wrong[row] = QUESTIONS
    ordinals = sorted(by_ordinal)
    quotas = _within(
        apportion(perfect, [len(by_ordinal[ordinal]) * p_perfect(ordinal) for ordinal in ordinals]),
        [len(by_ordinal[ordinal]) for ordinal in ordinals],
    )
    for ordinal, quota in zip(ordinals, quotas, strict=True):
        for row in rng.sample(by_ordinal[ordinal], quota):
            wrong[row] = 0
    return wrong


def _within(quotas: Sequence[int], limits: Sequence[int]) -> list[int]:
    """Largest remainder can ask one more than there are of a rare ordinal: the next one gives it."""
    fitted = [min(quota, limit) for quota, limit in zip(quotas, limits, strict=True)]
    over = sum(quotas) - sum(fitted)
    for place, limit in enumerate(limits):
        more = min(over, limit - fitted[place])
        fitted[place] += more
        over -= more
    return fitted

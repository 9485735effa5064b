"""The shape of `Rules.later`: what the later pieces of work will find there, and what an import must have."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct, field

from services.contracts.rules import Rules, Text


class Comparison(Struct, frozen=True, forbid_unknown_fields=True):
    """`">= 50%"`. `op` is `==` where the author wrote a number alone, which the checks refuse."""

    op: Literal["==", ">=", ">", "<=", "<"]
    value: int | float
    of: Literal["percent", "number"]

    def __str__(self) -> str:
        return f"{'' if self.op == '==' else self.op + ' '}{self.value}{'%' if self.of == 'percent' else ''}"


class OnlyIf(Struct, frozen=True, forbid_unknown_fields=True):
    """What a winner must have, all of it; None is not asked."""

    score: Comparison | None = None
    perfect: bool | None = None
    headcount: Comparison | None = None
    participation_rate: Comparison | None = None
    participants: Comparison | None = None


class Points(Struct, frozen=True, forbid_unknown_fields=True):
    """One source of a unit's points: points per unit of one figure (a rate in %), per prize won, or by hand."""

    participation_rate: int | None = None
    participants: int | None = None
    attempts: int | None = None
    perfect_attempts: int | None = None
    average_score: int | None = None
    prizes: dict[str, int] = field(default_factory=dict)
    manual: int | None = None
    cap: int | None = None
    title: Text | None = None


class Award(Struct, frozen=True, forbid_unknown_fields=True):
    """Prizes for people (`group`, `category`: only theirs; `per`: so many in each) or for units (`of` a kind)."""

    id: str
    prizes: int = 1
    title: Text | None = None
    only_if: OnlyIf = OnlyIf()
    per: str | None = None
    of: str | None = None
    group: str | None = None
    category: str | None = None
    by: str | tuple[str, ...] | None = None
    points: tuple[Points, ...] = ()


class PerPerson(Struct, frozen=True, forbid_unknown_fields=True):
    scope: Literal["series", "contest"]
    keep: Literal["highest", "all"]


class Awards(Struct, frozen=True, forbid_unknown_fields=True):
    per_person: PerPerson | None = None
    individual: tuple[Award, ...] = ()
    special: tuple[Award, ...] = ()
    collective: tuple[Award, ...] = ()

    def all(self) -> tuple[tuple[str, Award], ...]:
        """(key in contest.yaml, award)"""
        kinds = (("individual", self.individual), ("special", self.special), ("collective", self.collective))
        return tuple((f"awards.{kind}[{n}]", award) for kind, awards in kinds for n, award in enumerate(awards))


class RankStep(Struct, frozen=True, forbid_unknown_fields=True):
    """Durations under `floor_ms` tie."""

    by: str
    floor_ms: int = 0


class Overall(Struct, frozen=True, forbid_unknown_fields=True):
    score: Literal["sum", "average", "best"]
    best_rounds: int | None = None


class Complaints(Struct, frozen=True, forbid_unknown_fields=True):
    days: int


class Later(Struct, frozen=True, forbid_unknown_fields=True):
    ranking: tuple[RankStep, ...] = ()
    awards: Awards = Awards()
    overall: Overall | None = None
    complaints: Complaints | None = None
    retention: dict[str, str] = field(default_factory=dict)
    parts: tuple[()] = ()


def later_of(rules: Rules) -> Later:
    """Raises `msgspec.ValidationError` where the data has another shape."""
    return msgspec.convert(rules.later, Later)

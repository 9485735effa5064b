"""A series as registration sees it: one or several contests that people register for once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.contracts.rules import Rules

State = Literal["before", "open", "over"]


@dataclass(frozen=True)
class Series:
    """`rules` are those of the first contest: what people are asked is the same in all of a series."""

    id: str
    rules: Rules
    opens: datetime
    closes: datetime
    closed: bool

    @classmethod
    def of(cls, contests: Sequence[tuple[Rules, bool]]) -> Series:
        """From every contest of the series, the first to open first, and whether it is closed."""
        first = contests[0][0]
        return cls(
            first.series_id,
            first,
            first.opens,
            max(rules.closes for rules, _ in contests),
            all(over for _, over in contests),
        )

    def state(self, now: datetime) -> State:
        """People may register before it opens, and until the last contest closes."""
        if self.closed or now >= self.closes:
            return "over"
        return "open" if now >= self.opens else "before"

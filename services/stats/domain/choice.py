"""Which contest a site is about where nobody names one."""

from __future__ import annotations

from collections.abc import Iterable

from services.contracts.events import StatsContest

_FIRST = {"open": 0, "not_open": 1}
_OVER = 2


def in_order(contests: Iterable[StatsContest]) -> list[StatsContest]:
    """The open one that opened first, then the next to open, then what is over, newest first."""
    return sorted(contests, key=_place)


def _place(contest: StatsContest) -> tuple[int, float, str]:
    group = _FIRST.get(contest.phase, _OVER)
    at = -contest.closes.timestamp() if group == _OVER else contest.opens.timestamp()
    return group, at, contest.contest_id

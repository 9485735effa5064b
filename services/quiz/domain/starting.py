"""Whether a person may start a paper now, and if not, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from services.contracts.rules import Paper, Rules, Tries

PATIENCE = timedelta(seconds=5)
"""How long a request may be on its way to its statement (rule 5): the sweeper waits that much longer than the grace."""


class Spans(Struct, frozen=True):
    """Since when starts are counted for each limit, and when the next day and week begin."""

    day: datetime
    week: datetime
    hour: datetime
    next_day: datetime
    next_week: datetime


class Past(Struct, frozen=True):
    """The person's started papers in the contest, all from one snapshot."""

    ordinal: int = 0
    """Of the newest; 0: none."""
    newest: datetime | None = None
    in_day: int = 0
    in_week: int = 0
    in_hour: int = 0
    oldest_in_hour: datetime | None = None


def past_of(starts: Sequence[datetime], since: Spans) -> Past:
    """`starts`: when each paper was started, by ordinal."""
    in_hour = [at for at in starts if at > since.hour]
    return Past(
        len(starts), max(starts, default=None), sum(at >= since.day for at in starts),
        sum(at >= since.week for at in starts), len(in_hour), min(in_hour, default=None),
    )  # fmt: skip


class Refused(Exception):
    """No start now. `reason` is one of not_open, closed, no_tries, too_soon; `again_at` says when one may."""

    def __init__(self, reason: str, again_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason, self.again_at = reason, again_at


def spans(rules: Rules, now: datetime) -> Spans:
    """Days and weeks (from Monday) are calendar ones in the contest's time zone."""
    day = now.astimezone(ZoneInfo(rules.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    week = day - timedelta(days=day.weekday())
    # Added before the change of zone: a day may have 23 hours where clocks are moved.
    borders = (day, week, day + timedelta(days=1), week + timedelta(days=7))
    day, week, next_day, next_week = (border.astimezone(UTC) for border in borders)
    return Spans(day, week, now - timedelta(hours=1), next_day, next_week)


def check_start(rules: Rules, starts: Sequence[datetime], now: datetime) -> None:
    """`starts`: of the person's earlier papers, by ordinal. Raises Refused; a try that would open only after the closing
    is none."""
    check_window(rules, now)
    since = spans(rules, now)
    try:
        check_tries(rules.tries, past_of(starts, since), since, now)
    except Refused as refused:
        if refused.again_at is not None and refused.again_at >= rules.closes:
            raise Refused("no_tries") from None
        raise


def check_window(rules: Rules, now: datetime) -> None:
    """`closes` is exclusive: the last instant before it still counts."""
    if now < rules.opens:
        raise Refused("not_open", rules.opens)
    if now >= rules.closes:
        raise Refused("closed")


def check_tries(tries: Tries, past: Past, since: Spans, now: datetime) -> None:
    if tries.contest is not None and past.ordinal >= tries.contest:
        raise Refused("no_tries")
    if tries.week is not None and past.in_week >= tries.week:
        raise Refused("no_tries", since.next_week)
    if tries.day is not None and past.in_day >= tries.day:
        raise Refused("no_tries", since.next_day)
    if tries.gap_ms is not None and past.newest is not None:
        again = past.newest + timedelta(milliseconds=tries.gap_ms)
        if now < again:
            raise Refused("too_soon", again)
    if tries.starts_per_hour is not None and past.in_hour >= tries.starts_per_hour and past.oldest_in_hour is not None:
        raise Refused("too_soon", past.oldest_in_hour + timedelta(hours=1))


def end_of(rules: Rules, paper: Paper, started_at: datetime) -> datetime:
    """`finish`: a paper started in time keeps its full minutes; `cut`: it ends at `closes`."""
    full = started_at + timedelta(minutes=paper.minutes)
    return min(full, rules.closes) if rules.late_start == "cut" else full


def accepted_until(ends_at: datetime, grace_ms: int) -> datetime:
    return ends_at + timedelta(milliseconds=grace_ms)


def swept_after(grace_ms: int) -> timedelta:
    """How long after a paper's end the sweeper may take it: nothing received in time can still be on its way."""
    return timedelta(milliseconds=grace_ms) + PATIENCE

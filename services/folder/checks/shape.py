"""What must hold before anything else can be asked. The reader sees to it; an import from elsewhere may not have."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import ValidationError

from services.contracts.rules import Paper, Rules
from services.folder.checks.findings import Findings
from services.folder.later_model import later_of
from services.folder.values import CODE

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
POSITIVE = "give a number from 1"


def check_shape(rules: Rules, found: Findings) -> None:
    # A series that registration's paths cannot name would stand at quiz alone.
    if not CODE.fullmatch(rules.series_id):
        found.rules("id", rules.series_id, "is no id", "use small letters without marks, digits, '-' and '_'")
    for key, instant in (("opens", rules.opens), ("closes", rules.closes)):
        if instant.tzinfo is None:
            found.rules(key, instant.isoformat(), "has no offset", "write it in UTC")
        elif not EARLIEST <= instant <= LATEST:
            found.rules(key, instant.isoformat(), "is not between 2000 and 2100", "check the year")
    try:
        ZoneInfo(rules.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.rules("time_zone", rules.time_zone, "is not a known time zone", "write a name such as Asia/Ho_Chi_Minh")
    _check_numbers(rules, found)
    try:
        later_of(rules)
    except ValidationError as error:
        found.rules("later", "", f"has another shape ({error})", "apply the folder with the same version of hoithi")


def _check_numbers(rules: Rules, found: Findings) -> None:
    tries = rules.tries
    limits = {"contest": tries.contest, "week": tries.week, "day": tries.day, "starts_per_hour": tries.starts_per_hour}
    for word, limit in limits.items():
        if limit is not None and limit < 1:
            found.rules(f"tries.{word}", limit, "lets nobody try", POSITIVE)
    for key, number in (("tries.gap", tries.gap_ms or 0), ("grace", rules.grace_ms)):
        if number < 0:
            found.rules(key, number, "is negative", "give a duration such as 30s")
    _check_paper(rules.paper, "paper", found)
    for number, group in enumerate(rules.groups):
        if group.paper is not None:
            _check_paper(group.paper, f"groups[{number}].paper", found)


def _check_paper(paper: Paper, key: str, found: Findings) -> None:
    for word, number in (("minutes", paper.minutes), ("points", paper.points)):
        if number < 1:
            found.rules(f"{key}.{word}", number, "is not positive", POSITIVE)
    for place, step in enumerate(paper.draw):
        if step.count < 1:
            found.rules(f"{key}.draw[{place}].count", step.count, "is not positive", POSITIVE)

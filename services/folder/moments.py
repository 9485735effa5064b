"""Times, durations and periods as organisers write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from services.folder.section import Place, Read, Wrong
from services.folder.values import meant, string

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?")
DURATION = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?")
PERIOD = re.compile(r"P(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?")
WAYS = (86_400_000, 3_600_000, 60_000, 1_000)


def zone(place: Place) -> str:
    """A name of the IANA time zone database."""
    name = string(place)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = meant(name, available_timezones())
        way_out = near if near.startswith("did you") else "write a name such as Asia/Ho_Chi_Minh"
        raise Wrong("is not a known time zone", way_out) from None
    return name


def moment(time_zone: str) -> Read[datetime]:
    """Reads an `instant`."""
    return lambda place: instant(string(place), time_zone)


def instant(value: str, time_zone: str) -> datetime:
    """An instant in UTC. Without an offset it is in `time_zone`; `T24:00` is the end of the day, as rules say it.

    Raises Wrong.
    """
    if DAY.fullmatch(value):
        raise Wrong("is a day without a time of day", f"write {value}T00:00 for its start, {value}T24:00 for its end")
    if not (parts := MOMENT.fullmatch(value)):
        raise Wrong("is not a time", "write it like 2023-09-01T07:30")
    local = _local(parts)
    if not 2000 <= local.year <= 2099:
        raise Wrong("is not between 2000 and 2099", "check the year")
    if parts[5]:
        return datetime.fromisoformat(f"{local.isoformat()}{parts[5]}").astimezone(UTC)
    return _in_zone(local, ZoneInfo(time_zone))


def _local(parts: re.Match[str]) -> datetime:
    day, hour, minute, second = parts[1], int(parts[2]), int(parts[3]), int(parts[4] or 0)
    try:
        start = datetime.fromisoformat(day)
        if (hour, minute, second) == (24, 0, 0):
            return start + timedelta(days=1)
        return start.replace(hour=hour, minute=minute, second=second)
    except (ValueError, OverflowError) as error:
        raise Wrong(f"does not exist ({error})", "check day and hour in the calendar") from None


def _in_zone(local: datetime, where: ZoneInfo) -> datetime:
    first, second = (local.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise Wrong(f"is skipped or comes twice in {where.key}", "write the offset behind it, such as +07:00")
    return first


def day(place: Place) -> date:
    value = string(place)
    try:
        if DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Wrong("is not a day of the calendar", "write it like 2009-09-01")


def duration_ms(place: Place) -> int:
    """`30s`, `3m`, `1h30m`, `2d` as milliseconds. A number alone is refused: nobody knows of what."""
    value = string(place)
    if value == "0":
        return 0
    parts = DURATION.fullmatch(value)
    if not parts or not any(parts.groups()):
        raise Wrong("is not a duration", "write number and unit: 30s, 3m, 1h30m or 2d")
    return sum(int(number) * way for number, way in zip(parts.groups(), WAYS, strict=True) if number)


def period(place: Place) -> str:
    """A calendar period of ISO 8601 such as `P90D` or `P10Y`, kept as written."""
    value = string(place)
    if not PERIOD.fullmatch(value):
        raise Wrong("is not a period", "write it like P90D (days), P6M (months) or P10Y (years)")
    return value

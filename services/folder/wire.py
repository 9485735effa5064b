"""A folder as plain JSON data for the services, and a window moved for a demo."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from services.contracts.rules import Rules
from services.folder.model import ContestFolder

Wire = tuple[list[dict[str, Any]], list[tuple[str, dict[str, Any], dict[str, Any]]]]


def to_wire(folder: ContestFolder) -> Wire:
    """`(units, [(contest_id, rules, bank)])` as plain JSON; `msgspec.convert(value, type=Rules)` reads it back."""
    bank = msgspec.to_builtins(folder.bank)
    units = [msgspec.to_builtins(unit) for unit in folder.units]
    return units, [(rules.id, msgspec.to_builtins(rules), bank) for rules in folder.rules]


def shift_window(rules: Rules, closes: datetime) -> Rules:
    """The same contest, as long as it was, closing at `closes` (aware). The age limit's day moves along."""
    if closes.tzinfo is None:
        raise ValueError(f"closes={closes.isoformat()} has no offset; give an aware time")
    moved = closes - rules.closes
    registration = rules.registration
    if registration.age is not None:
        zone = ZoneInfo(rules.time_zone)
        at = datetime.combine(registration.age.at, time(0), zone) + moved
        age = msgspec.structs.replace(registration.age, at=at.date())
        registration = msgspec.structs.replace(registration, age=age)
    return msgspec.structs.replace(rules, opens=rules.opens + moved, closes=closes, registration=registration)

"""What goes in and out about rosters and slips."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from services.registration.api.shape import Short


class RosterName(Struct):
    name: Short
    birth_date: date | None = None
    phone: Short | None = None
    category: Short | None = None


class RosterGiven(Struct):
    unit_id: Short
    people: Annotated[list[RosterName], Meta(min_length=1, max_length=2000)]


class SlipView(Struct):
    slip_id: UUID
    name: str
    number: str
    """16 digits, good once; told now and never again, but to a repeat of the same request."""
    link: str
    """For the QR code; the number stands behind `#`."""


class RosterTaken(Struct):
    slips: list[SlipView]


class RosterLine(Struct):
    slip_id: UUID
    name: str
    birth_date: date | None
    unit_id: str
    category: str | None
    state: str
    """`waiting`, `opened`, `registered`, `took-part`"""
    contestant_id: UUID | None


class RosterPage(Struct):
    people: list[RosterLine]
    next: UUID | None
    """Give it as `after` for the next page; null on the last one."""


class SlipShown(Struct):
    series_id: Short
    slip: Short


class SlipOpened(Struct):
    """For the person to check; the page asks whether it is they before it goes on."""

    name: str
    birth_date: date | None
    unit_id: str
    category: str | None
    taken: bool
    """Somebody has registered with it: sign in, or ask the officer."""

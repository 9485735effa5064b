"""What goes in and out about consents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from services.registration.api.shape import Reason, Short


class ConsentChange(Struct):
    given: bool
    """False withdraws it."""
    version: Short | None = None
    """Of the text on the page; needed where `given`."""


class ConsentView(Struct):
    purpose: str
    needed: bool
    """Without it nobody takes part: withdrawn, no paper starts."""
    stands: bool
    outdated: bool
    """It was given for an older text than the one in force."""
    text_version: str | None
    given_at: datetime | None
    withdrawn_at: datetime | None


class ConsentsView(Struct):
    version: str | None
    """Of the text in force."""
    consents: list[ConsentView]
    may_start: bool
    now: datetime


class GuardianChange(Struct):
    """`consents` false withdraws; true needs name, phone and the version of the text."""

    consents: bool
    name: Short | None = None
    phone: Short | None = None
    version: Short | None = None


class GuardianView(Struct):
    state: str
    """`not-needed`, `missing`, `stands`"""
    by: str | None
    """`guardian` or `school`"""
    name: str | None
    phone_end: str | None
    """The last three digits: enough to know it again, too little to call."""
    marked_on: date | None
    consented_at: datetime | None
    may_start: bool
    now: datetime


class Marks(Struct):
    """A school's marks: it holds the guardians' consents on paper, signed at the latest on the day `on`."""

    contestants: Annotated[list[UUID], Meta(min_length=1, max_length=1000)]
    consents: bool
    """False takes the marks (or the guardians' consents) away."""
    on: date
    reason: Reason


class Marked(Struct):
    changed: int
    unchanged: int
    not_needed: int
    """Old enough to take part without."""

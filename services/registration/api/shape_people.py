"""What goes in and out about people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from services.registration.api.shape import Reason, Short
from services.registration.api.shape_disputes import NoticeView
from services.runtime.second import Request


class Consent(Struct):
    version: Short
    purposes: Annotated[list[Short], Meta(max_length=50)]


class GuardianGiven(Struct):
    """The consent of the legal representative of somebody under the age that the contest sets."""

    name: Short
    phone: Short
    version: Short | None = None
    """Of the consent's text on the page; left out at registration, where `consent` says it."""


class Registration(Struct):
    """What somebody typed. Which of the fields are asked for stands in `GET /series/{series}`."""

    code: Short
    """12 digits that the page drew at random and shows to the person."""
    name: Short | None = None
    birth_date: Short | None = None
    """`YYYY-MM-DD`"""
    unit_id: Short | None = None
    category: Short | None = None
    phone: Short | None = None
    id_number: Short | None = None
    consent: Consent | None = None
    slip: Short | None = None
    """The number of an officer's slip: the unit is then the slip's."""
    guardian: GuardianGiven | None = None
    """Taken only for somebody under the contest's `guardian_under`; may also come later."""


class Registered(Struct):
    contestant_id: UUID
    number: str
    """The contestant number, 8 digits: signs in together with the code."""
    series_id: str
    category: str | None
    group: str | None
    may_start: bool
    """False: a guardian's consent is missing, or the person is excluded."""
    now: datetime


class SignIn(Struct):
    series_id: Short
    login: Short
    """Phone or contestant number."""
    code: Short


class Me(Struct):
    contestant_id: UUID
    number: str
    series_id: str
    name: str | None
    birth_date: date | None
    unit_id: str | None
    category: str | None
    group: str | None
    may_start: bool
    excluded: bool
    guardian: str
    """`not-needed`, `missing` (no paper starts), `stands`"""
    took_part: list[str]
    """Contests of the series in which a paper was handed in."""
    notices: list[NoticeView]
    """What others did to the account; shown until the person has seen it (`POST /me/notices/seen`)."""
    now: datetime


class Exclusion(Struct):
    excluded: bool
    reason: Reason


class Move(Struct):
    """Where somebody belongs; both are given, changed or not."""

    unit_id: Short | None
    category: Short | None
    reason: Reason


class Changed(Struct):
    contestant_id: UUID
    changed: bool
    """False: it was so already, or waits for a second person."""
    version: int
    confirmation: Request | None = None
    """What a second person must confirm before it is done."""


class PersonView(Struct):
    """One person for staff. Reading it is logged."""

    contestant_id: UUID
    number: str
    name: str | None
    birth_date: date | None
    unit_id: str | None
    category: str | None
    excluded: bool
    registered_at: datetime
    has_taken_part: bool
    took_part: list[str]


class PeoplePage(Struct):
    contestants: list[PersonView]
    next: UUID | None
    """Give it as `after` for the next page; null on the last one."""

"""What goes in and out over HTTP, as Structs; the OpenAPI document is made from these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from msgspec import Meta, Struct, field

from services.contracts.rules import AgeLimit, Category, FieldUse, Text
from services.runtime.problems import (
    BAD_REQUEST,
    FORBIDDEN,
    INVALID,
    NO_KEY,
    NOT_SIGNED_IN,
    OVERLOADED,
    WRONG_ORIGIN,
    ProblemType,
)

_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""No control letters: PostgreSQL takes no zero byte, and nobody types the others."""

Short = Annotated[str, Meta(max_length=200, pattern=_PLAIN)]
Reason = Annotated[str, Meta(min_length=3, max_length=500, pattern=_PLAIN)]
SeriesId = Annotated[str, Parameter(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]


class ProblemDocument(Struct):
    """RFC 9457, with members of its own per `type`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


COMMON = (BAD_REQUEST, NOT_SIGNED_IN, FORBIDDEN, WRONG_ORIGIN, INVALID, OVERLOADED)


def refuses(*kinds: ProblemType, keyed: bool = False) -> dict[int, ResponseSpec]:
    """The refusals of a handler by status, for its OpenAPI entry."""
    titles: dict[int, dict[str, None]] = {}
    for kind in (*COMMON, *((NO_KEY,) if keyed else ()), *kinds):
        titles.setdefault(kind.status, {})[f"`{kind.slug}`: {kind.title}"] = None
    return {
        status: ResponseSpec(
            ProblemDocument,
            generate_examples=False,
            description="; ".join(texts),
            media_type="application/problem+json",
        )
        for status, texts in titles.items()
    }


NOTHING_INSIDE = ResponseSpec(None, description="Without a body", generate_examples=False)


class Consent(Struct):
    version: Short
    purposes: Annotated[list[Short], Meta(max_length=50)]


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
    took_part: list[str]
    """Contests of the series in which a paper was handed in."""
    now: datetime


class ConsentAsked(Struct):
    version: str
    purposes: list[str]
    needed: list[str]


class SeriesView(Struct):
    series_id: str
    title: Text
    state: str
    """`before` (people may register already), `open`, `over`."""
    opens: datetime
    closes: datetime
    time_zone: str
    fields: dict[str, FieldUse]
    categories: list[Category]
    age: AgeLimit | None
    guardian_under: int | None
    phone_shared_by: int
    consent: ConsentAsked | None
    now: datetime


class UnitView(Struct, omit_defaults=True):
    """A unit for a picker; what is null or false is left out."""

    id: str
    name: str
    kind: str
    en: str | None = None
    """The name in English."""
    parent: str | None = None
    open: bool = False
    merged_into: str | None = None


class TreeView(Struct):
    """All units of a series in the organiser's order."""

    series_id: str
    revision: int
    units: list[UnitView]


class UnitGiven(Struct):
    """A unit as the organiser's file gives it."""

    unit_id: Short
    name: Text
    parent: Short | None = None
    kind: Annotated[str, Meta(max_length=40, pattern=_PLAIN)] = "unit"
    headcount: int | None = None
    headcounts: dict[str, int] = field(default_factory=dict)
    target: float | None = None
    open: bool = False


class UnitsGiven(Struct):
    units: Annotated[list[UnitGiven], Meta(max_length=100_000)]


class UnitsTaken(Struct):
    created: int
    changed: int
    unchanged: int
    revision: int


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
    """False: it was so already."""
    version: int


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


class Invite(Struct):
    role: Short
    series_id: Short | None = None
    unit_id: Short | None = None
    login: Short | None = None
    """None: the invited person chooses it."""


class Invited(Struct):
    invitation_id: UUID
    link: str
    """Good once. The secret stands behind `#`, so that no server on the way sees it."""
    expires_at: datetime


class Accept(Struct):
    token: Short
    password: Short
    login: Short | None = None
    name: Short | None = None


class StaffSignIn(Struct):
    login: Short
    password: Short


class GrantView(Struct):
    role: str
    series_id: str | None
    unit_id: str | None


class StaffMe(Struct):
    staff_id: UUID
    login: str
    name: str
    grants: list[GrantView]
    now: datetime


class Republished(Struct):
    units: int
    contestants: int


class AuditView(Struct):
    service: str
    outbox: int
    facts: dict[str, dict[str, Any]]
    contests: dict[str, dict[str, Any]]

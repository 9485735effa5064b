"""What goes in and out about a series and its units."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from services.contracts.rules import AgeLimit, Category, FieldUse, Text
from services.registration.api.shape import PLAIN, Reason, Short


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
    kind: Annotated[str, Meta(max_length=40, pattern=PLAIN)] = "unit"
    headcount: int | None = None
    headcounts: dict[str, int] = field(default_factory=dict)
    target: float | None = None
    open: bool = False


class UnitsGiven(Struct):
    units: Annotated[list[UnitGiven], Meta(max_length=100_000)]


class Merging(Struct, forbid_unknown_fields=True):
    """Into which unit, and why: everybody can ask about it later."""

    into: Short
    reason: Reason


class Renaming(Struct, forbid_unknown_fields=True):
    name: Text
    reason: Reason


class UnitChanged(Struct):
    """`changed` False: it was so before."""

    unit_id: str
    changed: bool
    revision: int
    """Of the series' tree."""


class UnitsTaken(Struct):
    created: int
    changed: int
    unchanged: int
    revision: int

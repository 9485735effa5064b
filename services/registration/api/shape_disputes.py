"""What goes in and out about disputed phone numbers and the list of who may not enter."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from services.registration.api.shape import Reason, Short


class Disputed(Struct):
    """Somebody says that the number is theirs and that others registered with it."""

    phone: Short
    name: Short


class Taken(Struct):
    """The same whether the number is known or not."""

    received: bool


class HolderView(Struct):
    contestant_id: UUID
    number: str
    name: str | None
    unit_id: str | None
    registered_at: datetime
    has_taken_part: bool


class DisputeView(Struct):
    dispute_id: UUID
    phone: str | None
    """To call back: who answers it decides. Reading it is logged."""
    name: str | None
    opened_at: datetime
    people: list[HolderView]


class Decision(Struct):
    release: Annotated[list[UUID], Meta(max_length=1000)]
    """Whose registration loses the number; they keep everything else and sign in with the contestant number."""
    reason: Reason


class Decided(Struct):
    changed: bool
    """False: it was decided already."""


class BarredPerson(Struct):
    """A phone, an ID number, or name and birth date."""

    name: Short | None = None
    birth_date: date | None = None
    phone: Short | None = None
    id_number: Short | None = None


class BarredList(Struct):
    people: Annotated[list[BarredPerson], Meta(max_length=20_000)]


class BarredTaken(Struct):
    people: int
    registered: list[UUID]
    """Who is registered already and stands on the list: excluding them is decided one by one."""


class NoticeView(Struct):
    id: int
    what: str
    """`phone-released`, `new-code`, `corrected`, `moved`"""
    by: str
    """The role of whoever did it."""
    at: datetime


class Seen(Struct):
    up_to: Annotated[int, Meta(ge=0, le=9_000_000_000_000)]

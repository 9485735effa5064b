"""What goes in and out about staff and for the keeping of the service."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from services.registration.api.shape import Short
from services.runtime.second import Request


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
    confirmation: Request | None
    """What a second person must confirm before the link works; None where it works already."""


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

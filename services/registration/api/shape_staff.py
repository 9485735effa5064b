"""What goes in and out about staff and for the keeping of the service."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from services.registration.api.shape import Reason, Short
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


class Open(Struct):
    token: Short


class Offered(Struct):
    """What an authenticator app is told; `uri` is the content of a QR code."""

    secret: str
    uri: str


class InvitationView(Struct):
    """An invitation as whoever holds the link sees it."""

    role: str
    series_id: str | None
    unit_id: str | None
    login: str | None
    """None: to be chosen."""
    expires_at: datetime
    taken: bool
    waits: bool
    """For a second person."""
    second_factor: Offered | None
    """Where the role needs one, for an account that has none yet."""


class Accept(Struct):
    token: Short
    password: Short
    totp: Short | None = None
    """The code of an authenticator app, for roles that need one."""
    login: Short | None = None
    name: Short | None = None


class StaffSignIn(Struct):
    login: Short
    password: Short
    totp: Short | None = None


class GrantView(Struct):
    role: str
    series_id: str | None
    unit_id: str | None


class HoldingView(Struct):
    """One role of one member."""

    staff_id: UUID
    login: str
    name: str
    second_factor: bool
    role: str
    series_id: str | None
    unit_id: str | None
    granted_by: str
    granted_at: datetime
    expires_at: datetime | None
    """None: some time after the series closes."""


class InvitationLine(Struct):
    invitation_id: UUID
    role: str
    series_id: str | None
    unit_id: str | None
    invited_by: str
    expires_at: datetime
    waits: bool
    """For a second person."""


class StaffList(Struct):
    roles: list[HoldingView]
    invitations: list[InvitationLine]


class Revocation(Struct):
    role: Short
    reason: Reason
    series_id: Short | None = None
    unit_id: Short | None = None


class Revoked(Struct):
    staff_id: UUID
    role: str
    series_id: str | None
    unit_id: str | None


class StaffMe(Struct):
    staff_id: UUID
    login: str
    name: str
    grants: list[GrantView]
    second_factor: bool
    now: datetime


class Republished(Struct):
    units: int
    contestants: int


class AuditView(Struct):
    service: str
    outbox: int
    facts: dict[str, dict[str, Any]]
    contests: dict[str, dict[str, Any]]

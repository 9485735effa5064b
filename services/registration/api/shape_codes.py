"""What goes in and out about entry codes and tickets."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from services.registration.api.shape import Reason, Short


class NewCode(Struct):
    code: Short
    """12 digits that the page drew at random and shows to the person."""


class CodeChanged(Struct):
    changed: bool
    """False: it was the code already."""
    now: datetime


class TicketAsked(Struct):
    reason: Reason


class TicketView(Struct):
    ticket: str
    """10 digits for the person to type, once. They set a new code that nobody else sees."""
    number: str
    """The contestant number that it belongs to."""
    expires_at: datetime


class TicketTaken(Struct):
    series_id: Short
    number: Short
    ticket: Short
    code: Short
    """The new entry code, drawn by the page."""


class PairingView(Struct):
    pairing: str
    """12 digits, good once."""
    link: str
    """For a QR code; the secret stands behind `#`."""
    expires_at: datetime


class PairingTaken(Struct):
    series_id: Short
    pairing: Short


class PairingName(Struct):
    name: str | None
    number: str
    """The page asks "Đăng nhập với tên …?" before it takes the pairing."""

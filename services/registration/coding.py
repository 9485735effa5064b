"""A new entry code, and single-use tickets: nobody but the person ever sees a code (rule 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from services.registration.changes import Order, end_sessions
from services.registration.domain import text
from services.registration.domain.tickets import (
    PAIRING_DIGITS,
    PAIRING_LIVES,
    TICKET_DIGITS,
    TICKET_LIVES,
    TICKETS_PER_DAY,
    from_bytes,
)
from services.registration.problems import FORM, TICKET_LIMIT
from services.registration.registrar import code_hmac
from services.registration.repository import contestants, notices, tickets
from services.registration.repository.contestants import Contestant
from services.registration.repository.tickets import Ticket
from services.registration.vault import Vault
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.problems import Problem


def readable(typed: str) -> str:
    """The new code. Raises 422 for one that is no code or can be guessed."""
    code = text.code(typed)
    if code is None or text.is_guessable(code):
        kind = "not-valid" if code is None else "guessable"
        message = f"code: {text.CODE_DIGITS} random digits that the page drew"
        raise Problem(FORM, message, faults=[{"field": "code", "code": kind, "message": message}])
    return code


async def change(connection: Connection, vault: Vault, person: Contestant, code: str, order: Order) -> bool:
    """False where it is the code already. All sessions end; an open paper has a credential of its own and stands."""
    if not await contestants.set_code(connection, person.id, code_hmac(vault, str(person.id), code), order.recorded_at):
        return False
    await end_sessions(connection, person, order)
    await note(connection, order.actor, "code.change", str(person.id), order.reason)
    return True


@dataclass(frozen=True)
class Issuing:
    """Who gives a ticket, under which Idempotency-Key, on which local day."""

    order: Order
    role: str
    key: str
    day: date


async def ticket(connection: Connection, vault: Vault, person: Contestant, issuing: Issuing) -> tuple[Ticket, str]:
    """The ticket and its digits, which follow from officer and key: a repeat tells them again, and they are not stored.

    The person's row must be locked. Raises 429 for an officer who has given a day's worth.
    """
    order = issuing.order
    digits = from_bytes(vault.mac("ticket", order.actor, issuing.key, str(person.id)), TICKET_DIGITS)
    hashed = code_ticket_hash(vault, person, digits)
    if (known := await tickets.find(connection, hashed)) is not None:
        return known, digits
    ends = order.recorded_at + TICKET_LIVES
    made = Ticket(
        uuid4(), person.id, person.series_id, "code", hashed, order.actor, issuing.role, order.recorded_at, ends
    )
    await tickets.replace_open(connection, person.id, "code", order.recorded_at)
    while not await tickets.issue(connection, made, issuing.day, TICKETS_PER_DAY):
        if await tickets.given(connection, order.actor, issuing.day) >= TICKETS_PER_DAY:
            raise Problem(TICKET_LIMIT, "Another officer or the helpdesk can give one.", retry_after=3600)
    await note(connection, order.actor, "ticket.give", str(person.id), order.reason, new={"ticket": str(made.id)})
    return made, digits


def code_ticket_hash(vault: Vault, person: Contestant, digits: str) -> bytes:
    return vault.mac("ticket-hash", str(person.id), digits)


async def redeem(
    connection: Connection, vault: Vault, given: Ticket, person: Contestant, code: str, order: Order
) -> bool:
    """False where the ticket is spent or over. The person is told at the next sign-in that this was done."""
    if not await tickets.spend(connection, given.id, order.recorded_at):
        return False
    await change(connection, vault, person, code, order)
    await notices.leave(connection, person.id, "new-code", given.role or "", order.now)
    return True


async def pairing(
    connection: Connection, vault: Vault, person: Contestant, key: str, now: datetime
) -> tuple[Ticket, str]:
    """For another device of the same person, typed or read from a QR code.

    Dated, like a session, not before the person's sessions ended: they end with the second, and who has just taken a new
    code may pair within it.
    """
    digits = from_bytes(vault.mac("pairing", str(person.id), key), PAIRING_DIGITS)
    hashed = pairing_hash(vault, person.series_id, digits)
    if (known := await tickets.find(connection, hashed)) is not None:
        return known, digits
    actor = f"session:{person.id}"
    issued = max(now, person.end_before or now)
    made = Ticket(uuid4(), person.id, person.series_id, "device", hashed, actor, None, issued, now + PAIRING_LIVES)
    await tickets.replace_open(connection, person.id, "device", now)
    await tickets.issue(connection, made)
    return made, digits


def pairing_hash(vault: Vault, series_id: str, digits: str) -> bytes:
    return vault.mac("pairing-hash", series_id, digits)

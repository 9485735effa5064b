"""The second factor of those who can do harm: a code from an authenticator app (RFC 6238)."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime
from uuid import UUID

import pyotp

from services.registration.domain.limits import FACTOR_TRIES, WINDOW
from services.registration.problems import FACTOR_NEEDED, TOO_MANY_WRONG_CODES, WRONG_FACTOR
from services.registration.repository import signin, staff
from services.registration.vault import Vault
from services.runtime.audit import note
from services.runtime.database import Pool
from services.runtime.problems import Problem

ISSUER = "hoithi"
STEP = 30
"""Seconds; RFC 6238's own."""
TOLERATED = 1
"""Steps that a phone's clock may be off, either way."""


def enrolment(vault: Vault, token: str) -> str:
    """The secret, in base32, that the invitation with this token offers: it follows from the token, so nobody stores it
    before the invitation is taken."""
    return b32encode(vault.mac("totp-1", token) + vault.mac("totp-2", token)[:4]).decode()


def uri(secret: str, login: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=login, issuer_name=ISSUER)


def used_step(secret: str, code: str | None, now: datetime, after: int | None = None) -> int | None:
    """The time step whose code this is, if it is one of now and newer than `after`. `now` is real time."""
    given = "".join((code or "").split())
    current = int(now.timestamp()) // STEP
    for step in range(current - TOLERATED, current + TOLERATED + 1):
        expected = pyotp.TOTP(secret, interval=STEP).generate_otp(step)
        if hmac.compare_digest(expected.encode(), given.encode()) and (after is None or step > after):
            return step
    return None


async def check(pool: Pool, vault: Vault, member: UUID, code: str | None, now: datetime) -> None:
    """Raises 401 for a code that is missing, wrong or used before, and 429 for every one after too many wrong ones.

    Only who has the password comes here, so a limit that refuses right codes too keeps nobody out but a thief's victim,
    and six digits need one: without it they fall within a day. The member's row is held while the code is compared, so
    that many guesses at one time count one after the other.
    """
    if code is None:
        raise Problem(FACTOR_NEEDED, "Give the code that your authenticator app shows now.")
    account = vault.mac("totp", str(member))
    async with pool.acquire() as connection, connection.transaction():
        sealed, last = await staff.factor(connection, member)
        tried = await signin.failures(connection, account, account, now - WINDOW)
        if tried.account >= FACTOR_TRIES:
            raise Problem(TOO_MANY_WRONG_CODES, "Wait ten minutes; is it you who tries?", retry_after=600)
        step = used_step(vault.open(sealed, str(member)), code, now, last) if sealed else None
        if step is not None:
            await staff.use_factor(connection, member, step)
            return
        await signin.add_failure(connection, account, account, now)
        await note(connection, f"staff:{member}", "staff.wrong-factor", str(member))
    raise Problem(WRONG_FACTOR, "Wait for the next code: each works once. Does the phone show the right time?")

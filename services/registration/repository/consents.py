"""What people and their guardians agreed to, each time with its time; nothing is deleted but by erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent; `withdrawn_at` None: it stands."""

    purpose: str
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class GuardianConsent:
    """A guardian's own consent (name, sealed phone, text), or a school's mark (day of the paper, officer)."""

    name: str | None
    phone_enc: bytes | None
    text_version: str | None
    marked_by: str | None
    marked_on: date | None
    consented_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


async def history(connection: Connection, contestant_id: UUID) -> list[Consent]:
    rows = await connection.fetch(
        "select purpose, text_version, given_at, withdrawn_at from consents where contestant_id = $1 order by id",
        contestant_id,
    )
    return [Consent(*row.values()) for row in rows]


async def give(connection: Connection, contestant_id: UUID, purpose: str, version: str, now: datetime) -> bool:
    """False where it stands already for this text."""
    given = await connection.fetchval(
        """insert into consents (contestant_id, purpose, text_version, given_at) values ($1, $2, $3, $4)
           on conflict do nothing returning true""",
        contestant_id, purpose, version, now,
    )  # fmt: skip
    return bool(given)


async def withdraw(connection: Connection, contestant_id: UUID, purpose: str, now: datetime) -> bool:
    """Whatever text it was given for. False where none stands."""
    ended = await connection.fetch(
        """update consents set withdrawn_at = $3
           where contestant_id = $1 and purpose = $2 and withdrawn_at is null returning id""",
        contestant_id, purpose, now,
    )  # fmt: skip
    return bool(ended)


async def guardians(connection: Connection, contestant_id: UUID) -> list[GuardianConsent]:
    """Every consent there was, the newest last."""
    rows = await connection.fetch(
        """select name, phone_enc, text_version, marked_by, marked_on, consented_at, withdrawn_at, withdrawn_by
           from guardians where contestant_id = $1 order by id""",
        contestant_id,
    )
    return [GuardianConsent(*row.values()) for row in rows]


async def vouch(connection: Connection, contestant_id: UUID, given: GuardianConsent) -> bool:
    """False where a consent stands already: it must be withdrawn before another one can take its place."""
    stored = await connection.fetchval(
        """insert into guardians (contestant_id, name, phone_enc, text_version, marked_by, marked_on, consented_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning true""",
        contestant_id, given.name, given.phone_enc, given.text_version, given.marked_by, given.marked_on,
        given.consented_at,
    )  # fmt: skip
    return bool(stored)


async def unvouch(connection: Connection, contestant_id: UUID, by: str, now: datetime) -> bool:
    """False where none stands."""
    ended = await connection.fetch(
        """update guardians set withdrawn_at = $2, withdrawn_by = $3
           where contestant_id = $1 and withdrawn_at is null returning id""",
        contestant_id, now, by,
    )  # fmt: skip
    return bool(ended)

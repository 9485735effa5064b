"""Giving and withdrawing consents: the person's row is locked, rights follow, and quiz hears of what is taken away."""

from __future__ import annotations

from services.registration.changes import Order, renew
from services.registration.domain.guardians import Guardian
from services.registration.domain.series import Series
from services.registration.repository import consents
from services.registration.repository.consents import GuardianConsent
from services.registration.repository.contestants import Contestant
from services.registration.vault import Vault
from services.runtime.audit import note
from services.runtime.database import Connection


async def agree(connection: Connection, person: Contestant, purpose: str, version: str, order: Order) -> bool:
    """False where it stands already. Rights that come back need no fact: the token is exchanged."""
    if not await consents.give(connection, person.id, purpose, version, order.now):
        return False
    await note(connection, order.actor, "consent.give", str(person.id), new={"purpose": purpose, "version": version})
    return True


async def withdraw(connection: Connection, person: Contestant, purpose: str, series: Series, order: Order) -> bool:
    """Acts from now on: what was done while it stood stays. Without a needed one no paper starts."""
    if not await consents.withdraw(connection, person.id, purpose, order.now):
        return False
    await note(connection, order.actor, "consent.withdraw", str(person.id), old={"purpose": purpose})
    if series.rules.consent is not None and purpose in series.rules.consent.needed:
        await renew(connection, person, order)
    return True


async def vouch(connection: Connection, person: Contestant, given: GuardianConsent, order: Order) -> bool:
    if not await consents.vouch(connection, person.id, given):
        return False
    by = {"marked_by": given.marked_by, "marked_on": given.marked_on, "version": given.text_version}
    await note(connection, order.actor, "guardian.consent", str(person.id), new=by)
    return True


async def unvouch(connection: Connection, person: Contestant, order: Order) -> bool:
    """No paper starts any more; one that runs goes on to its end."""
    if not await consents.unvouch(connection, person.id, order.actor, order.now):
        return False
    await note(connection, order.actor, "guardian.withdraw", str(person.id), order.reason)
    await renew(connection, person, order)
    return True


def in_person(vault: Vault, person: Contestant, guardian: Guardian, order: Order) -> GuardianConsent:
    sealed = vault.seal(guardian.phone, str(person.id))
    return GuardianConsent(guardian.name, sealed, guardian.version, None, None, order.now)

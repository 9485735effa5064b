"""Disputed phone numbers, and who may not enter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.registration.changes import Order
from services.registration.domain.barred import Identity, traits
from services.registration.registrar import phone_hmac
from services.registration.repository import contestants, disputes, notices
from services.registration.repository.disputes import Dispute
from services.registration.vault import Vault
from services.runtime.audit import note
from services.runtime.database import Connection


def digests(vault: Vault, series_id: str, person: Identity) -> list[bytes]:
    """Keyed hashes of what tells the person; those of phone and ID number are the ones that people are stored with."""
    return [_digest(vault, series_id, trait) for trait in traits(person)]


def _digest(vault: Vault, series_id: str, trait: tuple[str, ...]) -> bytes:
    kind, *values = trait
    return phone_hmac(vault, series_id, values[0]) if kind == "phone" else vault.mac(kind, series_id, *values)


async def release(connection: Connection, dispute: Dispute, people: Iterable[UUID], order: Order, role: str) -> None:
    """Takes the number away from these people, where it is theirs, and closes the dispute."""
    released = []
    for contestant in sorted(set(people)):
        if await contestants.release_phone(connection, contestant, dispute.phone_hmac):
            await notices.leave(connection, contestant, "phone-released", role, order.now)
            released.append(str(contestant))
    await disputes.decide(connection, dispute.id, order.actor, order.now)
    await note(
        connection, order.actor, "phone-dispute.decide", str(dispute.id), order.reason, new={"released": released}
    )


async def bar(
    connection: Connection, vault: Vault, series_id: str, people: Sequence[Identity], order: Order
) -> list[UUID]:
    """Replaces the list; the ids of who is registered and stands on it."""
    listed = {digest for person in people for digest in digests(vault, series_id, person)}
    if await disputes.bar(connection, series_id, listed):
        await note(
            connection, order.actor, "not-eligible.replace", series_id, order.reason, new={"people": len(people)}
        )
    born = {person.birth_date for person in people if person.birth_date}
    alike = await disputes.registered_alike(connection, series_id, listed, born)
    return [
        id_
        for id_, name, birth_date, listed_by_number in alike
        if listed_by_number or not listed.isdisjoint(digests(vault, series_id, Identity(name, birth_date)))
    ]

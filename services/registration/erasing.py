"""Erasing an identity, and telling somebody everything that is known of them.

Every other service learns of an erasure from one fact, `contestant.erased.v1`, and holds no personal data to begin with.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from services.contracts.events import ContestantErased
from services.registration.changes import Order, announce
from services.registration.problems import ERASURE_HELD
from services.registration.repository import erasure
from services.registration.repository.contestants import Contestant
from services.registration.vault import Vault
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.problems import Problem

WHY = {
    "winner": "a prize was announced: who received it must be shown (see the contest's retention)",
    "complaint": "a complaint of this person is open",
    "flag": "a sign of cheating is being looked at",
}


async def erase(connection: Connection, person: Contestant, order: Order) -> None:
    """Identity and everything that leads to it; attempts stay, under no unit. The person's row must be locked.

    Raises 409 with every reason for which the file is held.
    """
    if held := await erasure.holds(connection, person.id):
        raise Problem(ERASURE_HELD, "; ".join(WHY[kind] for kind in held) + ".", held=held)
    await announce(connection, person, order, [ContestantErased])
    await erasure.keep_digests(connection, person.id)
    await erasure.forget(connection, person.id, order.now)
    await note(connection, order.actor, "contestant.erase", str(person.id), order.reason)


async def told(connection: Connection, vault: Vault, contestant_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything that this service knows of the person, readable; nothing but facts and log of somebody erased."""
    found = await erasure.everything(connection, contestant_id)
    for row in (*found["person"], *found["guardians"]):
        for name in [name for name in row if name.endswith("_enc")]:
            sealed = row.pop(name)
            row[name.removesuffix("_enc")] = vault.open(sealed, str(contestant_id)) if sealed else None
    for row in found["published"]:
        row["payload"] = msgspec.json.decode(row["payload"])
    return found

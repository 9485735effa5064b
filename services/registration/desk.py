"""The service's singletons, made once per process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from services.registration.book import Book
from services.registration.domain.address import network
from services.registration.domain.limits import REGISTRATIONS_PER_ADDRESS, REHEARSAL_FACTOR, Meter
from services.registration.doorkeeper import Doorkeeper
from services.registration.passwords import Passwords
from services.registration.problems import WRONG_CODE
from services.registration.registrar import Registrar
from services.registration.repository import contestants
from services.registration.repository.contestants import Account, Login
from services.registration.vault import Vault
from services.runtime import Parts
from services.runtime.batcher import Batcher
from services.runtime.edge import Edge
from services.runtime.problems import ProblemType


@dataclass(frozen=True)
class Desk:
    parts: Parts
    vault: Vault
    book: Book
    registrar: Registrar
    doorkeeper: Doorkeeper
    passwords: Passwords
    registrations: Meter
    accounts: Batcher[Login, list[Account]]
    """Whose the code may be that somebody types. Many guess at once, and share the reading."""

    async def refuse(self, edge: Edge, *account: str, kind: ProblemType = WRONG_CODE) -> NoReturn:
        """Tells that a secret was wrong, after the pause that `account` (a kind and its names) and the caller's address
        have earned."""
        address = self.vault.mac("address", network(edge.client_address))
        await self.doorkeeper.refuse(self.vault.mac(*account), address, kind)


async def open_desk(parts: Parts) -> None:
    """Reads the secrets: a process without them does not start."""
    vault = Vault.read(parts.settings.secrets_dir)
    parts.state["desk"] = Desk(
        parts=parts,
        vault=vault,
        book=Book(parts.pool, parts.clock),
        registrar=Registrar(parts, vault),
        doorkeeper=Doorkeeper(parts),
        passwords=Passwords(),
        registrations=Meter(REGISTRATIONS_PER_ADDRESS * (REHEARSAL_FACTOR if parts.settings.rehearsal else 1)),
        accounts=Batcher(
            "accounts", contestants.accounts, pool=parts.pool, key=lambda login: login, pace=0.005, one_statement=True
        ),
    )


def desk_of(parts: Parts) -> Desk:
    desk: Desk = parts.state["desk"]
    return desk

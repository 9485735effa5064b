"""Entering people: a request becomes a row to store, and rows that arrive together share one statement."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from uuid_utils.compat import uuid7

from services.contracts.events import ContestantRegistered
from services.registration.domain import number, text
from services.registration.domain.entry import Person
from services.registration.domain.guardians import Guardian
from services.registration.domain.series import Series
from services.registration.problems import ID_NUMBER_TAKEN, PHONE_LIMIT, SESSION_OVER, SLIP_TAKEN, WRONG_TICKET
from services.registration.repository import contestants
from services.registration.repository.contestants import Contestant
from services.registration.repository.entrance import Entered, Newcomer, Refused, Repeat, enter, standing
from services.registration.vault import Vault
from services.runtime import Parts
from services.runtime.batcher import Batcher
from services.runtime.database import Connection
from services.runtime.idempotency import Keyed
from services.runtime.outbox import Outgoing, put
from services.runtime.problems import KEY_REUSED, OVERLOADED, Problem

ROUNDS = 8
"""A drawn number that somebody has, or a slot that somebody was quicker to take, is drawn again so often."""

_REFUSALS = {
    Refused.OTHER_BODY: (KEY_REUSED, "Use a new Idempotency-Key for another registration."),
    Refused.CODE_CHANGED: (SESSION_OVER, "You are registered, and have a new code since; sign in with it."),
    Refused.SLIP_TAKEN: (SLIP_TAKEN, "If it was you, sign in; else ask the officer who gave it."),
    Refused.SLIP_GONE: (WRONG_TICKET, "It was taken back a moment ago; ask the officer who gave it."),
    Refused.ID_NUMBER_TAKEN: (ID_NUMBER_TAKEN, "If it is yours, sign in, or ask the helpdesk."),
    Refused.PHONE_LIMIT: (PHONE_LIMIT, "Use another phone number, or sign in if you have registered."),
    Refused.TRY_AGAIN: (OVERLOADED, "Very many people register at this moment."),
}


@dataclass(frozen=True)
class Asked:
    """A newcomer and the trace of the request that brought them."""

    newcomer: Newcomer
    trace: str


class Registrar:
    def __init__(self, parts: Parts, vault: Vault) -> None:
        self._parts, self._vault = parts, vault
        self._batcher: Batcher[Asked, Entered] = Batcher(
            "registrations", _enter_all, pool=parts.pool, key=lambda asked: asked.newcomer.entry_key, max_batch=64
        )

    async def enter(self, newcomer: Newcomer, trace: str) -> Entered:
        """Raises the refusal as a Problem. The same newcomer again gives whoever was entered first."""
        return await self._batcher.submit(Asked(newcomer, trace))

    async def known(self, newcomer: Newcomer | Repeat) -> Entered | None:
        """Whoever an earlier request with the same key entered."""
        async with self._parts.pool.acquire() as connection:
            found = await standing(connection, newcomer)
        return found if isinstance(found, Entered) else None

    async def again(self, entered: Entered, repeat: Repeat) -> Contestant:
        """Whoever a repeat signs in. Raises the refusal as a Problem where the code has been changed since."""
        async with self._parts.pool.acquire() as connection:
            await contestants.settle(connection, entered.id)
            person = await contestants.find(connection, entered.id)
            found = await standing(connection, repeat)
        if isinstance(found, Refused) or person is None:
            raise Problem(*_REFUSALS[found if isinstance(found, Refused) else Refused.TRY_AGAIN])
        return person

    def repeat(self, series_id: str, keyed: Keyed, code: str) -> Repeat:
        # The body is keyed, because it holds the entry code: from a plain hash a thief of the table could search for it.
        body = self._vault.mac("body", keyed.body_hash)
        return Repeat(series_id, self._vault.mac("entry", series_id, keyed.key, code), body)

    def newcomer(
        self, person: Person, series: Series, keyed: Keyed, now: datetime, guardian: Guardian | None = None
    ) -> Newcomer:
        vault, id_ = self._vault, uuid7()
        owner, phone, id_number = str(id_), person.phone, person.id_number
        repeat = self.repeat(series.id, keyed, person.code)
        consent = series.rules.consent
        return Newcomer(
            id=id_, series_id=series.id, number=_draw_number(), name=person.name,
            sort_name=text.sort_key(person.name) if person.name else None, birth_date=person.birth_date,
            unit_id=person.unit, category=person.category, group_id=person.group,
            phone_enc=vault.seal(phone, owner) if phone else None,
            phone_hmac=phone_hmac(vault, series.id, phone) if phone else None,
            phone_limit=series.rules.registration.phone_shared_by,
            id_number_enc=vault.seal(id_number, owner) if id_number else None,
            id_number_hmac=vault.mac("id_number", series.id, id_number) if id_number else None,
            code_hmac=code_hmac(vault, owner, person.code),
            entry_key=repeat.entry_key, entry_body=repeat.entry_body,
            consent_version=consent.version if consent else None, purposes="\n".join(person.purposes),
            slip_id=None,
            guardian_name=guardian.name if guardian else None,
            guardian_phone_enc=vault.seal(guardian.phone, owner) if guardian else None,
            registered_at=now, recorded_at=self._parts.clock.now(), rehearsal=self._parts.settings.rehearsal,
        )  # fmt: skip


def phone_hmac(vault: Vault, series_id: str, phone: str) -> bytes:
    return vault.mac("phone", series_id, phone)


def code_hmac(vault: Vault, contestant_id: str, code: str) -> bytes:
    return vault.mac("code", contestant_id, code)


def _draw_number() -> str:
    return number.make(number.LOWEST + secrets.randbelow(number.HIGHEST - number.LOWEST + 1))


async def _enter_all(connection: Connection, asked: Sequence[Asked]) -> Sequence[Entered | Problem]:
    """Runs inside the batcher's transaction: people, consents and facts become durable together."""
    newcomers = [each.newcomer for each in asked]
    outcomes: list[Entered | Refused] = [Refused.TRY_AGAIN] * len(asked)
    for _ in range(ROUNDS):
        left = [at for at, outcome in enumerate(outcomes) if outcome is Refused.TRY_AGAIN]
        if not left:
            break
        for at, outcome in zip(left, await enter(connection, [newcomers[at] for at in left]), strict=True):
            outcomes[at] = outcome
            newcomers[at] = replace(newcomers[at], number=_draw_number())
    new = [
        Outgoing(_registered(each.newcomer), each.trace)
        for each, outcome in zip(asked, outcomes, strict=True)
        if isinstance(outcome, Entered) and outcome.new
    ]
    await put(connection, new)
    return [outcome if isinstance(outcome, Entered) else Problem(*_REFUSALS[outcome]) for outcome in outcomes]


def _registered(newcomer: Newcomer) -> ContestantRegistered:
    return ContestantRegistered(
        series_id=newcomer.series_id, contestant_id=str(newcomer.id), version=1, time=newcomer.registered_at,
        recorded_at=newcomer.recorded_at, rehearsal=newcomer.rehearsal, unit_id=newcomer.unit_id,
        category=newcomer.category, group=newcomer.group_id,
    )  # fmt: skip

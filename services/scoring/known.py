"""What marking keeps in memory of each contest, always under the version that was locked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from services.contracts.events import AnswerKey
from services.contracts.rules import Rules
from services.runtime.database import Connection
from services.scoring.keyring import Keyring
from services.scoring.repository import contests, keys
from services.scoring.repository.contests import Version


class Known(Struct, frozen=True):
    """Rules and keys as of one locked version. A question whose key has not arrived is absent from `keys`."""

    rules: Rules
    revision: int
    keys: Mapping[str, AnswerKey]


class Contests:
    """A cache that cannot be stale: another definition or another key changes the version it is looked up by."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._rules: dict[str, tuple[int, Rules]] = {}

    async def get(self, connection: Connection, contest_id: str, version: Version, questions: Collection[str]) -> Known:
        """`version` as `contests.lock` gave it in this transaction; `questions` are the ones to be marked."""
        definition, revision = version
        return Known(
            await self._rules_of(connection, contest_id, definition),
            revision,
            await self._keys_of(connection, contest_id, revision, questions),
        )

    async def _rules_of(self, connection: Connection, contest_id: str, definition: int) -> Rules:
        kept = self._rules.get(contest_id)
        if kept is None or kept[0] != definition:
            kept = self._rules[contest_id] = (definition, await contests.rules(connection, contest_id))
        return kept[1]

    async def _keys_of(
        self, connection: Connection, contest_id: str, revision: int, questions: Collection[str]
    ) -> Mapping[str, AnswerKey]:
        known = self._keyring.known(contest_id, revision)
        # A first key does not raise the revision, so what is missing is looked for again.
        if known.keys() >= set(questions):
            return known
        boxes = await keys.boxes(connection, contest_id)
        return self._keyring.keep(contest_id, revision, {question: box.sealed for question, box in boxes.items()})

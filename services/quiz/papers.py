"""Open papers as this process left them, so that a save need not read its paper before it writes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from services.quiz.repository import Key, Row, key_of

KEPT = 8_000
"""Some 4 kB each. A paper that is not among them is read again, at the price of one statement a batch."""


class Papers:
    """A guess and never the truth: other replicas, the sweeper and a moved deadline change rows too.

    What is decided on such a row is written only where the row still stands so; a refusal is never decided on one. A
    row is taken out before its statement and put back when that is durable: after a statement that failed nobody
    knows what the row holds, and its `rev` may come again with other answers.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._rows: OrderedDict[Key, Row] = OrderedDict()

    def keep(self, row: Row) -> None:
        self._rows[key_of(row)] = row
        if len(self._rows) > self._kept:
            self._rows.popitem(last=False)

    def take(self, keys: Iterable[Key]) -> dict[Key, Row]:
        return {key: row for key in keys if (row := self._rows.pop(key, None)) is not None}

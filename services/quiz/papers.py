"""What a process remembers of the rows it wrote, so that it need not read them again before it writes.

A guess and never the truth: other replicas, the sweeper and a moved deadline change rows too. What is decided on such a
guess is written only where the database finds it right, and a refusal is never decided on one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

from services.quiz.repository import Key, Row, key_of

K = TypeVar("K")
V = TypeVar("V")
KEPT = 8_000
"""Open papers, some 4 kB each. One that is not among them is read again, at the price of one statement a batch."""


class Remembered(Generic[K, V]):
    """The `kept` newest. What is taken is gone: after a statement that failed nobody knows what the row holds, so it is
    put back only when that is durable."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._held: OrderedDict[K, V] = OrderedDict()

    def keep(self, key: K, value: V) -> None:
        self._held[key] = value
        if len(self._held) > self._kept:
            self._held.popitem(last=False)

    def take(self, key: K) -> V | None:
        return self._held.pop(key, None)


class Papers:
    """Open papers as this process left them. A row's `rev` may come again with other answers where a commit was lost: a
    row is believed only while every statement on it was answered."""

    def __init__(self, kept: int = KEPT) -> None:
        self._rows: Remembered[Key, Row] = Remembered(kept)

    def keep(self, row: Row) -> None:
        self._rows.keep(key_of(row), row)

    def take(self, keys: Iterable[Key]) -> dict[Key, Row]:
        return {key: row for key in keys if (row := self._rows.take(key)) is not None}

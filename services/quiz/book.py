"""The contests and banks this process has read: rules change rarely, and every request needs them."""

from __future__ import annotations

from datetime import datetime

import msgspec
from asyncpg import Record
from msgspec import Struct

from services.contracts.rules import Rules
from services.quiz.domain.paper import Booklet, PublicQuestion
from services.quiz.repository import contests
from services.runtime import Parts
from services.runtime.database import Pool, open_pool
from services.runtime.periodic import every
from services.runtime.problems import NOT_FOUND, Problem

REFRESH = 1.0
_questions = msgspec.json.Decoder(tuple[PublicQuestion, ...])


class Contest(Struct, frozen=True):
    """A contest as it is defined now."""

    rules: Rules
    version: int
    bank_version: int
    reason: str | None
    rehearsal: bool
    closed_at: datetime | None

    @property
    def prediction_range(self) -> tuple[int, int] | None:
        asked = self.rules.prediction
        return (asked.low, asked.high) if asked is not None else None


class Book:
    """`contest` may be up to REFRESH seconds old; where that matters the caller names the version it read itself."""

    def __init__(self, pool: Pool) -> None:
        """`pool` must be the book's own: a request that holds a connection may have to wait for a page of the book."""
        self._pool = pool
        self._contests: dict[str, Contest] = {}
        self._booklets: dict[tuple[str, int], Booklet] = {}
        self._drawn_by: dict[tuple[str, int], Rules] = {}

    @classmethod
    async def open(cls, parts: Parts) -> Book:
        return cls(await open_pool(parts.settings.model_copy(update={"pool_size": 2})))

    async def close(self) -> None:
        await self._pool.close()

    async def contest(self, contest_id: str, version: int = 0) -> Contest:
        """Raises 404 for a contest that does not exist."""
        known = self._contests.get(contest_id)
        if known is None or known.version < version:
            row = await contests.contest(self._pool, contest_id)
            if row is None:
                raise Problem(NOT_FOUND, f"There is no contest {contest_id[:80]!r}.")
            known = self._contests[contest_id] = _contest(row)
        return known

    async def drawn_by(self, contest_id: str, version: int) -> Rules:
        """The rules of that version: a paper keeps those it was drawn by. Raises 404."""
        key = (contest_id, version)
        if key not in self._drawn_by:
            rules = await contests.definition(self._pool, contest_id, version)
            if rules is None:
                raise Problem(NOT_FOUND, f"{contest_id} has no version {version}.")
            self._drawn_by[key] = rules
        return self._drawn_by[key]

    async def booklet(self, contest_id: str, bank_version: int) -> Booklet:
        key = (contest_id, bank_version)
        if key not in self._booklets:
            questions = await contests.questions(self._pool, contest_id, bank_version)
            self._booklets[key] = Booklet(_questions.decode(questions))
        return self._booklets[key]

    async def all(self) -> list[Contest]:
        return [_contest(row) for row in await contests.all_contests(self._pool)]

    async def follow(self) -> None:
        """Keeps `contest` fresh: a moved deadline is known everywhere within a second."""
        await every(REFRESH, self._refresh)

    async def _refresh(self) -> None:
        self._contests = {contest.rules.id: contest for contest in await self.all()}


def _contest(row: Record) -> Contest:
    return Contest(
        msgspec.convert(row["rules"], Rules), row["version"], row["bank_version"], row["reason"], row["rehearsal"],
        row["closed_at"],
    )  # fmt: skip


def book_of(parts: Parts) -> Book:
    book: Book = parts.state["book"]
    return book

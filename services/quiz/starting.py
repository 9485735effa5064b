"""Starting a paper: the checks and the insert see one snapshot, and a limit is a unique key (rule 7)."""

from __future__ import annotations

import contextlib
import secrets
from datetime import datetime
from typing import Any

from asyncpg import Record
from msgspec import Struct

from services.contracts.ids import attempt_id
from services.contracts.rules import group_of
from services.quiz import repository
from services.quiz.book import Book, Contest
from services.quiz.domain.draw import CannotDraw, Sheet, paper_of
from services.quiz.domain.relief import counting
from services.quiz.domain.starting import Refused, check_start, end_of, swept_after
from services.quiz.papers import Papers, Remembered
from services.quiz.problems import CLOSED, EXCLUDED, NO_PAPER, NO_TRIES, NOT_ALLOWED, NOT_OPEN, RUNNING, TOO_SOON
from services.quiz.repository import NewAttempt, Standing
from services.quiz.sweeping import Sweeper
from services.runtime.database import Connection, Pool
from services.runtime.problems import NOT_SIGNED_IN, OVERLOADED, Problem

_REFUSALS = {"not_open": NOT_OPEN, "closed": CLOSED, "no_tries": NO_TRIES, "too_soon": TOO_SOON}
ROUNDS = 5
PEOPLE = 50_000
"""Whose earlier starts a process remembers, some 300 bytes each: one round trip to the database instead of two."""
Earlier = tuple[datetime, ...]
"""When the person started each earlier paper of the contest, by ordinal."""


class Starter(Struct, frozen=True):
    """Who starts: what the session token says, and the request's key and time."""

    contestant_id: str
    series_id: str
    category: str | None
    may_start: bool
    issued_at: int
    """Unix seconds."""
    key: str
    now: datetime


class Starts:
    def __init__(self, pool: Pool, book: Book, sweeper: Sweeper, papers: Papers) -> None:
        self._pool, self._book, self._sweeper, self._papers = pool, book, sweeper, papers
        self._remembered: Remembered[tuple[str, str], Earlier] = Remembered(PEOPLE)

    async def start(self, contest_id: str, starter: Starter) -> tuple[Record, Sheet | None]:
        """The attempt, and its sheet where it is new; the same key gives the same attempt. Raises the refusal as a Problem."""
        earlier = self._remembered.take((starter.contestant_id, contest_id))
        result: tuple[Record, Sheet | None] | None
        for _ in range(ROUNDS):
            async with self._pool.acquire(timeout=5) as connection:
                if earlier is not None:
                    result = await self._at_once(connection, contest_id, starter, earlier)
                    earlier = None
                else:
                    result = await self._try(connection, contest_id, starter)
            if result is not None:
                return result
        raise Problem(OVERLOADED, "This person's starts crossed each other.", retry_after=1)

    async def _at_once(
        self, connection: Connection, contest_id: str, starter: Starter, earlier: Earlier
    ) -> tuple[Record, Sheet] | None:
        """By what this process remembers. None where that is not enough for a yes: only what stands can refuse."""
        contest = await self._book.contest(contest_id)
        with contextlib.suppress(Problem):
            self._check(contest, earlier, starter)
            return await self._insert(connection, contest, starter, earlier, len(earlier) + 1)
        return None

    async def _try(
        self, connection: Connection, contest_id: str, starter: Starter
    ) -> tuple[Record, Sheet | None] | None:
        """None: somebody was faster, or an overdue paper had to be closed first; look again."""
        standing = await repository.standing(connection, starter.contestant_id, contest_id, starter.key)
        if standing is None:
            raise Problem(CLOSED, "The contest is gone.")
        _check_session(standing, starter)
        if standing.repeated is not None:
            row = await repository.attempt(connection, (starter.contestant_id, contest_id, standing.repeated))
            return None if row is None else (row, None)
        contest = await self._book.contest(contest_id, standing.version)
        if standing.running is not None:
            await self._close_overdue(connection, contest, starter, standing.running)
            return None
        self._check(contest, counting(standing.starts, standing.given), starter)
        if standing.closed:
            raise Problem(CLOSED, _SENTENCES["closed"])
        return await self._insert(connection, contest, starter, standing.starts, standing.ordinal + 1)

    async def _insert(
        self, connection: Connection, contest: Contest, starter: Starter, earlier: Earlier, ordinal: int
    ) -> tuple[Record, Sheet] | None:
        """None where a unique key, the contest or the person's rights say no (rule 7)."""
        new, sheet = await self._new(contest, starter, ordinal)
        row = await repository.insert(connection, new, starter.issued_at)
        if row is None:
            return None
        self._papers.keep(row)
        if ordinal == len(earlier) + 1:
            self._remembered.keep((starter.contestant_id, contest.rules.id), (*earlier, starter.now))
        return row, sheet

    async def _close_overdue(
        self, connection: Connection, contest: Contest, starter: Starter, running: tuple[int, str, datetime]
    ) -> None:
        """A start first closes the person's own overdue paper. Raises 409 where the open one still runs."""
        ordinal, attempt, ends_at = running
        if starter.now <= ends_at + swept_after(contest.rules.grace_ms):
            raise Problem(RUNNING, "Go on with the open paper.", attempt=attempt, ends_at=ends_at)
        async with connection.transaction():
            await self._sweeper.close_one(connection, (starter.contestant_id, contest.rules.id, ordinal), starter.now)

    def _check(self, contest: Contest, earlier: Earlier, starter: Starter) -> None:
        if starter.series_id != contest.rules.series_id:
            raise Problem(NOT_ALLOWED, f"This session is for {starter.series_id}.")
        if not starter.may_start:
            raise Problem(NOT_ALLOWED, "A guardian's consent is missing.")
        try:
            check_start(contest.rules, earlier, starter.now)
        except Refused as refusal:
            again: dict[str, Any] = {} if refusal.again_at is None else {"again_at": refusal.again_at}
            raise Problem(_REFUSALS[refusal.reason], _SENTENCES[refusal.reason], **again) from None

    async def _new(self, contest: Contest, starter: Starter, ordinal: int) -> tuple[NewAttempt, Sheet]:
        rules = contest.rules
        # From the contest itself: a round may group people another way than the series that they registered for.
        group = group_of(rules.groups, starter.category)
        paper = paper_of(rules, group)
        booklet = await self._book.booklet(rules.id, contest.bank_version)
        seed = secrets.randbits(63)
        try:
            sheet = booklet.deck(paper, group).deal(seed)
        except CannotDraw as fault:
            raise Problem(NO_PAPER, str(fault)) from None
        new = NewAttempt(
            starter.contestant_id, rules.id, ordinal, attempt_id(starter.contestant_id, rules.id, ordinal), starter.key, seed,
            contest.bank_version, starter.category, group, contest.version, list(sheet.questions), starter.now,
            end_of(rules, paper, starter.now),
        )  # fmt: skip
        return new, sheet


_SENTENCES = {
    "not_open": "It opens at `again_at`.",
    "closed": "Papers can no longer be started.",
    "no_tries": "Every allowed try has been used; `again_at`, if there, says when the next one opens.",
    "too_soon": "The next try opens at `again_at`.",
}


def _check_session(standing: Standing, starter: Starter) -> None:
    if standing.erased:
        raise Problem(NOT_SIGNED_IN, "This person is no longer entered in the contest.")
    if standing.not_before is not None and starter.issued_at < standing.not_before.timestamp():
        raise Problem(NOT_SIGNED_IN, "This session was ended; sign in again.")
    if standing.excluded:
        raise Problem(EXCLUDED, "Ask the organisers.")

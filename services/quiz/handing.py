"""Handing a paper in: by hand or because its time ran out, with a signed receipt and the fact, in one statement."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.quiz import facts, repository
from services.quiz.book import Book, Contest
from services.quiz.domain.answers import Stored
from services.quiz.domain.receipt import Handed, SignedReceipt, receipt
from services.quiz.repository import Handing, Row, key_of
from services.runtime.clock import Clock
from services.runtime.database import Connection
from services.runtime.logs import logger, trace_ids
from services.runtime.outbox import Outgoing
from services.runtime.problems import OVERLOADED, Problem
from services.runtime.tokens import Tokens

_encode = msgspec.json.Encoder().encode
_log = logger("handing")


class ByHand(Struct, frozen=True):
    """When the gateway received the submission, and its trace."""

    at: datetime
    trace: str


class HandingIn:
    """What submissions and the sweeper share."""

    def __init__(self, book: Book, tokens: Tokens, clock: Clock) -> None:
        self._book, self._tokens, self._clock = book, tokens, clock

    def made(self, row: Row, contest: Contest, stored: Stored, by_hand: ByHand | None) -> Handing:
        """Submitted by hand, or (`by_hand` None) because the time ran out, at the paper's end."""
        how, at, trace = "time_ran_out", row["ends_at"], None
        if by_hand is not None:
            how, at, trace = "by_hand", by_hand.at, by_hand.trace
        handed = Handed(
            str(row["attempt_id"]), row["contest_id"], len(row["questions"]), at, at, row["ends_at"], how, contest.rehearsal
        )  # fmt: skip
        return Handing(
            row,
            repository.SUBMITTED,
            _encode(stored),
            how,
            at,
            at,
            self._clock.now(),
            trace,
            self._sign(handed, stored),
        )

    def abandoned(self, row: Row) -> Handing:
        """A paper never answered, at its end: no receipt, and nobody is told."""
        end = row["ends_at"]
        return Handing(
            row, repository.ABANDONED, row["answers"], "time_ran_out", end, end, self._clock.now(), None, None
        )

    async def write(self, connection: Connection, handings: Sequence[Handing]) -> list[Handing]:
        """Those that are handed in now; the others are open no longer, or were changed since their row was read."""
        if not handings:
            return []
        told = [
            (n, Outgoing(facts.submitted(_Handed(h), await self._book.contest(h.row["contest_id"])), h.trace))
            for n, h in enumerate(handings)
            if h.state == repository.SUBMITTED
        ]
        written = await repository.hand_in(connection, handings, told)
        if written:
            _log.info("handed in", papers=len(written), traces=trace_ids(one.trace for one in written))
        return written

    async def write_all(self, connection: Connection, handings: Sequence[Handing]) -> None:
        """For rows that this transaction has locked. Raises where one of them does not stand as it was locked."""
        written = await self.write(connection, handings)
        if len(written) != len(handings):
            missing = {key_of(h.row) for h in handings} - {key_of(h.row) for h in written}
            raise Problem(OVERLOADED, f"{len(missing)} locked papers were changed meanwhile.", retry_after=1)

    def _sign(self, handed: Handed, stored: Stored) -> bytes:
        text = _encode(receipt(handed, stored))
        kid, signature = self._tokens.sign_bytes(text)
        return _encode(SignedReceipt(text.decode(), kid, urlsafe_b64encode(signature).decode().rstrip("=")))


class _Handed:
    """The row as the handing leaves it, so that the event says what is stored."""

    def __init__(self, handing: Handing) -> None:
        self._handing = handing

    def __getitem__(self, name: str, /) -> Any:
        return getattr(self._handing, name) if name in _WRITTEN else self._handing.row[name]


_WRITTEN = frozenset({"answers", "how", "submitted_at", "received_at", "recorded_at"})

"""Taking a paper back: saves and submissions, each in batches that share one transaction (rule 1)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from asyncpg import Record
from msgspec import Struct

from services.quiz import facts, repository
from services.quiz.book import Book, Contest
from services.quiz.domain import answers as given
from services.quiz.domain.answers import BadAnswer, Save, Stored
from services.quiz.domain.receipt import Handed, SignedReceipt, receipt
from services.quiz.domain.starting import accepted_until
from services.quiz.problems import BAD_ANSWER, OVER, PEN_TAKEN
from services.quiz.repository import Handing, Key
from services.runtime.clock import Clock
from services.runtime.database import Connection
from services.runtime.outbox import Outgoing, put
from services.runtime.problems import NOT_FOUND, Problem
from services.runtime.tokens import Tokens

_encode = msgspec.json.Encoder().encode


class Request(Struct, frozen=True):
    """One save or submission. `now` is when the gateway received it."""

    key: Key
    save: Save | None
    now: datetime
    trace: str


class Saved(Struct, frozen=True):
    rev: int
    ends_at: datetime


class Taker:
    """What the two batchers run. Each answers in the order of its requests, with a Problem where one is refused."""

    def __init__(self, book: Book, tokens: Tokens, clock: Clock) -> None:
        self._book, self._tokens, self._clock = book, tokens, clock

    async def save(self, connection: Connection, requests: Sequence[Request]) -> Sequence[Saved | Problem]:
        rows = await self._locked(connection, requests)
        results: list[Saved | Problem] = []
        changes: list[tuple[Key, bytes]] = []
        for request in requests:
            result = await self._save(rows.get(request.key), request)
            if isinstance(result, bytes):
                changes.append((request.key, result))
                row = rows[request.key]
                results.append(Saved(row["rev"] + 1, row["ends_at"]))
            else:
                results.append(result)
        if changes:
            await repository.write_answers(connection, changes)
        return results

    async def _save(self, row: Record | None, request: Request) -> bytes | Saved | Problem:
        """The new answers as stored, or what to answer where nothing changes."""
        if row is None:
            return Problem(NOT_FOUND, "There is no such paper.")
        try:
            merged = await self._merged(row, request)
        except Problem as refusal:
            return refusal
        return Saved(row["rev"], row["ends_at"]) if merged is None else _encode(merged)

    async def _merged(self, row: Record, request: Request) -> Stored | None:
        contest = await self._book.contest(row["contest_id"])
        check_running(row, contest, request.now)
        assert request.save is not None
        if request.save.writer != row["writer"]:
            raise Problem(PEN_TAKEN, "Go on here takes it back.", writer=row["writer"])
        await self._check_fits(row, contest, request.save)
        return given.merge(facts.stored_answers(row), request.save)

    async def _check_fits(self, row: Record, contest: Contest, save: Save) -> None:
        booklet = await self._book.booklet(row["contest_id"], row["bank_version"])
        on_paper = {question: booklet.options[question] for question in row["questions"]}
        try:
            given.check(save, on_paper, booklet.single, contest.prediction_range)
        except BadAnswer as fault:
            raise Problem(BAD_ANSWER, str(fault)) from None

    async def submit(self, connection: Connection, requests: Sequence[Request]) -> Sequence[bytes | Problem]:
        """Receipts. A repeat gets the receipt that was given, whatever it carries."""
        await repository.hold_all_open(connection, [request.key[1] for request in requests])
        rows = await self._locked(connection, requests)
        results: list[bytes | Problem] = []
        handings: list[Handing] = []
        for request in requests:
            result = await self._submit(rows.get(request.key), request)
            if isinstance(result, Handing):
                handings.append(result)
                assert result.receipt is not None
                results.append(result.receipt)
            else:
                results.append(result)
        await self.write(connection, handings, rows)
        return results

    async def _submit(self, row: Record | None, request: Request) -> Handing | bytes | Problem:
        if row is None:
            return Problem(NOT_FOUND, "There is no such paper.")
        if row["receipt"] is not None:
            return bytes(row["receipt"])
        contest = await self._book.contest(row["contest_id"])
        try:
            check_running(row, contest, request.now)
            stored = await self._last_words(row, contest, request.save)
        except Problem as refusal:
            return refusal
        return self.handing(row, contest, stored, request)

    async def _last_words(self, row: Record, contest: Contest, save: Save | None) -> Stored:
        """What is submitted: without the pen what is saved, and what the submission carries is ignored."""
        stored = facts.stored_answers(row)
        if save is None or save.writer != row["writer"]:
            return stored
        await self._check_fits(row, contest, save)
        merged = given.merge(stored, save)
        return stored if merged is None else merged

    def handing(self, row: Record, contest: Contest, stored: Stored, request: Request | None) -> Handing:
        """By hand at the request's time, or (`request` None) because the time ran out, at the paper's end."""
        how = "by_hand" if request is not None else "time_ran_out"
        at = request.now if request is not None else row["ends_at"]
        handed = Handed(
            str(row["attempt_id"]),
            row["contest_id"],
            len(row["questions"]),
            at,
            at,
            row["ends_at"],
            how,
            contest.rehearsal,
        )
        return Handing(
            key_of(row), repository.SUBMITTED, _encode(stored), how, at, at, self._clock.now(),
            request.trace if request is not None else None, self._sign(handed, stored),
        )  # fmt: skip

    def _sign(self, handed: Handed, stored: Stored) -> bytes:
        text = _encode(receipt(handed, stored))
        kid, signature = self._tokens.sign_bytes(text)
        return _encode(SignedReceipt(text.decode(), kid, urlsafe_b64encode(signature).decode().rstrip("=")))

    async def write(self, connection: Connection, handings: Sequence[Handing], rows: dict[Key, Record]) -> None:
        """Hands the papers in and puts the facts into the outbox, in the same transaction."""
        if not handings:
            return
        await repository.hand_in(connection, handings)
        outgoing = []
        for handing in handings:
            if handing.state == repository.SUBMITTED:
                contest = await self._book.contest(handing.key[1])
                outgoing.append(Outgoing(facts.submitted(_Handed(rows[handing.key], handing), contest), handing.trace))
        await put(connection, outgoing, "quiz")

    async def _locked(self, connection: Connection, requests: Sequence[Request]) -> dict[Key, Record]:
        return {key_of(row): row for row in await repository.lock(connection, [request.key for request in requests])}


def key_of(row: Record) -> Key:
    return str(row["contestant_id"]), row["contest_id"], row["ordinal"]


def check_running(row: Record, contest: Contest, now: datetime) -> None:
    """Raises 410 for a paper that is handed in, or past its end and grace."""
    if row["state"] != repository.OPEN:
        state = "submitted" if row["state"] == repository.SUBMITTED else "abandoned"
        raise Problem(OVER, "It was handed in or ran out.", state=state)
    if now > accepted_until(row["ends_at"], contest.rules.grace_ms):
        raise Problem(
            OVER, "Its time and grace are over; what was saved is handed in.", state="ran_out", ends_at=row["ends_at"]
        )


class _Handed:
    """The row as the handing leaves it, so that the event says what is stored."""

    def __init__(self, row: Record, handing: Handing) -> None:
        self._row, self._handing = row, handing

    def __getitem__(self, name: str, /) -> Any:
        return getattr(self._handing, name) if name in _WRITTEN else self._row[name]


_WRITTEN = frozenset({"answers", "how", "submitted_at", "received_at", "recorded_at"})

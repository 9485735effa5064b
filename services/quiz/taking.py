"""Taking a paper back: saves and submissions, each batch in one statement that is its own transaction (rule 1).

Each is decided on the row as this process remembers it and written on condition that the row still stands so; what is
not written, or not remembered, or refused, is decided again on the row as it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from services.quiz import facts, repository
from services.quiz.book import Book, Contest
from services.quiz.domain import answers as given
from services.quiz.domain.answers import BadAnswer, Save, Stored
from services.quiz.domain.starting import accepted_until
from services.quiz.handing import ByHand, HandingIn
from services.quiz.papers import Papers
from services.quiz.problems import BAD_ANSWER, OVER, PEN_TAKEN, PREDICTION_NEEDED
from services.quiz.repository import Handing, Key, Row, Writing, key_of
from services.runtime.database import Connection
from services.runtime.problems import NOT_FOUND, OVERLOADED, Problem

ROUNDS = 4
_encode = msgspec.json.Encoder().encode
W = TypeVar("W", Writing, Handing)


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

    def __init__(self, book: Book, papers: Papers, handing_in: HandingIn) -> None:
        self._book, self._papers, self._handing_in = book, papers, handing_in

    async def save(self, connection: Connection, requests: Sequence[Request]) -> Sequence[Saved | Problem]:
        async def write(writings: Sequence[Writing]) -> Mapping[Key, Saved]:
            done: dict[Key, Saved] = {}
            for writing in await repository.write_answers(connection, writings) if writings else ():
                row = {**writing.row, "answers": writing.answers, "rev": writing.row["rev"] + 1}  # type: ignore[dict-item]
                self._papers.keep(row)
                done[key_of(row)] = Saved(row["rev"], row["ends_at"])
            return done

        return await self._settled(connection, requests, self._save, write)

    async def submit(self, connection: Connection, requests: Sequence[Request]) -> Sequence[bytes | Problem]:
        """Receipts. A repeat gets the receipt that was given, whatever it carries."""

        async def write(handings: Sequence[Handing]) -> Mapping[Key, bytes]:
            done = await self._handing_in.write(connection, handings)
            return {key_of(handing.row): handing.receipt for handing in done if handing.receipt is not None}

        return await self._settled(connection, requests, self._submit, write)

    async def _settled(
        self, connection: Connection, requests: Sequence[Request],
        decide: Callable[[Row | None, Request], Awaitable[Any]],
        write: Callable[[Sequence[Any]], Awaitable[Mapping[Key, Any]]],
    ) -> list[Any]:  # fmt: skip
        """Answers in order. `decide` gives what to write, or what to answer where nothing is written."""
        answers: dict[Key, Any] = {}
        left, rows = requests, self._papers.take(request.key for request in requests)
        for turn in range(ROUNDS):
            if turn:
                rows = {key_of(row): row for row in await repository.read(connection, [one.key for one in left])}
            outcomes = {
                one.key: await decide(rows.get(one.key), one) for one in left if turn or one.key in rows
            }  # fmt: skip
            answers |= await write([one for one in outcomes.values() if isinstance(one, Writing | Handing)])
            if turn:
                answers |= {key: one for key, one in outcomes.items() if not isinstance(one, Writing | Handing)}
            left = [request for request in left if request.key not in answers]
            if not left:
                break
        busy = Problem(OVERLOADED, "Others write to this paper at the same time.", retry_after=1)
        return [answers.get(request.key, busy) for request in requests]

    async def _save(self, row: Row | None, request: Request) -> Writing | Saved | Problem:
        if row is None:
            return Problem(NOT_FOUND, "There is no such paper.")
        try:
            merged = await self._merged(row, request)
        except Problem as refusal:
            return refusal
        return Saved(row["rev"], row["ends_at"]) if merged is None else Writing(row, _encode(merged))

    async def _merged(self, row: Row, request: Request) -> Stored | None:
        contest = await self._book.contest(row["contest_id"])
        check_running(row, contest, request.now)
        assert request.save is not None
        if request.save.writer != row["writer"]:
            raise Problem(PEN_TAKEN, "Go on here takes it back.", writer=row["writer"])
        await self._check_fits(row, contest, request.save)
        return given.merge(facts.stored_answers(row), request.save)

    async def _check_fits(self, row: Row, contest: Contest, save: Save) -> None:
        booklet = await self._book.booklet(row["contest_id"], row["bank_version"])
        questions = row["questions"]
        on_paper = {question: booklet.options[question] for question in save.answers if question in questions}
        try:
            given.check(save, on_paper, booklet.single, contest.prediction_range)
        except BadAnswer as fault:
            raise Problem(BAD_ANSWER, str(fault)) from None

    async def _submit(self, row: Row | None, request: Request) -> Handing | bytes | Problem:
        if row is None:
            return Problem(NOT_FOUND, "There is no such paper.")
        if row["receipt"] is not None:
            return bytes(row["receipt"])
        contest = await self._book.contest(row["contest_id"])
        try:
            check_running(row, contest, request.now)
            stored = await self._last_words(row, contest, request.save)
            _check_prediction(stored, contest, row["ends_at"] - request.now)
        except Problem as refusal:
            return refusal
        return self._handing_in.made(row, contest, stored, ByHand(request.now, request.trace))

    async def _last_words(self, row: Row, contest: Contest, save: Save | None) -> Stored:
        """What is submitted: without the pen what is saved, and what the submission carries is ignored."""
        stored = facts.stored_answers(row)
        if save is None or save.writer != row["writer"]:
            return stored
        await self._check_fits(row, contest, save)
        merged = given.merge(stored, save)
        return stored if merged is None else merged


def check_running(row: Row, contest: Contest, now: datetime) -> None:
    """Raises 410 for a paper that is handed in, or past its end and grace."""
    if row["state"] != repository.OPEN:
        state = "submitted" if row["state"] == repository.SUBMITTED else "abandoned"
        raise Problem(OVER, "It was handed in or ran out.", state=state)
    if now > accepted_until(row["ends_at"], contest.rules.grace_ms):
        raise Problem(
            OVER, "Its time and grace are over; what was saved is handed in.", state="ran_out", ends_at=row["ends_at"]
        )


def _check_prediction(stored: Stored, contest: Contest, left: timedelta) -> None:
    """Raises 422 for a paper that is handed in while its time runs, without the number that the rules ask for."""
    if given.owes_prediction(stored, contest.rules.prediction, left):
        detail = "prediction: the rules ask for it; send it with the submission, or save it before."
        raise Problem(PREDICTION_NEEDED, detail, field="prediction", range=contest.prediction_range)

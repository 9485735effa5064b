"""What quiz answers with. Shapes of `web.md`, section 5: every answer about a paper carries `now` and `ends_at`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from asyncpg import Record
from msgspec import Struct

from services.contracts.rules import Text
from services.quiz import facts
from services.quiz.book import Book
from services.quiz.domain.answers import given, predicted
from services.quiz.domain.draw import Sheet, paper_of
from services.quiz.domain.pace import QUICK_MS
from services.quiz.domain.paper import PublicOption
from services.quiz.domain.relief import counting
from services.quiz.repository import Row
from services.runtime.tokens import Tokens

STATES = ("open", "submitted", "abandoned")


class QuestionView(Struct, frozen=True):
    id: str
    kind: str
    text: Text
    options: tuple[PublicOption, ...]


class PaperView(Struct, frozen=True):
    """A paper with its whole state. `writer` is the number of the pen that this answer gives or sees."""

    id: str
    contest_id: str
    state: str
    questions: tuple[QuestionView, ...]
    answers: dict[str, tuple[str, ...]]
    prediction: int | None
    rev: int
    writer: int
    started_at: datetime
    ends_at: datetime
    now: datetime
    save_every: int
    """Milliseconds to wait between saves."""
    credential: str | None
    """Bearer token for this attempt alone, good to its end plus grace; only from a start and from taking the pen."""


class HeadView(Struct, frozen=True):
    rev: int
    writer: int
    ends_at: datetime
    now: datetime
    state: str


class SavedView(Struct, frozen=True):
    rev: int
    now: datetime
    ends_at: datetime
    save_every: int


class AttemptView(Struct, frozen=True):
    """One line of a person's history."""

    id: str
    ordinal: int
    state: str
    started_at: datetime
    ends_at: datetime
    submitted_at: datetime | None
    how: str | None
    voided: bool
    given_back: bool
    """A try was given back for it: it counts for no limit."""


_encode = msgspec.json.Encoder().encode


async def paper(row: Row, book: Book, now: datetime, credential: str | None, sheet: Sheet | None = None) -> bytes:
    """JSON of a PaperView. Without a `sheet` the paper is drawn again from the row's seed: the same one."""
    booklet = await book.booklet(row["contest_id"], row["bank_version"])
    if sheet is None:
        group = row["paper_group"]
        rules = await book.drawn_by(row["contest_id"], row["definition_version"])
        sheet = booklet.deck(paper_of(rules, group), group).deal(row["seed"])
    stored = facts.stored_answers(row)
    rest: dict[str, Any] = {
        "id": row["attempt_id"], "contest_id": row["contest_id"], "state": STATES[row["state"]], "answers": given(stored),
        "prediction": predicted(stored), "rev": row["rev"], "writer": row["writer"], "started_at": row["started_at"],
        "ends_at": row["ends_at"], "now": now, "save_every": QUICK_MS, "credential": credential,
    }  # fmt: skip
    return _encode(rest)[:-1] + b',"questions":' + booklet.render(sheet) + b"}"


def credential(tokens: Tokens, row: Row, ttl: timedelta, now: datetime) -> str:
    """For this attempt alone, so that a running paper needs neither registration nor a living session (rule 10)."""
    claims = {
        "sub": str(row["attempt_id"]), "con": str(row["contestant_id"]), "ctx": row["contest_id"], "ord": row["ordinal"],
    }  # fmt: skip
    # A minute more: who is late is then told so, instead of being told to sign in.
    return tokens.sign("attempt", claims, ttl + timedelta(minutes=1), now)


def lines(history: Sequence[Record]) -> list[AttemptView]:
    """A person's attempts in a contest, as `repository.history` reads them."""
    counted = counting([row["started_at"] for row in history], history[0]["given"]) if history else ()
    return [_line(row, row["started_at"] not in counted) for row in history]


def _line(row: Record, given_back: bool) -> AttemptView:
    return AttemptView(
        str(row["attempt_id"]), row["ordinal"], STATES[row["state"]], row["started_at"], row["ends_at"], row["submitted_at"],
        row["how"], row["voided"], given_back,
    )  # fmt: skip

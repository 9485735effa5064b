"""Rows of quiz as the events that tell of them. The same row always gives the same event."""

from __future__ import annotations

import msgspec
from asyncpg import Record

from services.contracts.events import AnswerKeySealed, AttemptSubmitted, ContestClosed, ContestDefined
from services.contracts.rules import Rules
from services.quiz.book import Contest
from services.quiz.domain.answers import Stored, given, predicted
from services.quiz.repository import Row

_stored = msgspec.json.Decoder(dict[str, tuple[int, tuple[str, ...] | int | None]])


def stored_answers(row: Row) -> Stored:
    return _stored.decode(row["answers"])


def submitted(row: Row, contest: Contest) -> AttemptSubmitted:
    stored = stored_answers(row)
    full = row["ends_at"] - row["started_at"]
    spent = min(max(row["submitted_at"] - row["started_at"], full * 0), full)
    late = row["received_at"] - row["ends_at"]
    return AttemptSubmitted(
        version=1,
        time=row["submitted_at"],
        recorded_at=row["recorded_at"],
        rehearsal=contest.rehearsal,
        contest_id=row["contest_id"],
        series_id=contest.rules.series_id,
        contestant_id=str(row["contestant_id"]),
        attempt_id=str(row["attempt_id"]),
        ordinal=row["ordinal"],
        how=row["how"],
        started_at=row["started_at"],
        ends_at=row["ends_at"],
        received_at=row["received_at"],
        duration_ms=round(spent.total_seconds() * 1000),
        late_ms=max(0, round(late.total_seconds() * 1000)),
        bank_version=row["bank_version"],
        questions=tuple(row["questions"]),
        answers=given(stored),
        prediction=predicted(stored),
        category=row["category"],
        group=row["paper_group"],
        given_back=row["given_back"],
    )


def defined(row: Record, questions: list[str]) -> ContestDefined:
    return ContestDefined(
        version=row["version"], time=row["time"], recorded_at=row["recorded_at"], rehearsal=row["rehearsal"],
        contest_id=row["contest_id"], series_id=row["series_id"], rules=msgspec.convert(row["rules"], Rules),
        bank_version=row["bank_version"], questions=tuple(questions), reason=row["reason"],
    )  # fmt: skip


def closed(row: Record) -> ContestClosed:
    return ContestClosed(
        version=row["closed_version"], time=row["closed_at"], recorded_at=row["closed_recorded_at"], rehearsal=row["rehearsal"],
        contest_id=row["contest_id"], series_id=row["series_id"], definition_version=row["closed_version"],
        attempts=row["closed_attempts"], digest=row["closed_digest"],
    )  # fmt: skip


def sealed(row: Row, rehearsal: bool) -> AnswerKeySealed:
    return AnswerKeySealed(
        version=row["version"], time=row["time"], recorded_at=row["recorded_at"], rehearsal=rehearsal,
        contest_id=row["contest_id"], question_id=row["question_id"], sealed=row["sealed"],
    )  # fmt: skip

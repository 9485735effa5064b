"""A contestant's own results as a document: what may be shown, and what is left out until it may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.contracts.rules import Reveal
from services.scoring.domain.counted import Counted, Try, counted
from services.scoring.domain.reveal import paper_of, revealed
from services.scoring.repository.contests import Contest


class Score(Struct, frozen=True):
    """Questions right of the questions on the paper, points of the points to be had."""

    right: int
    questions: int
    points: int
    max_points: int
    perfect: bool


class OwnAttempt(Struct, frozen=True):
    """One attempt. `score` is None where the rules show nothing."""

    attempt_id: str
    ordinal: int
    how: str
    started_at: datetime
    submitted_at: datetime
    duration_ms: int
    late_ms: int
    valid: bool
    why_not_valid: str | None
    """voided, over_the_tries, or excluded."""
    score: Score | None
    reveal: Reveal
    """What is shown of this attempt now; `answers`: its answers may be asked for."""


class Results(Struct, frozen=True):
    """`counted` is None where no attempt stands, or where naming it would tell a score that the rules do not show."""

    contest_id: str
    closed: bool
    counted: Counted | None
    attempts: list[OwnAttempt]


def results_of(contest_id: str, contest: Contest, rows: Sequence[Mapping[str, Any]], *, excluded: bool) -> Results:
    """`rows` as `repository.results.own` gives them."""
    shown = [_attempt(row, _reveal(contest, row), excluded) for row in rows]
    rule = contest.rules.counted
    stands = counted([_try(row) for row in rows], rule, excluded=excluded)
    # Which of several counts by score is itself a word about the scores.
    secret = not isinstance(rule, str) and any(one.reveal == "nothing" for one in shown)
    return Results(contest_id, contest.closed, None if secret else stands, shown)


def _reveal(contest: Contest, row: Mapping[str, Any]) -> Reveal:
    return revealed(paper_of(contest.rules, row["group_id"]), closed=contest.closed)


def _try(row: Mapping[str, Any]) -> Try:
    return Try(row["attempt_id"], row["ordinal"], row["submitted_at"], row["points"], row["duration_ms"], row["valid"])


def _attempt(row: Mapping[str, Any], reveal: Reveal, excluded: bool) -> OwnAttempt:
    score = Score(row["right_answers"], row["questions"], row["points"], row["max_points"], row["perfect"])
    return OwnAttempt(
        row["attempt_id"], row["ordinal"], row["how"], row["started_at"], row["submitted_at"], row["duration_ms"],
        row["late_ms"], row["valid"] and not excluded, _why_not_valid(row, excluded),
        None if reveal == "nothing" else score, reveal,
    )  # fmt: skip


def _why_not_valid(row: Mapping[str, Any], excluded: bool) -> str | None:
    if excluded:
        return "excluded"
    if row["voided"]:
        return "voided"
    return None if row["within_tries"] else "over_the_tries"

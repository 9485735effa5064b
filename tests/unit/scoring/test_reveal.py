"""What a contestant may see of their own attempts, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.contracts.rules import Group, Paper, Rules, Text
from services.scoring.domain.reveal import paper_of, revealed
from services.scoring.repository.contests import Contest
from services.scoring.view import results_of

NOW = datetime(2023, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reveal", "early", "closed", "shown"),
    [
        ("nothing", False, True, "nothing"),
        ("score", False, False, "score"),
        ("answers", False, False, "score"),
        ("answers", False, True, "answers"),
        ("answers", True, False, "answers"),
    ],
)
def test_answers_are_shown_only_after_closing_unless_the_rules_say_otherwise(reveal, early, closed, shown):
    paper = Paper(minutes=20, reveal=reveal, reveal_answers_before_closing=early)
    assert revealed(paper, closed=closed) == shown


def rules(**more) -> Rules:
    return Rules(id="c", series_id="c", title=Text("C"), opens=NOW, closes=NOW, paper=Paper(minutes=20), **more)


def test_a_group_with_a_paper_of_its_own_follows_that_paper():
    own = Paper(minutes=30, reveal="nothing")
    found = rules(groups=(Group("can-bo", paper=own), Group("khac", otherwise=True)))
    assert paper_of(found, "can-bo") is own
    assert paper_of(found, "khac") is found.paper
    assert paper_of(found, None) is found.paper


def row(ordinal: int, points: int, **more) -> dict:
    return {
        "attempt_id": f"a{ordinal}", "ordinal": ordinal, "how": "by_hand", "started_at": NOW, "submitted_at": NOW,
        "duration_ms": 1, "late_ms": 0, "valid": True, "voided": False, "within_tries": True, "right_answers": points,
        "questions": 19, "points": points, "max_points": 19, "perfect": False, "group_id": None, **more,
    }  # fmt: skip


def test_where_nothing_is_revealed_neither_a_score_nor_which_attempt_is_best_can_be_read():
    secret = Contest(Rules(id="c", series_id="c", title=Text("C"), opens=NOW, closes=NOW,
                           paper=Paper(minutes=20, reveal="nothing")), closed=True)  # fmt: skip
    shown = results_of("c", secret, [row(1, 3), row(2, 9)], excluded=False)
    assert [one.score for one in shown.attempts] == [None, None]
    assert shown.counted is None


def test_an_attempt_says_why_it_is_not_valid():
    rows = [
        row(1, 3, voided=True, valid=False),
        row(2, 9, within_tries=False, valid=False),
        row(3, 9),
    ]
    shown = results_of("c", Contest(rules(), closed=False), rows, excluded=False)
    assert [one.why_not_valid for one in shown.attempts] == ["voided", "over_the_tries", None]
    excluded = results_of("c", Contest(rules(), closed=False), rows, excluded=True)
    assert {one.why_not_valid for one in excluded.attempts} == {"excluded"}
    assert not any(one.valid for one in excluded.attempts)

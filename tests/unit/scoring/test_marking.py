"""How a paper becomes a score."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.events import AnswerKey
from services.scoring.domain.marking import Mark, is_right, mark, within_tries

OPTIONS = st.sets(st.sampled_from("abcd"), max_size=4)
KEYS = {"q1": AnswerKey(("a",)), "q2": AnswerKey(("a", "c"), points=2), "q3": AnswerKey(("d",))}


@given(OPTIONS, OPTIONS.filter(bool), st.randoms())
def test_an_answer_is_right_exactly_when_its_set_is_the_key_s_set(chosen, correct, random):
    shuffled = list(chosen)
    random.shuffle(shuffled)
    assert is_right(tuple(shuffled), AnswerKey(tuple(sorted(correct)))) == (chosen == correct)


def test_a_question_without_an_answer_is_wrong_even_if_no_option_were_right():
    assert not is_right(None, AnswerKey(()))
    assert not is_right((), AnswerKey(()))


def test_points_are_those_of_the_questions_answered_right():
    assert mark(("q1", "q2", "q3"), {"q1": ("b",), "q2": ("c", "a")}, KEYS) == Mark(1, 2, 4, False)


def test_a_group_whose_paper_gives_other_points_gets_those():
    keys = {"q1": AnswerKey(("a",), group_points={"can-bo": 5}), "q2": AnswerKey(("b",), points=2)}
    answers = {"q1": ("a",), "q2": ("a",)}
    assert mark(("q1", "q2"), answers, keys, "can-bo") == Mark(1, 5, 7, False)
    assert mark(("q1", "q2"), answers, keys, "khac") == mark(("q1", "q2"), answers, keys) == Mark(1, 1, 3, False)


def test_a_paper_is_perfect_when_every_question_on_it_is_right():
    assert mark(("q1", "q3"), {"q1": ("a",), "q3": ("d",)}, KEYS) == Mark(2, 2, 2, True)


def test_a_paper_without_questions_is_not_perfect():
    assert not mark((), {}, KEYS).perfect


def test_an_answer_to_a_question_that_is_not_on_the_paper_counts_for_nothing():
    assert mark(("q1",), {"q1": ("a",), "q3": ("d",)}, KEYS) == Mark(1, 1, 1, True)


def test_a_paper_is_not_marked_without_the_key_of_each_of_its_questions():
    with pytest.raises(KeyError, match="q9"):
        mark(("q1", "q9"), {}, KEYS)


def test_an_attempt_is_within_the_tries_up_to_the_limit_and_always_without_one():
    assert within_tries(3, 3)
    assert not within_tries(4, 3)
    assert within_tries(400, None)

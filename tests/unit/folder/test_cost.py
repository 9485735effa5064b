"""What rules cost, and a script that really learns a paper."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.rules import Category, DrawStep, Group, Paper, RegistrationRules, Rules, Text, Tries
from services.folder import Bank, ContestFolder, Option, Question
from services.folder.cost import Cost, choices_of, costs_of, tries_to_learn
from services.folder.cost_words import sentences

OPENS = datetime(2025, 9, 7, 17, tzinfo=UTC)
SCORED = Paper(minutes=20, fixed=("q",))


def learn(right: Sequence[int], choices: Sequence[int]) -> tuple[list[int], int]:
    """(what the script believes, tries it took) against a server that tells the number of right answers."""
    tries = 0

    def score(sheet: Sequence[int]) -> int:
        nonlocal tries
        tries += 1
        return sum(given == wanted for given, wanted in zip(sheet, right, strict=True))

    sheet = [0] * len(right)
    before = score(sheet)
    for place, count in enumerate(choices):
        for choice in range(1, max(2, count - 1)):
            sheet[place] = choice
            after = score(sheet)
            if after != before:
                break
        else:
            sheet[place] = count - 1
            before += 1
            continue
        if after < before:
            sheet[place] = 0
        else:
            before = after
    return sheet, tries


PAPERS = st.lists(st.integers(2, 7), min_size=1, max_size=8).flatmap(
    lambda choices: st.tuples(st.just(choices), st.tuples(*(st.integers(0, count - 1) for count in choices)))
)


@given(PAPERS)
def test_a_script_knows_every_answer_within_the_tries_that_are_told(paper: tuple[list[int], tuple[int, ...]]) -> None:
    choices, right = paper
    believed, tries = learn(right, choices)
    assert believed == list(right)
    assert tries <= (tries_to_learn(choices, SCORED) or 0)


@pytest.mark.parametrize("choices", [[4] * 3, [2, 3, 5], [7], [2, 2, 2]])
def test_the_figure_is_the_worst_case_exactly(choices: list[int]) -> None:
    worst = max(learn(right, choices)[1] for right in itertools.product(*(range(count) for count in choices)))
    assert worst == tries_to_learn(choices, SCORED)


def test_nineteen_questions_of_four_options_are_known_after_thirty_nine_tries() -> None:
    assert tries_to_learn([4] * 19, SCORED) == 39
    dice = random.Random(2023)
    longest = max(learn([dice.randrange(4) for _ in range(19)], [4] * 19)[1] for _ in range(500))
    assert 30 < longest <= 39


def test_answers_told_at_once_are_known_after_one_try_and_where_nothing_is_told_never() -> None:
    open_book = Paper(minutes=20, fixed=("q",), reveal="answers", reveal_answers_before_closing=True)
    assert tries_to_learn([4] * 19, open_book) == 1
    assert tries_to_learn([4] * 19, Paper(minutes=20, fixed=("q",), reveal="nothing")) is None
    assert tries_to_learn([4] * 19, Paper(minutes=20, fixed=("q",), reveal="answers")) == 39, (
        "the score is told at once"
    )


# ---- of a folder ---------------------------------------------------------------------------------------------


def question(number: int, **about: Any) -> Question:
    values: dict[str, Any] = {
        "id": f"Q{number}", "kind": "single", "topic": f"t{number % 2}", "difficulty": "de", "text": Text(f"Câu {number}?"),
        "options": tuple(Option(letter, Text(letter)) for letter in "ABCD"), "correct": ("A",), **about,
    }  # fmt: skip
    return Question(**values)


BANK = Bank(tuple(question(n) for n in range(10)))


def contest(paper: Paper, tries: Tries | None = None, **about: Any) -> Rules:
    values: dict[str, Any] = {
        "id": "c", "series_id": "c", "title": Text("C"), "opens": OPENS, "closes": OPENS + timedelta(days=7), "paper": paper,
        "tries": tries or Tries(), **about,
    }  # fmt: skip
    return Rules(**values)


def only(*rules: Rules, bank: Bank = BANK) -> Cost:
    (found,) = costs_of(ContestFolder(rules, bank))
    return found


DRAWN = Paper(minutes=20, draw=(DrawStep(3, topic="t0"),))


@pytest.mark.parametrize(("tries", "met"), [(Tries(), 5), (Tries(contest=1), 3), (Tries(day=1), 5), (Tries(week=1), 3)])
def test_a_person_meets_as_many_questions_as_the_tries_show_and_the_pool_holds(tries: Tries, met: int) -> None:
    cost = only(contest(DRAWN, tries))
    assert (cost.on_paper, cost.pool, cost.may_meet, cost.learned_after) == (3, 5, met, None)


@pytest.mark.parametrize(
    ("tries", "learnt"), [(Tries(), True), (Tries(contest=3), False), (Tries(day=1), True), (Tries(contest=7), False)]
)
def test_a_fixed_paper_is_learnt_where_one_more_try_is_left(tries: Tries, learnt: bool) -> None:
    cost = only(contest(Paper(minutes=20, fixed=("Q1", "Q2", "Q3")), tries))
    assert (cost.learned_after, cost.is_learnt) == (7, learnt and (cost.tries is None or cost.tries > 7))
    assert any("a script" in sentence for sentence in sentences(cost))


def test_a_draw_that_always_takes_the_whole_pool_is_a_fixed_paper() -> None:
    assert only(contest(Paper(minutes=20, draw=(DrawStep(5, topic="t0"),)))).learned_after == 11


def test_several_right_options_are_as_many_answers_as_there_are_sets() -> None:
    assert choices_of(question(1, kind="multiple", correct=("A", "B"))) == 15


def test_each_group_has_a_cost_of_its_own_bank_and_paper() -> None:
    bank = Bank(tuple(question(n, groups=("x",) if n < 4 else ("y",)) for n in range(10)))
    asked = RegistrationRules(fields={"category": "required"}, categories=(Category("x", Text("X")),))
    own = Paper(minutes=9, fixed=("Q0",))
    groups = (Group("x", ("x",), paper=own), Group("y", otherwise=True))
    rules = contest(Paper(minutes=20, draw=(DrawStep(2),)), registration=asked, groups=groups)
    found = {cost.group: (cost.key, cost.on_paper, cost.pool) for cost in costs_of(ContestFolder((rules,), bank))}
    assert found == {"x": ("groups[0].paper", 1, 1), "y": ("paper", 2, 6)}


def test_a_round_says_which_of_its_questions_an_earlier_one_has_answered() -> None:
    first = contest(msgspec.structs.replace(DRAWN, reveal="answers"), id="c/1")
    ends = first.closes + timedelta(days=7)
    second = contest(Paper(minutes=20, draw=(DrawStep(2),)), id="c/2", opens=first.closes, closes=ends)
    before, after = costs_of(ContestFolder((first, second), BANK))
    assert (before.known_before, after.known_before) == (0, 5)
    assert any("5 of its questions" in sentence for sentence in sentences(after))


def rounds(first: Paper, second: Paper, tries: Tries, bank: Bank = BANK) -> tuple[Cost, Cost]:
    """Two weeks, one after the other."""
    one = contest(first, tries, id="c/1")
    two = contest(second, tries, id="c/2", opens=one.closes, closes=one.closes + timedelta(days=7))
    before, after = costs_of(ContestFolder((one, two), bank))
    return before, after


FIXED = Paper(minutes=20, fixed=("Q1", "Q2", "Q3"))


@pytest.mark.parametrize(
    ("first", "beside"),
    [
        (FIXED, 4),
        (Paper(minutes=20, fixed=("Q3", "Q2", "Q1")), 4),
        (Paper(minutes=20, fixed=("Q1", "Q2", "Q4")), 0),
        (Paper(minutes=20, draw=(DrawStep(3),)), 0),
        (msgspec.structs.replace(FIXED, reveal="nothing"), 0),
    ],
    ids=["the same", "in another order", "another question", "drawn", "nothing told"],
)
def test_rounds_with_the_same_paper_give_a_script_the_tries_of_all_of_them(first: Paper, beside: int) -> None:
    before, after = rounds(first, FIXED, Tries(contest=4))
    assert (after.tries, after.tries_beside, after.learned_after, after.is_learnt) == (4, beside, 7, beside == 4)
    assert (before.tries_beside, before.is_learnt) == (0, False), "what comes later teaches nothing before"
    assert any("counting those of other rounds" in sentence for sentence in sentences(after)) == (beside == 4)


def test_a_round_without_a_limit_leaves_none_to_the_next_with_the_same_paper() -> None:
    one = contest(FIXED, id="c/1")
    two = contest(FIXED, Tries(contest=1), id="c/2", opens=one.closes, closes=one.closes + timedelta(days=7))
    _, after = costs_of(ContestFolder((one, two), BANK))
    assert (after.tries, after.tries_in_all, after.is_learnt) == (1, None, True)


def test_questions_of_an_earlier_round_count_among_those_a_person_may_meet() -> None:
    drawn = Paper(minutes=20, draw=(DrawStep(3),))
    before, after = rounds(drawn, drawn, Tries(contest=2))
    assert (before.may_meet_in_all, after.may_meet, after.may_meet_in_all) == (6, 6, 10)
    assert any("may meet 10" in sentence for sentence in sentences(after))
    _, elsewhere = rounds(Paper(minutes=20, draw=(DrawStep(3, topic="t1"),)), DRAWN, Tries(contest=1))
    assert elsewhere.may_meet_in_all == 3, "no question in common"


def test_a_round_counts_what_its_own_group_meets_elsewhere_and_nobody_elses() -> None:
    asked = RegistrationRules(fields={"category": "required"}, categories=(Category("x", Text("X")),))
    groups = (Group("x", ("x",), paper=FIXED), Group("y", otherwise=True, paper=FIXED))
    one = contest(DRAWN, Tries(contest=4), id="c/1", registration=asked, groups=groups)
    two = msgspec.structs.replace(one, id="c/2", opens=one.closes, closes=one.closes + timedelta(days=7))
    found = [cost.tries_beside for cost in costs_of(ContestFolder((one, two), BANK))]
    assert found == [0, 0, 4, 4]

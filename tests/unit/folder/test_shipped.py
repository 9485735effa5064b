"""The contest folders that ship beside Bắc Giang's are true to what they are examples of."""

from __future__ import annotations

import itertools
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from deploy.local.paths import ROOT
from services.contracts.tries import most_tries
from services.folder import ContestFolder, read_folder
from services.folder.cost import costs_of
from services.folder.cost_words import sentences

SHIPPED = ("hue-cchc-2025", "tieu-hoc")


def shipped(name: str) -> ContestFolder:
    return read_folder(ROOT / "contests" / name)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_question_says_why_its_answer_is_right_and_by_which_law(name: str) -> None:
    for question in shipped(name).bank.questions:
        assert question.explanation, question.id
        assert question.legal_basis, question.id
        assert len(question.options) >= 3, question.id
    # Were the right letter always the same, people would learn the letter.
    right = {question.correct for question in shipped(name).bank.questions if question.kind == "single"}
    assert len(right) > 1


def test_hue_runs_four_weeks_without_a_gap_and_lets_everybody_try_once_in_each() -> None:
    rounds = shipped("hue-cchc-2025").rules
    assert [rules.id.partition("/")[2] for rules in rounds] == ["tuan-1", "tuan-2", "tuan-3", "tuan-4"]
    for before, after in itertools.pairwise(rounds):
        assert before.closes == after.opens
    for rules in rounds:
        opens = rules.opens.astimezone(ZoneInfo(rules.time_zone))
        assert (opens.weekday(), opens.hour, rules.closes - rules.opens) == (0, 0, timedelta(days=7))
        assert most_tries(rules) == 1


def test_hue_has_a_bank_for_officials_and_one_for_citizens_and_no_question_in_both() -> None:
    bank = shipped("hue-cchc-2025").bank
    officials, citizens = ({q.id for q in bank.for_group(group)} for group in ("can-bo", "nguoi-dan"))
    assert (len(officials), len(citizens), officials & citizens) == (15, 15, set())


def test_the_school_has_nine_hundred_pupils_and_lets_nobody_under_sixteen_start_alone() -> None:
    school = shipped("tieu-hoc")
    (rules,) = school.rules
    classes = [unit for unit in school.units if unit.kind == "class"]
    assert (len(classes), sum(unit.headcount or 0 for unit in classes)) == (30, 900)
    age = rules.registration.age
    assert age is not None
    assert age.to is not None
    assert age.to < (rules.registration.guardian_under or 0)
    assert rules.registration.phone_shared_by == 5


def test_the_guide_quotes_what_the_check_says() -> None:
    guide = (ROOT / "docs" / "contest-folder.md").read_text(encoding="utf-8")
    first = next(cost for cost in costs_of(shipped("hue-cchc-2025")) if cost.group == "can-bo")
    for sentence in sentences(first):
        assert sentence in guide

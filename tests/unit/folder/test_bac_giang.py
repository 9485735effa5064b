"""The folder that ships: what the published report and the shared data say about it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.folder import ContestFolder, read_folder, subtree_headcounts

FOLDER = Path(__file__).parents[3] / "contests" / "bac-giang-2023"


@pytest.fixture(scope="module")
def bac_giang() -> ContestFolder:
    return read_folder(FOLDER)


def test_the_contest_of_bac_giang_has_no_fault_and_lasts_all_september(bac_giang) -> None:
    (rules,) = bac_giang.rules
    assert rules.id == "bg-thads-2023"
    assert rules.opens == datetime(2023, 8, 31, 17, tzinfo=UTC)
    assert rules.closes == datetime(2023, 9, 30, 17, tzinfo=UTC)
    assert sum(step.count for step in rules.paper.draw) == 19
    assert {step.topic for step in rules.paper.draw} == {question.topic for question in bac_giang.bank.questions}


def test_its_bank_holds_103_questions_nine_of_them_with_several_right_options(bac_giang) -> None:
    questions = bac_giang.bank.questions
    assert (len(questions), sum(question.kind == "multiple" for question in questions)) == (103, 9)


def test_its_419_units_have_the_headcounts_of_their_blocks(bac_giang) -> None:
    assert len(bac_giang.units) == 419
    counts = subtree_headcounts(bac_giang.units)
    blocks = {unit.unit_id: counts[unit.unit_id] for unit in bac_giang.units if unit.kind == "block"}
    assert blocks == {"K-TINH": 9323, "K-HUYEN": 8280, "K-TRUONG": 28663, "K-LLVT": 4060}
    assert counts["BG"] == sum(blocks.values())
    assert {counts[unit.unit_id] for unit in bac_giang.units if unit.open} == {None}


def test_no_figure_of_the_replays_model_stands_in_the_folder() -> None:
    assert "_model" not in (FOLDER / "units.yaml").read_text(encoding="utf-8")

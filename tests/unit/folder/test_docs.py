"""What the guide shows is what can be read."""

from __future__ import annotations

import re
from pathlib import Path

GUIDE = Path(__file__).parents[3] / "docs" / "contest-folder.md"


def _blocks() -> tuple[str, ...]:
    """contest.yaml, questions.yaml, units.yaml, units.csv, excluded.csv as the guide shows them."""
    return tuple(re.findall(r"```(?:yaml|csv)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL))


def test_the_folder_of_the_guide_which_uses_every_key_reads_without_a_fault(draft) -> None:
    contest, questions, tree, _, excluded = _blocks()
    draft.write("contest.yaml", contest).write("questions.yaml", questions)
    draft.write("units.yaml", tree.replace("headcount: 70,", "headcount: 70, kind: unit,")).write(
        "excluded.csv", excluded
    )
    assert draft.faults() == []
    assert [rules.id for rules in draft.read().rules] == ["vi-du-2023/tuan-1", "vi-du-2023/tuan-2"]


def test_the_two_ways_to_write_units_in_the_guide_say_the_same(draft) -> None:
    _, _, tree, table, _ = _blocks()
    from_tree = draft.write("units.yaml", tree).read().units
    (draft.path / "units.yaml").unlink()
    assert draft.write("units.csv", table).read().units == from_tree

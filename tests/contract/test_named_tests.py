"""Each rule that keeps the numbers right (ARCHITECTURE.md) and each bug once planted has a test that carries its name."""

from __future__ import annotations

import ast

import pytest

from deploy.local.paths import ROOT

PLANTED = (
    "a_key_twice_in_a_batch",
    "a_limit_checked_by_count",
    "rollups_moved_without_the_lock",
    "a_relay_that_reads_by_cursor",
    "a_score_that_was_not_stored",
    "a_sweeper_before_a_late_commit",
    "an_old_writers_submission",
    "a_paper_whose_key_has_not_arrived",
)
NAMES = {
    node.name
    for file in (ROOT / "tests").rglob("test_*.py")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
}


@pytest.mark.parametrize("rule", range(1, 12))
def test_every_rule_is_in_the_name_of_a_test(rule: int) -> None:
    assert any(name.startswith(f"test_rule_{rule}_") for name in NAMES)


@pytest.mark.parametrize("bug", PLANTED)
def test_every_planted_bug_is_in_the_name_of_a_test(bug: str) -> None:
    assert any(name.startswith(f"test_planted_bug_{bug}") for name in NAMES)

"""The command line as a person meets it, without a stack."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.__main__ import COMMANDS, build
from services.cli.terminal import Failure


def hoithi(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *words], capture_output=True, text=True, check=False,
        env={"HOITHI_STATE": str(state), "PATH": "", "HOME": str(state)},
    )  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_of_the_table_exists_and_explains_itself(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    build()([*words.split(), "--help"], exit_on_error=False)
    assert "Usage" in capsys.readouterr().out


def test_status_where_nothing_runs_answers_json_and_leaves_with_3(tmp_path: Path) -> None:
    ran = hoithi(tmp_path, "status", "--json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout)["running"] is False


@pytest.mark.parametrize("words", [("audit",), ("topics",), ("republish", "quiz"), ("dead-letters", "list")])
def test_what_needs_a_stack_says_how_to_start_one(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = hoithi(tmp_path, *words)
    assert ran.returncode == 3
    assert "hoithi up" in ran.stderr
    assert ran.stdout == ""


def test_check_reports_every_fault_on_standard_error_and_leaves_with_1(tmp_path: Path) -> None:
    (tmp_path / "contest.yaml").write_text("id: x\nopens: 2026-02-30\n")
    ran = hoithi(tmp_path, "contest", "check", str(tmp_path))
    assert ran.returncode == 1
    assert "contest.yaml:2" in ran.stderr
    assert "questions.yaml" in ran.stderr


def test_down_where_nothing_runs_is_no_error(tmp_path: Path) -> None:
    ran = hoithi(tmp_path, "down")
    assert (ran.returncode, ran.stdout.strip()) == (0, "Nothing was running.")


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan"])
def test_a_speed_that_is_none_is_refused(speed: str) -> None:
    from services.cli.replay import _factor

    with pytest.raises(Failure, match="--speed"):
        _factor(speed)


def test_a_contest_is_not_replayed_with_other_people_over_the_first_ones(tmp_path: Path) -> None:
    from services.cli.replay import _same_people

    for _ in range(2):
        _same_people(tmp_path, "c", {"scale": 0.1, "seed": 1})
    _same_people(tmp_path, "d", {"scale": 0.2, "seed": 1})
    with pytest.raises(Failure, match=r"--scale 0\.1 --seed 1.*--fresh"):
        _same_people(tmp_path, "c", {"scale": 0.2, "seed": 1})

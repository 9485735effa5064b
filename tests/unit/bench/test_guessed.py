"""What is found wrong with a run of guesses, and what its report says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from bench.guessed import Guessed, Guessing, Owners, Written, read, write
from services.registration.domain.limits import BUDGET

CLEAN = Guessed(
    "one-many", 1, 1000, 10_000, 20.0, {"401": 40, "429": 9_000, "503": 960}, {"later": 40, "full": 2_960, "budget": 6_040}, 0,
    Written(BUDGET, BUDGET, 3), Owners(160, 0, 2, {"p50": 5.0, "p99": 90.0, "max": 1200.0}), {"registration-1": 700.0},
    {"registration-1": [70.0, 74.0]},
)  # fmt: skip


def test_guesses_that_found_nothing_and_kept_nobody_out_are_no_fault() -> None:
    assert list(CLEAN.faults()) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"right": 1}, "1 guesses were right"),
        ({"owners": Owners(160, 3)}, "3 owners with the right code were refused"),
        ({"written": Written(BUDGET + 1, 9, 9)}, f"over {BUDGET}"),
        ({"answers": {"401": 9, "500": 1}}, "{'500': 1}"),
        ({"answers": {"401": 9, "lost": 2}}, "{'lost': 2}"),
    ],
)
def test_whatever_breaks_the_rule_is_named(changed: dict[str, Any], found: str) -> None:
    faults = list(structs.replace(CLEAN, **changed).faults())
    assert len(faults) == 1
    assert found in faults[0]


def test_a_report_adds_up_the_parts_of_a_scene_and_reads_back_what_was_kept(tmp_path: Path) -> None:
    made = Guessing("guessing", "a machine", ["hoithi load guesses one-many"], [CLEAN, CLEAN])
    page = write(made, tmp_path).read_text()
    assert "20,000 guesses, 18,080 compared" in page
    assert "1 : 55,309,734" in page
    assert "| 1 | 1,000 | 20,000 | 500 | 80 | 5,920 | 12,080 | 1,920 | 3,000, 3,000, 3 |" in page
    assert read("guessing", tmp_path) == made

"""Time is an argument: what decides gets `now`, so that a month can be replayed through the real services (rule 6)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from deploy.local.paths import ROOT

READS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter"}
CLOCKS = {"datetime", "date", "time", "clock"}
DECIDING = sorted(
    file
    for folder in (*(ROOT / "services").glob("*/domain"), ROOT / "services" / "contracts")
    for file in folder.rglob("*.py")
)


def readings(source: str) -> list[str]:
    """Calls that ask a clock for the time, and names of such calls that are imported to be called alone."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS:
            if ast.unparse(node.func.value).split(".")[-1].strip("_") in CLOCKS:
                found.append(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("file", DECIDING, ids=lambda file: str(Path(file).relative_to(ROOT)))
def test_rule_6_what_decides_never_reads_a_clock(file: Path) -> None:
    assert readings(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()", "self._clock.monotonic()",
        "from time import monotonic",
    ],
)  # fmt: skip
def test_a_clock_is_found_however_it_is_read(source: str) -> None:
    assert readings(source)


def test_the_domains_of_all_services_are_among_what_decides() -> None:
    assert {file.relative_to(ROOT).parts[1] for file in DECIDING} >= {"registration", "quiz", "scoring", "stats"}

"""SQL of a service stands in its repository, where a change of a table finds all that reads it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from deploy.local.paths import ROOT

STATEMENTS = {"fetch", "fetchrow", "fetchval", "execute", "executemany", "copy_records_to_table"}
SERVICES = ("registration", "quiz", "scoring", "stats")


def calls(file: Path) -> list[int]:
    """Lines on which a connection or a pool is told a statement."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STATEMENTS:
            told = ast.unparse(node.func.value)
            if told.split(".")[-1] in ("connection", "pool"):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_sql_stands_in_the_repository(service: str) -> None:
    folder = ROOT / "services" / service
    elsewhere = {
        str(file.relative_to(ROOT)): lines
        for file in folder.rglob("*.py")
        if "repository" not in file.relative_to(folder).parts and (lines := calls(file))
    }
    assert elsewhere == {}


@pytest.mark.parametrize("service", SERVICES)
def test_the_repository_is_where_it_is_looked_for(service: str) -> None:
    assert any(calls(file) for file in (ROOT / "services" / service / "repository").rglob("*.py"))

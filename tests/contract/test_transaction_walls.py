"""Only the edge opens and commits a transaction: what it calls is then one whole with whatever else the edge does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from deploy.local.paths import ROOT

SERVICES = ROOT / "services"
WORKERS = {
    "runtime/batcher.py": "the batch of requests",
    "runtime/consumer.py": "the batch of records",
    "quiz/sweeping.py": "background: papers whose time ran out",
    "quiz/closing.py": "background: the leader counts and closes",
    "registration/rostering.py": "background: rosters are purged",
    "stats/publisher.py": "background: the elected publisher",
    "stats/view.py": "background: what viewers see is read as of one moment",
    "stats/reader.py": "the batch of records of a rebuild",
    "stats/rebuild.py": "the swap at the end of a rebuild",
}
HANDLERS = {
    "runtime/second_api.py": "the handlers of every service that has such acts",
    "runtime/export_api.py": "the handlers of every service",
    "quiz/importing.py": "a handler's whole work: what is faulty must not take a connection",
    "quiz/starting.py": "a handler's whole work: a start is one statement, and only an overdue paper before it needs more",
    "registration/staffing.py": "a handler's whole work: a slow hash stands between its two transactions",
    "registration/factor.py": "a handler's whole work: a wrong code is committed, and then refused",
}
"""What is an edge beside the folders and modules called `api`, and why."""


def opens(file: Path) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr == "transaction" or _says_begin(node))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    )


def _says_begin(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return text.strip().lower().startswith(("begin", "start transaction", "commit", "savepoint"))


def found() -> set[str]:
    files = (file for file in SERVICES.rglob("*.py") if "cli" not in file.relative_to(SERVICES).parts)
    return {str(file.relative_to(SERVICES)) for file in files if opens(file)}


def test_only_the_edge_opens_transactions() -> None:
    elsewhere = {name for name in found() if "api" not in Path(name).with_suffix("").parts}
    assert elsewhere == WORKERS.keys() | HANDLERS.keys()


@pytest.mark.parametrize("inner", ["repository", "domain"])
def test_what_is_inside_never_does(inner: str) -> None:
    assert {name for name in found() if inner in Path(name).with_suffix("").parts} == set()


def test_handlers_that_open_transactions_are_looked_for_where_they_are() -> None:
    assert sum("api" in Path(name).with_suffix("").parts for name in found()) > 10

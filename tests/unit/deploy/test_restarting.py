"""The supervisor starts again what ended, and never a second one beside what lives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.layout import Layout
from deploy.local.stack import Stack


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Stack, list[str]]:
    """A stack that only notes what it would start."""
    names: list[str] = []
    monkeypatch.setattr(Stack, "_start_one", lambda _, name: names.append(name))
    return Stack(Layout(tmp_path, 1)), names


def test_what_somebody_else_has_started_again_meanwhile_is_not_started_twice(started: tuple[Stack, list[str]]) -> None:
    stack, names = started
    stack.pids["kafka"] = os.getpid()
    stack._restart("kafka")
    assert names == []


def test_what_is_held_down_stays_down_until_it_is_released(started: tuple[Stack, list[str]]) -> None:
    stack, names = started
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    stack.pids["kafka"] = ended.pid
    stack._held.add("kafka")
    stack._restart("kafka")
    assert names == []
    stack.release("kafka")
    assert names == ["kafka"]

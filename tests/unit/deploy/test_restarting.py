"""The supervisor starts again what ended, and never a second one beside what lives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deploy.local.layout import Layout
from deploy.local.processes import wait_until
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


def test_a_service_does_not_wait_for_kafka_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, started = threading.Event(), list[str]()

    def start(stack: Stack, name: str) -> None:
        if name == "kafka":
            slow.wait(10)
        stack.pids[name] = os.getpid()
        started.append(name)

    monkeypatch.setattr(Stack, "_start_one", start)
    stack = Stack(Layout(tmp_path, 1))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    stack.pids = {"kafka": ended.pid, "quiz-1": ended.pid}
    for name in stack.pids:
        stack._restart_beside(name)
        stack._restart_beside(name)
    assert wait_until(lambda: started == ["quiz-1"], 5)
    slow.set()
    assert wait_until(lambda: started == ["quiz-1", "kafka"], 5), "and each once, however often it was seen dead"

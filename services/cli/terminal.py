"""Two channels: `answer` for what was asked (standard output), `say` for how it goes (standard error)."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

OK, DIFFERENT, UNSETTLED, NOT_RUNNING = 0, 1, 2, 3
"""Exit codes: all well; something is wrong or differs; not settled yet; nothing runs."""


class Failure(Exception):
    """The sentence says what is wrong and what to do; `code` is the exit code."""

    def __init__(self, sentence: str, code: int = DIFFERENT) -> None:
        super().__init__(sentence)
        self.code = code


def say(sentence: str) -> None:
    err.print(f"· {sentence}", style="dim", markup=False, soft_wrap=True)


def answer_json(document: Any) -> None:
    """Machine-readable, and nothing else on standard output."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    sys.stdout.buffer.flush()

"""A stack in real time with a contest that is open now: Kafka flushes every produce, and starts are admitted as on the day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from bench.drill import stage
from bench.running import told_of
from bench.target import Target
from deploy.local.stack import Layout, Say, Stack
from services.folder import ContestFolder

OPEN = 3600.0
"""Seconds for which the contest stays open."""


@contextmanager
def live(layout: Layout, folder: ContestFolder, say: Say) -> Iterator[tuple[Target, ContestFolder, Stack]]:
    """The folder's first contest under another id, with as many tries as anybody wants; the stack ends with the block."""
    stack = Stack(layout, say)
    stack.start()
    try:
        rules = stage.rules_of(folder, "do-tai", OPEN, tries=None)
        stage.apply(layout.origin, stack.secrets_dir, folder, rules)
        yield told_of(layout.folder), msgspec.structs.replace(folder, rules=(rules,)), stack
    finally:
        say("stopping")
        stack.stop()

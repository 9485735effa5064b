"""Walls are read as syntax trees, which CPython 3.11 cannot build while a finalizer builds another one."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _nothing_is_finalized_meanwhile() -> Iterator[None]:
    """What tests of this process before left behind waits: else `ast.parse` may end in "recursion depth mismatch"."""
    gc.disable()
    yield
    gc.enable()

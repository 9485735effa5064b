"""Fixtures that every test may use; see tests/README.md."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stores import Database, Stores, reachable

# Three dozen brokers live for half a minute each: what they would win by optimizing compilation, a fifth of all CPU here pays.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    with reachable() as folder:
        running = Stores.start(folder)
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder in which a test may start servers of its own."""
    with reachable() as folder:
        yield folder


@pytest.fixture
def database(stores: Stores) -> Database:
    """`async with database("scoring") as pool:` gives a pool on a fresh, migrated database."""
    return stores.database

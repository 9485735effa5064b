"""Fixtures that every test may use; see tests/README.md."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.stores import Database, Stores


@contextmanager
def _reachable() -> Iterator[Path]:
    """A folder for servers. Not pytest's: it is closed to other users whenever another run starts, and PostgreSQL
    steps down from root."""
    with tempfile.TemporaryDirectory(prefix="hoithi-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    with _reachable() as folder:
        running = Stores.start(folder)
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder in which a test may start servers of its own."""
    with _reachable() as folder:
        yield folder


@pytest.fixture
def database(stores: Stores) -> Database:
    """`async with database("scoring") as pool:` gives a pool on a fresh, migrated database."""
    return stores.database

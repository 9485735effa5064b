"""Fixtures that every test may use; see tests/README.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.stores import Database, Stores


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    running = Stores.start(tmp_path_factory.mktemp("stores"))
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def database(stores: Stores) -> Database:
    """`async with database("scoring") as pool:` gives a pool on a fresh, migrated database."""
    return stores.database

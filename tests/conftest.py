"""Fixtures that every test may use; see tests/README.md."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.stores import Database, Stores, reachable

# Three dozen brokers live for half a minute each: what they would win by optimizing compilation, a fifth of all CPU here pays.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")

# Three workers and their servers share two cores: how long an example takes says nothing about the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


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

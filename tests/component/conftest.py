"""Fixtures of tests that walk through all services at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.running import Running, running
from tests.support.stores import Stores


@pytest.fixture(scope="session")
async def walk(stores: Stores) -> AsyncIterator[Running]:
    """The four services, once per run; tests leave the contest and its people as they are."""
    async with running(stores) as made:
        yield made

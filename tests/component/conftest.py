"""Fixtures of tests that walk through all services at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.running import Running, running
from tests.support.stores import Stores, reachable


@pytest.fixture(scope="module")
async def walk() -> AsyncIterator[Running]:
    """The four services; tests leave the contest and its people as they are.

    On stores of their own: on the shared ones they would read, and bury, what other tests put into the topics.
    """
    with reachable() as folder:
        stores = await asyncio.to_thread(Stores.start, folder)
        try:
            async with running(stores) as made:
                yield made
        finally:
            await asyncio.to_thread(stores.stop)

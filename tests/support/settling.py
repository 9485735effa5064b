"""Waiting for tasks of this process that need no clock."""

from __future__ import annotations

import asyncio

TURNS = 100


async def settled() -> None:
    """Every task that can go on has gone on: turns of the loop instead of a while, which a busy machine may swallow whole."""
    for _ in range(TURNS):
        await asyncio.sleep(0)

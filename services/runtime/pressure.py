"""How late this process is: what it was to do at a moment and did later, because there was too much else to do."""

from __future__ import annotations

import asyncio

EVERY = 0.05
NEWEST = 0.3
"""Weight of the newest look in the average."""


class Pressure:
    """`late` in seconds, on an average that forgets in some 150 ms: one late moment alone is no pressure."""

    def __init__(self) -> None:
        self.late = 0.0

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            self.late += NEWEST * (loop.time() - due - self.late)

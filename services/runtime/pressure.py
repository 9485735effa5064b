"""How late this process is: what it was to do at a moment and did later, because there was too much else to do."""

from __future__ import annotations

import asyncio

EVERY = 0.05
FADES = 0.8
"""What is left of a lateness at the next look."""


class Pressure:
    """`late` in seconds: the largest lateness of the last moments, fading."""

    def __init__(self) -> None:
        self.late = 0.0

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            self.late = max(loop.time() - due, self.late * FADES)

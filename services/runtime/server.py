"""uvicorn, which on a signal first says that it is leaving and goes on serving for a while, then closes its door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn


class Server(uvicorn.Server):
    """`leaving` is called at the first signal; the door closes `pause` seconds later, or at the second signal.

    Without the pause a gateway learns from refused connections that a replica has gone.
    """

    def __init__(self, config: uvicorn.Config, pause: float, leaving: Callable[[], None]) -> None:
        super().__init__(config)
        self._pause, self._leaving = pause, leaving
        self._told = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: Any = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._leaving()
        if self._pause and not self._told and self._loop is not None:
            self._told = True
            self._loop.call_soon_threadsafe(self._loop.call_later, self._pause, self._close, sig)
        else:
            super().handle_exit(sig, frame)

    def _close(self, sig: int) -> None:
        super().handle_exit(sig, None)

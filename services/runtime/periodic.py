"""Work that is done again and again for as long as the process runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from services.runtime.database import is_transient
from services.runtime.logs import logger

_log = logger("periodic")


async def every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """A store that is away is waited for; any other error comes out and ends the process."""
    while True:
        try:
            await work()
        except Exception as error:
            if not is_transient(error):
                raise
            _log.warning("waiting for the store", work=getattr(work, "__qualname__", "?"), error=repr(error))
        await asyncio.sleep(seconds)

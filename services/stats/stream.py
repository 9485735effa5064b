"""The stream of totals: what is known is sent at once, and then whatever is new, to every viewer alike."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from litestar.response.base import ASGIResponse

from services.runtime.metrics import METRICS
from services.runtime.parts import Parts
from services.stats.view import View

MOST_VIEWERS = 9000
"""Per process, with a descriptor for each: a process may commonly hold some twenty thousand."""
HEARTBEAT = 5.0
"""Seconds of silence after which a `beat` tells the page that the connection lives: it must notice a dead one within ten."""

PULSE = 2.0
"""Seconds between two looks of every viewer at whether a beat is due, and whether somebody has gone."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Viewers:
    """How many streams are open in this process; `room` says whether there may be one more."""

    def __init__(self, most: int = MOST_VIEWERS) -> None:
        self._most, self._now = most, 0
        self.leaving = False
        """The process ends: everybody is to go to another one now, not when it is gone."""

    @property
    def room(self) -> bool:
        return self._now < self._most

    async def watch(self, view: View, contest_id: str, receive: Any, send: Any) -> None:
        """Sends until the viewer has gone. The contest must be in the view."""
        self._now += 1
        METRICS.viewers.set(self._now)
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            # Everybody reconnects at another moment after a restart.
            await _chunk(send, b"retry: %d\n\n" % random.randint(2000, 12000))
            await self._tell(view, contest_id, gone, send)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._now -= 1
            METRICS.viewers.set(self._now)

    async def _tell(self, view: View, contest_id: str, gone: asyncio.Future[None], send: Any) -> None:
        # No timer and no task of its own for a viewer's turn: ten thousand of them a second were worth half a core.
        now = asyncio.get_running_loop().time
        sent, at = b"", 0.0
        while not (gone.done() or self.leaving):
            woken = view.changed
            shown = view.shown[contest_id]
            if shown.totals != sent:
                sent, at = shown.totals, now()
                await _chunk(send, b"id: %d\ndata: %s\n\n" % (shown.snapshot.contest.version, sent))
            elif now() - at >= HEARTBEAT - PULSE:
                at = now()
                await _chunk(send, b"event: beat\ndata:\n\n")
            await woken.wait()


class Watching(ASGIResponse):
    """A response that is one viewer's stream."""

    def __init__(self, viewers: Viewers, view: View, contest_id: str) -> None:
        super().__init__()
        self._viewers, self._view, self._contest_id = viewers, view, contest_id

    async def __call__(self, _: Any, receive: Any, send: Any) -> None:
        await self._viewers.watch(self._view, self._contest_id, receive, send)


async def pulse(parts: Parts) -> None:
    """Background: viewers are woken by new numbers, and by this when there are none."""
    view: View = parts.state["view"]
    viewers: Viewers = parts.state["viewers"]
    while True:
        await asyncio.sleep(PULSE)
        viewers.leaving = parts.draining
        view.wake()


async def _chunk(send: Any, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _disconnect(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

"""Lets time pass in a demo: its stack is a rehearsal, whose sweeper and closing go no further than they are told."""

from __future__ import annotations

import hmac
import threading
from datetime import UTC, datetime, timedelta

import httpx

from deploy.local.plain import PLAIN

EVERY = 1.0
BEHIND = timedelta(seconds=6)
"""A request waits at most 5 s before its statement, so nothing earlier than this is still on its way."""


class Tide:
    """Moves the watermark along with the real time, until `stop`."""

    def __init__(self, origin: str, key: bytes) -> None:
        self._http, self._key = httpx.Client(base_url=origin, timeout=5, **PLAIN), key
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="tide")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(EVERY):
            until = datetime.now(UTC) - BEHIND
            moment = str(round(until.timestamp() * 1000))
            signature = hmac.digest(self._key, moment.encode(), "sha256").hex()
            headers = {"X-Rehearsal-Time": f"{moment}.{signature}"}
            try:
                self._http.post("/api/quiz/v1/rehearsal/watermark", json={"until": until.isoformat()}, headers=headers)
            except httpx.HTTPError:
                continue  # quiz is being started again; the next one says it all

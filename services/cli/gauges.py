"""The lag of a running stack, read beside a replay so that nobody waits for it."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

from deploy.local.postgres import SERVICES
from services.cli.status import look

EVERY = 2.0
"""Seconds between readings; each asks every process for its metrics."""


def lag_of(folder: Path) -> int:
    """Records that the services have not taken; a service that does not answer counts as one."""
    services = [each for each in look(folder).processes if each.name.partition("-")[0] in SERVICES]
    return int(sum(1 if each.lag is None else each.lag for each in services))


class Gauges:
    """`with Gauges(folder) as gauges: gauges.lag`."""

    def __init__(self, folder: Path) -> None:
        self.lag = 0
        self._folder, self._done = folder, threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True, name="gauges")

    def __enter__(self) -> Gauges:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._done.wait(EVERY):
            self.lag = lag_of(self._folder)

"""What the publisher says of a contest's phase holds only while it leads."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from services.runtime.clock import Clock
from services.runtime.metrics import METRICS
from services.stats.publisher import Publishing


class Parts:
    def __init__(self) -> None:
        self.clock = Clock()
        self.state = {"view": None}


async def test_who_no_longer_leads_shows_no_phase_of_a_contest(monkeypatch: Any) -> None:
    async def once(_: Publishing, __: Any) -> int:
        METRICS.contest_phase.labels("thi-cu").set(1)
        return 0

    METRICS.contest_phase.clear()  # the process's own: other tests leave contests there
    monkeypatch.setattr(Publishing, "once", once)
    leading = asyncio.create_task(Publishing(Parts()).lead(None))  # type: ignore[arg-type]
    await asyncio.sleep(0.1)
    assert shown() == ["thi-cu"]
    leading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await leading
    assert shown() == [], "its successor says 3 when the contest has closed; 1 would stand here for ever"


def shown() -> list[str]:
    return [sample.labels["contest"] for family in METRICS.contest_phase.collect() for sample in family.samples]

"""What a relay says of the outbox holds only while it leads."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from services.runtime.metrics import METRICS
from services.runtime.outbox import Relay
from services.runtime.publisher import Publisher
from services.runtime.settings import Settings


class Outbox:
    """A connection to an outbox in which five facts wait that nobody can publish."""

    async def fetch(self, *_: Any) -> list[Any]:
        return []

    async def fetchrow(self, *_: Any) -> dict[str, float]:
        return {"rows": 5, "age": 3.0}


def shown() -> tuple[float, float]:
    return METRICS.outbox_rows._value.get(), METRICS.outbox_oldest._value.get()


async def test_who_no_longer_leads_shows_no_facts_of_the_outbox_it_had_seen(tmp_path: Path) -> None:
    relay = Relay(Settings(service="quiz", secrets_dir=tmp_path), Publisher("127.0.0.1:1", "quiz"))
    leading = asyncio.create_task(relay._relay(Outbox()))  # type: ignore[arg-type]
    await asyncio.sleep(0.1)
    assert shown() == (5, 3.0)
    leading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await leading
    assert shown() == (0, 0), "its successor shows them; both together would count them twice, and for ever"

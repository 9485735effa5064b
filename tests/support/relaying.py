"""A relay as a process of its own, to be stopped and killed: `python -m tests.support.relaying MODE`.

Modes: `relay` publishes; `crash` is killed by the system after its first batch is in Kafka and before it is deleted.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from services.runtime.leadership import Rhythm
from services.runtime.outbox import Relay
from services.runtime.publisher import Publisher, Raw
from services.runtime.settings import Settings

QUICK = Rhythm(beat=0.2, silent=3.0, look=0.2)


class DyingPublisher(Publisher):
    async def send(self, records: Sequence[Raw]) -> None:
        await super().send(records)
        if records:
            os.kill(os.getpid(), signal.SIGKILL)


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ, "HOITHI_DATABASE_URL": settings.database_url, "HOITHI_KAFKA": settings.kafka,
        "HOITHI_INSTANCE": "process", "HOITHI_SECRETS_DIR": str(settings.secrets_dir),
    }  # fmt: skip


async def main(mode: str) -> None:
    settings: Any = Settings(service="quiz")
    kind = DyingPublisher if mode == "crash" else Publisher
    await Relay(settings, kind(settings.kafka, "quiz"), QUICK).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

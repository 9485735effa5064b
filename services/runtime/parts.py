"""What one process of a service is made of, given to every handler and every background work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from services.runtime.clock import Clock
from services.runtime.consumers import Consumers
from services.runtime.database import Pool
from services.runtime.pressure import OnTheWay
from services.runtime.publisher import Publisher
from services.runtime.settings import Settings
from services.runtime.tokens import Tokens


@dataclass
class Parts:
    """What handlers and background work are given."""

    settings: Settings
    pool: Pool
    clock: Clock
    tokens: Tokens
    publisher: Publisher
    on_the_way: OnTheWay = field(default_factory=OnTheWay)
    """How late requests come from the gateway."""
    state: dict[str, Any] = field(default_factory=dict)
    draining: bool = False
    consumers: Consumers | None = None
    needs_kafka: bool = False

    @property
    def publish(self) -> Any:
        return self.publisher.publish

    async def not_ready(self) -> list[str]:
        """What keeps this process from taking requests. Kafka counts only where the service is nothing without it."""
        missing = ["draining"] if self.draining else []
        try:
            async with asyncio.timeout(2):
                await self.pool.fetchval("select 1")
        except Exception as error:
            missing.append(f"database: {error!r}")
        if self.needs_kafka and (self.consumers is None or not self.consumers.started):
            missing.append("kafka")
        return missing

"""All that a stack holds, to see whether it moved: every row of every service, the end of every topic."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.local.postgres import SERVICES, Postgres
from services.contracts.topics import TOPICS

PASSING = {"lease", "outbox", "audit", "audit_chain", "schema_migrations"}
"""Tables that move by themselves: heartbeats, what is on its way, who read what."""
REPEATING = {"stats"}
"""Topics whose writer says everything again every minute."""


def kept(folder: Path) -> dict[str, Any]:
    """Table -> rows and a digest over them, topic -> the end of each partition. `folder` is the stack's."""
    ports = json.loads((folder / "state.json").read_text())["ports"]
    server = Postgres(folder / "postgres", ports["postgres"], folder / "logs" / "postgres.log")
    tables = {f"{service}.{name}": value for service in SERVICES for name, value in _rows(server, service).items()}
    return {**tables, **asyncio.run(_ends(f"127.0.0.1:{ports['kafka']}"))}


def _rows(server: Postgres, database: str) -> dict[str, str]:
    listed = server.sql(
        """select format('%I.%I', schemaname, tablename) from pg_tables
           where schemaname not in ('pg_catalog', 'information_schema')""",
        database,
    )
    names = [name for name in listed.split() if name.partition(".")[2] not in PASSING]
    count = "select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {} t"
    return {name: server.sql(count.format(name), database).strip() for name in names}


async def _ends(address: str) -> dict[str, list[int]]:
    consumer = AIOKafkaConsumer(bootstrap_servers=address)
    await consumer.start()
    try:
        found = {}
        for topic, spec in TOPICS.items():
            if topic not in REPEATING:
                ends = await consumer.end_offsets([TopicPartition(topic, n) for n in range(spec.partitions)])
                found[topic] = [ends[key] for key in sorted(ends)]
        return found
    finally:
        await consumer.stop()

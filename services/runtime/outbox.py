"""Facts leave through a table written in their own transaction, and one elected relay per service publishes them.

The relay reads, publishes and waits outside any transaction, then deletes exactly the rows it read: ids are not
commit order, so a cursor ("id > last") would skip a row whose transaction committed late (rule 2).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import asyncpg
import msgspec

from services.contracts import envelope
from services.contracts.topics import TOPICS
from services.runtime.database import Connection
from services.runtime.leadership import RHYTHM, Rhythm, lead
from services.runtime.metrics import METRICS
from services.runtime.publisher import Outgoing, Publisher, Raw

if TYPE_CHECKING:
    from services.runtime.settings import Settings

__all__ = ["Outgoing", "Relay", "put"]

BATCH = 1000
PAUSE = 0.1
"""Seconds between looks at an empty outbox: what a fact waits at most before it is on its way."""

INTO = "insert into outbox (topic, key, headers, payload)"
INSERT = f"""{INTO}
select * from unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[])"""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[tuple[str, str]])


def columns(outgoing: Sequence[Outgoing], service: str) -> tuple[list[str], list[str], list[bytes], list[bytes]]:
    """The four arrays that INSERT takes: topics, keys, headers, payloads."""
    events = [item.event for item in outgoing]
    headers = [
        _encoder.encode([(name, value.decode()) for name, value in envelope.headers(item.event, service, item.trace)])
        for item in outgoing
    ]
    return [e.topic for e in events], [e.key for e in events], headers, [envelope.encode(e) for e in events]


async def put(connection: Connection, outgoing: Sequence[Outgoing], service: str = "") -> None:
    """Call inside the transaction that makes the facts, after the aggregate's row is locked."""
    if outgoing:
        await connection.execute(INSERT, *columns(outgoing, service or _producer_of(outgoing[0])))


def _producer_of(item: Outgoing) -> str:
    return TOPICS[item.event.topic].producer


class Relay:
    """Publishes a service's outbox while it holds the lease `relay`."""

    def __init__(self, settings: Settings, publisher: Publisher, rhythm: Rhythm = RHYTHM) -> None:
        self._settings, self._publisher, self._rhythm = settings, publisher, rhythm

    async def run(self) -> None:
        await lead(self._settings, "relay", self._relay, self._rhythm)

    async def _relay(self, connection: Connection) -> None:
        try:
            await self._publish_all(connection)
        finally:
            # Whoever leads now measures: what this process saw last would stand in its metrics for ever.
            METRICS.outbox_rows.set(0)
            METRICS.outbox_oldest.set(0)

    async def _publish_all(self, connection: Connection) -> None:
        looked = 0.0
        while True:
            rows = await connection.fetch(
                "select id, topic, key, headers, payload from outbox order by id limit $1", BATCH
            )
            if rows:
                await self._publisher.send([_record(row) for row in rows])
                await connection.execute("delete from outbox where id = any($1::bigint[])", [row["id"] for row in rows])
                for row in rows:
                    METRICS.relayed.labels(row["topic"]).inc()
            if time.monotonic() - looked > 1:
                looked = time.monotonic()
                await _measure(connection)
            if len(rows) < BATCH:
                await asyncio.sleep(PAUSE)


def _record(row: asyncpg.Record) -> Raw:
    headers = [(name, value.encode()) for name, value in _decoder.decode(row["headers"])]
    return Raw(row["topic"], row["key"].encode(), row["payload"], headers)


async def _measure(connection: Connection) -> None:
    row = await connection.fetchrow(
        "select count(*) as rows, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) as age from outbox"
    )
    if row is not None:
        METRICS.outbox_rows.set(row["rows"])
        METRICS.outbox_oldest.set(float(row["age"]))

"""The smallest service, as a process of its own: `python -m tests.support.tiny`. It keeps what it is given."""

from __future__ import annotations

import asyncio

from litestar import post

from services.runtime import Parts, Service, serve
from services.runtime.access import Role, allow

TABLE = "create table taken (id text primary key)"


@post("/api/scoring/v1/take/{id_:str}", guards=[allow(Role.ANYONE)])
async def take(id_: str, parts: Parts) -> str:
    """Slow, so that a signal finds it at work; the answer is the commit."""
    await asyncio.sleep(0.2)
    await parts.pool.execute("insert into taken values ($1)", id_)
    return id_


if __name__ == "__main__":
    serve(Service(name="scoring", routes=[take]))

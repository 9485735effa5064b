"""Registers people before the load begins, as fast as it goes; what is kept of each is the session cookie."""

from __future__ import annotations

import asyncio
from random import Random

from bench.drill.door import Door, Doors, now
from bench.drill.history import Ask, History
from bench.drill.people import Entry

LANES = 24


async def registered(port: int, entry: Entry, count: int, seed: int) -> list[str]:
    """`count` cookies (`name=value`). Raises GaveUp where the stack does not answer for two minutes."""
    rng = Random(seed)
    doors = Doors("127.0.0.1", port, History(), now() + 120, rng, dies=0.0)
    numbers, cookies = iter(range(count)), list[str]()

    async def desk() -> None:
        door = doors.open()
        for number in numbers:
            cookies.append(await _register(door, entry, rng, number))
        door.close()

    await asyncio.gather(*(desk() for _ in range(LANES)))
    return cookies


async def _register(door: Door, entry: Entry, rng: Random, number: int) -> str:
    body = {
        "name": "Nguyễn Văn Tải", "birth_date": "1990-02-03", "unit_id": rng.choice(entry.units), "category": entry.category,
        "code": f"{rng.randrange(10**12):012d}", "consent": entry.consent,
    }  # fmt: skip
    path = f"/api/registration/v1/series/{entry.series_path}/contestants"
    request = door.request("POST", path, body, {"Idempotency-Key": f"{rng.getrandbits(128):032x}"})
    _, reply = await door.until_answered(Ask(number, "register", 0.0), request)
    return reply.cookie.decode()

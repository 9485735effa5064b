"""One connection of one device: sends a request, keeps what it was told, and may die before the answer comes."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from random import Random
from time import perf_counter, time
from typing import Any

import msgspec

from bench.drill.history import LOST, Ask, History, Told
from bench.lane import Lane, Lost, Reply
from deploy.local.routes import usable

PATIENCE = 6.0
"""Seconds that a device waits for an answer."""
DIES = 0.03
"""Share of the requests whose client is gone before the answer; it comes back and sends the same again."""
_began = time() - perf_counter()


def now() -> float:
    """Unix seconds by a clock that only goes forward."""
    return _began + perf_counter()


class GaveUp(Exception):
    """The contest is over, and this request never got an answer."""


class Doors:
    """What all devices share: where to, the history, until when to go on asking."""

    def __init__(self, host: str, port: int, history: History, give_up: float, rng: Random, dies: float = DIES) -> None:
        self.host, self.port, self.history, self.give_up, self.rng = host, port, history, give_up, rng
        self.dies = dies
        self.died = 0

    def open(self) -> Door:
        return Door(self)

    def address(self) -> str:
        """New registrations are limited per network, so everybody comes from another one of the loopback's."""
        return usable(f"127.{self.rng.randrange(1, 255)}.{self.rng.randrange(256)}.1")


class Door:
    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._lane = Lane(doors.host, doors.port, doors.address())

    def close(self) -> None:
        self._lane.close()

    def request(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> bytes:
        host = f"localhost:{self._doors.port}"
        content = b"" if body is None else msgspec.json.encode(body)
        lines = {
            "Host": host, "Origin": f"http://{host}", "Content-Type": "application/json",
            "Content-Length": str(len(content)), **(headers or {}),
        }  # fmt: skip
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content

    async def until_answered(self, like: Ask, request: bytes) -> tuple[Ask, Reply]:
        """Sends the same bytes again until an answer says more than "come again". Raises GaveUp."""
        tries = 0
        while True:
            ask, reply = await self._once(like, request)
            if reply is not None and ask.status < 500 and ask.status != 429:
                return ask, reply
            if now() > self._doors.give_up:
                raise GaveUp
            await asyncio.sleep(self._pause(tries, ask))
            tries += 1

    async def _once(self, like: Ask, request: bytes) -> tuple[Ask, Reply | None]:
        rng = self._doors.rng
        dies = rng.random() < self._doors.dies
        ask = self._doors.history.add(msgspec.structs.replace(like, sent=now(), told=Told()))
        try:
            async with asyncio.timeout(rng.uniform(0, 0.02) if dies else PATIENCE):
                reply = await self._lane.ask(request)
        except (TimeoutError, Lost):
            self._doors.died += dies
            self._lane.close()
            return ask, None
        ask.answered, ask.status, ask.told = now(), reply.status, _told(reply)
        return ask, reply

    def _pause(self, tries: int, ask: Ask) -> float:
        rng = self._doors.rng
        if ask.told.retry_after:
            return ask.told.retry_after * rng.uniform(1.0, 1.3)
        return 0.0 if ask.status == LOST and not tries else rng.uniform(0, min(2.0, 0.25 * 2**tries))


def _told(reply: Reply) -> Told:
    try:
        says = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        says = {}
    if "signature" in says:
        return Told(receipt=reply.body.decode())
    ends = says.get("ends_at")
    return Told(
        str(says.get("type", "")).rpartition("/")[2], str(says.get("contestant_id", "")), str(says.get("id", "")),
        datetime.fromisoformat(ends).timestamp() if ends else 0.0, int(says.get("writer") or 0), "", reply.retry_after,
    )  # fmt: skip


def unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")

"""What is known of a request before any handler sees it: its trace, its times, who calls."""

from __future__ import annotations

import hmac
import os
from datetime import datetime
from typing import Any

from services.runtime.clock import Clock, from_ms
from services.runtime.metrics import METRICS
from services.runtime.pressure import OnTheWay
from services.runtime.principal import Principal
from services.runtime.problems import BAD_TIME, Problem

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class TimeSource:
    """The time of a request: the gateway's stamp, or in a rehearsal what a header signed with the run's key says."""

    def __init__(self, clock: Clock, rehearsal_key: bytes | None, on_the_way: OnTheWay | None = None) -> None:
        self.clock, self._key = clock, rehearsal_key
        self.on_the_way = on_the_way or OnTheWay()

    def real(self) -> datetime:
        return self.clock.now()

    def of(self, headers: dict[bytes, bytes], real: datetime) -> tuple[datetime, bool]:
        """(domain time, whether it was rehearsed). Raises Problem for a time that is not signed rightly."""
        rehearsed = headers.get(b"x-rehearsal-time")
        if rehearsed is not None and self._key is not None:
            return self._rehearsed(rehearsed), True
        stamp = headers.get(b"x-received-at")
        if not stamp:
            return real, False
        received = _gateway_time(stamp, real)
        self.on_the_way.note((real - received).total_seconds())
        return received, False

    def _rehearsed(self, header: bytes) -> datetime:
        milliseconds, _, signature = header.partition(b".")
        expected = hmac.digest(self._key or b"", milliseconds, "sha256").hex().encode()
        if not hmac.compare_digest(signature, expected):
            raise Problem(BAD_TIME, "X-Rehearsal-Time is not signed with this run's key.")
        return from_ms(int(milliseconds))


def _gateway_time(stamp: bytes, real: datetime) -> datetime:
    try:
        received = from_ms(int(stamp))
    except (ValueError, OverflowError):
        return real
    METRICS.clock_offset.set((real - received).total_seconds())
    return received


class Edge:
    """One request's surroundings; lives in the ASGI scope under `hoithi`."""

    __slots__ = ("_times", "headers", "method", "now", "own_origin", "principal", "real_now", "rehearsed", "trace")

    def __init__(self, scope: Any, times: TimeSource, own_origin: str) -> None:
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.method: str = scope["method"]
        self.own_origin = own_origin
        self.trace = _trace(self.headers.get(b"traceparent"))
        self._times = times
        self.real_now = times.real()
        self.now = self.real_now
        self.rehearsed = False
        self.principal: Principal | None = None

    def set_time(self, times: TimeSource) -> None:
        self.now, self.rehearsed = times.of(self.headers, self.real_now)

    def real_time(self) -> datetime:
        """At this moment; `real_now` is when the request came."""
        return self._times.real()

    @property
    def unsafe(self) -> bool:
        return self.method in UNSAFE

    @property
    def trace_id(self) -> str:
        return self.trace.split("-")[1]

    @property
    def client_address(self) -> str:
        """As the gateway saw it: the last hop it wrote."""
        return self.header(b"x-forwarded-for").rpartition(",")[2].strip()

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")

    def cookies(self) -> dict[str, str]:
        pairs = (part.partition("=") for part in self.header(b"cookie").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs}


def edge_of(scope: Any) -> Edge:
    edge: Edge = scope["hoithi"]
    return edge


def _trace(header: bytes | None) -> str:
    """The caller's W3C traceparent, or a new one."""
    if header is not None and len(header) == 55 and header[:3] == b"00-" and header.count(b"-") == 3:
        text = header.decode("latin-1")
        if all(character in "0123456789abcdef-" for character in text):
            return text
    noise = os.urandom(24).hex()
    return f"00-{noise[:32]}-{noise[32:]}-01"

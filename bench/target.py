"""What a load needs to know of a running stack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def _none() -> dict[str, list[int]]:
    return {}


@dataclass(frozen=True)
class Target:
    """A running stack. `origin` is the public address (`http://localhost:8080`), `rehearsal_key` the raw key, None in real time.

    `processes()` gives the ids of every process now, by name (a service may have been restarted); `metrics` the
    addresses of the services' /metrics by instance; `audit(service)` what that service answers to the auditor.
    """

    origin: str
    rehearsal_key: bytes | None
    processes: Callable[[], Mapping[str, Sequence[int]]] = _none
    metrics: Mapping[str, str] = field(default_factory=dict)
    audit: Callable[[str], Awaitable[Mapping[str, Any]]] | None = None

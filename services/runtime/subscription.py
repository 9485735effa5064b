"""What a service says about a topic it reads, and what its handler gets and gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.contracts.events import Event
from services.runtime.database import Connection
from services.runtime.publisher import Outgoing


class Refused(Exception):
    """A handler's word for an event that can never be handled; the batch is split down to it and it is dead-lettered."""


@dataclass(frozen=True, slots=True)
class Received:
    """One event as it was read, with where it stood."""

    event: Event
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    trace: str | None
    record: Any = field(repr=False, compare=False, default=None)


@dataclass(frozen=True)
class Handled:
    """What a handler did: what to publish (as it is stored now), and what waits for reference data."""

    publish: Sequence[Outgoing] = ()
    waiting: Sequence[Received] = ()


NOTHING = Handled()
Handle = Callable[[Connection, Sequence[Received]], Awaitable[Handled | None]]


@dataclass(frozen=True)
class Subscription:
    """One topic read by one service. `reference` topics are read to their end before the others start."""

    topic: str
    types: tuple[type[Event], ...]
    handle: Handle
    reference: bool = False
    fetch_wait_ms: int = 150
    """How long the broker gathers records before it answers: what one waits at most; the fewer fetches, the cheaper."""
    max_records: int = 1000

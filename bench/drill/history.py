"""What the clients did and were told: every request they sent, and every answer or silence. One entry per try.

Times are Unix seconds of the clients' own clock, which no drill steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

LOST = 0
"""The status of a try that got no answer: it may have had its effect, may yet have it, or never."""


class Told(Struct, omit_defaults=True):
    """What of an answer is kept. `problem` is the last part of a problem's type."""

    problem: str = ""
    contestant: str = ""
    attempt: str = ""
    ends_at: float = 0.0
    writer: int = 0
    receipt: str = ""
    """The signed receipt, as its bytes came."""
    retry_after: float = 0.0


class Ask(Struct, omit_defaults=True):
    """One try of one request of one person. The same request sent again is another Ask with the same `key`."""

    person: int
    kind: str
    """register, start, pen, save, submit"""
    sent: float
    answered: float = 0.0
    """0: never."""
    status: int = LOST
    key: str = ""
    """Of a start or a registration: its Idempotency-Key. Of the others: the start key of their paper."""
    attempt: str = ""
    writer: int = 0
    seq: int = 0
    answers: dict[str, list[str]] = {}
    prediction: int | None = None
    told: Told = msgspec.field(default_factory=Told)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def unknown(self) -> bool:
        """No answer, or one that leaves open whether it had its effect."""
        return self.status == LOST or self.status >= 500

    @property
    def rank(self) -> tuple[int, int]:
        return self.writer, self.seq


class History:
    def __init__(self, asks: Iterable[Ask] = ()) -> None:
        self.asks = list(asks)

    def add(self, ask: Ask) -> Ask:
        self.asks.append(ask)
        return ask

    def of(self, *kinds: str) -> Iterator[Ask]:
        return (ask for ask in self.asks if ask.kind in kinds)

    def write(self, path: Path) -> None:
        path.write_bytes(b"\n".join(msgspec.json.encode(ask) for ask in self.asks) + b"\n")

    @classmethod
    def read(cls, path: Path) -> History:
        decode = msgspec.json.Decoder(Ask).decode
        return cls(decode(line) for line in path.read_bytes().splitlines() if line)

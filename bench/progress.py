"""How a replay is to be played, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.tally import Tally


@dataclass(frozen=True)
class Options:
    """`speed` is simulated seconds per real one, None as fast as possible. `until` (real dates after `shift`) plays
    only what is settled before it, and does not close the contest. `lanes` are requests in flight at once."""

    speed: float | None = None
    until: datetime | None = None
    shift: timedelta = timedelta()
    lanes: int = 192
    patience: float = 180.0


@dataclass
class Progress:
    """Where the replay is. `at` is the contest's time; `moments` of `total` requests are answered."""

    moments: int = 0
    total: int = 0
    at: datetime | None = None
    submitted: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)


Watch = Callable[[Progress], None]

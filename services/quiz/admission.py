"""Admitting starts (rule 8): how late saves and submissions are decides how many, a signed moment decides who."""

from __future__ import annotations

import asyncio
import contextlib
import hmac

from services.quiz.domain.admission import STEER_EVERY, Turnstile
from services.quiz.repository import contests
from services.quiz.taking import Request, Saved
from services.runtime import Parts
from services.runtime.batcher import Batcher
from services.runtime.database import is_transient
from services.runtime.edge import Edge
from services.runtime.files import replace_whole
from services.runtime.gate import Gate
from services.runtime.metrics import METRICS
from services.runtime.pressure import Pressure, every
from services.runtime.problems import OVERLOADED, Problem

HEADER = b"first-refused"
MOMENT = "first-refused"
"""File in the public folder, which no path leads to: what the gateway gives along when it refuses a start by itself."""
MOMENT_KEPT_MS = 90_000
"""How long such a place counts: it is nobody's own, so nobody may lay in a stock of them."""
GATEWAY = "gateway"
LOOK_EVERY = 2.0
"""Seconds between two looks at how many papers are open."""


class Admission:
    """`places`: how many submissions one process of quiz can let wait at once."""

    def __init__(self, parts: Parts, places: int) -> None:
        self._parts, self._places = parts, places
        self._key = parts.tokens.derived("first-refused")
        self.turnstile = Turnstile(parts.clock.now().timestamp())
        self._pressure = Pressure()
        self._moment = parts.settings.public_dir / MOMENT
        self._gate = Gate(parts.settings.public_dir, "starts")
        self._taken = 0

    def admit(self, contestant: str, contest: str, edge: Edge) -> None:
        """Raises 503 with the signed moment of the first refusal, which the next try must bring along.

        A rehearsal sends as fast as it is answered: it waits by itself, and nobody in it is refused.
        """
        if edge.rehearsed:
            return
        shown = edge.headers.get(HEADER)
        now = edge.real_now.timestamp()
        first = None if shown is None else self._first(shown, contestant, contest, now)
        refused = self.turnstile.knock(first, now)
        if shown is None:
            self._gate.count()
        if refused is not None:
            METRICS.shed.labels("starts").inc()
            moment = self._signed(refused.first_ms, f"{contestant}|{contest}")
            raise Problem(
                OVERLOADED, "Send the same again with `first_refused` in the header First-Refused: it keeps your place.",
                retry_after=refused.wait, first_refused=moment,
            )  # fmt: skip

    def _signed(self, first_ms: int, whose: str) -> str:
        return f"{first_ms}.{hmac.digest(self._key, f'{first_ms}|{whose}'.encode(), 'sha256').hex()[:32]}"

    def _first(self, shown: bytes, contestant: str, contest: str, now: float) -> int | None:
        """None for what we did not sign: it stands behind everybody who was refused before.

        A place of the gateway's becomes the person's own with the answer, and counts only for who comes with it soon.
        """
        digits, _, _ = shown.partition(b".")
        if not digits.isdigit() or len(digits) > 15:
            return None
        first = int(digits)
        if hmac.compare_digest(shown, self._signed(first, f"{contestant}|{contest}").encode()):
            return first
        fresh = 0 <= now * 1000 - first <= MOMENT_KEPT_MS
        return first if fresh and hmac.compare_digest(shown, self._signed(first, GATEWAY).encode()) else None

    def tell_gateway(self) -> None:
        """Writes the place that whoever is refused from now on by the gateway itself is given."""
        moment = self._signed(int(self._parts.clock.now().timestamp() * 1000), GATEWAY)
        # A full disk takes places away from those whom the gateway refuses, and nothing else.
        with contextlib.suppress(OSError):
            replace_whole(self._moment, moment.encode())

    async def run(self) -> None:
        """Steers for as long as the process runs."""
        # Beside one another: a store that answers late must not keep anybody from steering.
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pressure.watch())
            group.create_task(self._watch_papers())
            async for passed in every(STEER_EVERY):
                self.turnstile.steer(self._late(), self._finished(), passed, elsewhere=self._gate.refuses > 0)
                METRICS.start_rate.set(self.turnstile.rate)
                METRICS.starts_waiting.set(self.turnstile.waiting)
                self.tell_gateway()
                self._gate.steer(self.turnstile.newcomers, passed)

    def _late(self) -> float:
        """Seconds by which what has begun is late: on the way here, for this process's loop, or the oldest save or submission."""
        batchers: tuple[Batcher[Request, Saved], Batcher[Request, bytes]]
        batchers = self._parts.state["saves"], self._parts.state["submissions"]
        return max(self._pressure.late, self._parts.on_the_way.late(), *(batcher.oldest for batcher in batchers))

    def _finished(self) -> int:
        """Submissions taken since the last call."""
        before, self._taken = self._taken, self._parts.state["submissions"].taken
        return self._taken - before

    async def _watch_papers(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(LOOK_EVERY)

    async def _look(self) -> None:
        try:
            open_papers, processes = await contests.open_and_processes(self._parts.pool)
        except Exception as error:
            if not is_transient(error):
                raise
            return  # with the store away nothing starts anyhow
        self.turnstile.room = max(0.0, float(self._places - open_papers / max(processes, 1)))

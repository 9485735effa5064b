"""Admitting starts (rule 8): how late saves and submissions are decides how many, a signed moment decides who."""

from __future__ import annotations

import asyncio
import hmac

from services.quiz.domain.admission import STEER_EVERY, Turnstile
from services.quiz.repository import contests
from services.quiz.taking import Request, Saved
from services.runtime import Parts
from services.runtime.batcher import Batcher
from services.runtime.database import is_transient
from services.runtime.edge import Edge
from services.runtime.metrics import METRICS
from services.runtime.pressure import Pressure
from services.runtime.problems import OVERLOADED, Problem

HEADER = b"first-refused"
LOOK_EVERY = 8
"""Steers between two looks at how many papers are open."""


class Admission:
    """`places`: how many submissions one process of quiz can let wait at once."""

    def __init__(self, parts: Parts, places: int) -> None:
        self._parts, self._places = parts, places
        self._key = parts.tokens.derived("first-refused")
        self.turnstile = Turnstile(parts.clock.now().timestamp())
        self._pressure = Pressure()
        self._ended, self._per_second = 0, 0.0

    def admit(self, contestant: str, contest: str, edge: Edge) -> None:
        """Raises 503 with the signed moment of the first refusal, which the next try must bring along.

        A rehearsal sends as fast as it is answered: it waits by itself, and nobody in it is refused.
        """
        if edge.rehearsed:
            return
        shown = edge.headers.get(HEADER)
        first = None if shown is None else self._first(shown, contestant, contest)
        refused = self.turnstile.knock(first, edge.real_now.timestamp())
        if refused is not None:
            METRICS.shed.labels("starts").inc()
            moment = self._signed(refused.first_ms, contestant, contest)
            raise Problem(
                OVERLOADED, "Send the same again with `first_refused` in the header First-Refused: it keeps your place.",
                retry_after=refused.wait, first_refused=moment,
            )  # fmt: skip

    def _signed(self, first_ms: int, contestant: str, contest: str) -> str:
        text = f"{first_ms}|{contestant}|{contest}".encode()
        return f"{first_ms}.{hmac.digest(self._key, text, 'sha256').hex()[:32]}"

    def _first(self, shown: bytes, contestant: str, contest: str) -> int | None:
        """None for what we did not sign: it stands behind everybody who was refused before."""
        first, _, _ = shown.partition(b".")
        if not first.isdigit() or len(first) > 15:
            return None
        right = self._signed(int(first), contestant, contest).encode()
        return int(first) if hmac.compare_digest(shown, right) else None

    async def run(self) -> None:
        """Steers for as long as the process runs."""
        watching = asyncio.create_task(self._pressure.watch())
        try:
            steered = 0
            while True:
                await asyncio.sleep(STEER_EVERY)
                self.turnstile.steer(self._late(), self._finished())
                METRICS.start_rate.set(self.turnstile.rate)
                METRICS.starts_waiting.set(self.turnstile.waiting)
                if steered % LOOK_EVERY == 0:
                    await self._look()
                steered += 1
        finally:
            watching.cancel()

    def _late(self) -> float:
        """Seconds by which what has begun is late: this process's loop, or the oldest save or submission that waits."""
        batchers: tuple[Batcher[Request, Saved], Batcher[Request, bytes]]
        batchers = self._parts.state["saves"], self._parts.state["submissions"]
        return max(self._pressure.late, *(batcher.oldest for batcher in batchers))

    def _finished(self) -> float:
        """Submissions taken per second, on the average of some two seconds."""
        taken = self._parts.state["submissions"].taken
        self._per_second += 0.2 * ((taken - self._ended) / STEER_EVERY - self._per_second)
        self._ended = taken
        return self._per_second

    async def _look(self) -> None:
        try:
            open_papers, processes = await contests.open_and_processes(self._parts.pool)
        except Exception as error:
            if not is_transient(error):
                raise
            return  # with the store away nothing starts anyhow
        self.turnstile.room = max(0.0, float(self._places - open_papers / max(processes, 1)))

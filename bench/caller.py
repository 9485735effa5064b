"""Sends a request until it is answered: the same bytes, the same Idempotency-Key, full jitter in between."""

from __future__ import annotations

import asyncio
import re
from random import Random
from time import perf_counter

from bench.lane import Lane, Lost, Reply
from bench.tally import Tally

BASE, CAP = 0.5, 15.0
"""Seconds of the first pause and the longest: each pause is uniform below a limit that doubles (full jitter)."""
PASSING = frozenset({429, 500, 502, 503, 504})
"""Answers that a repeat may change: too many, shed, or a service that was killed under the request."""


class GaveUp(Exception):
    """A request was not answered for `patience` seconds: whatever is down did not come back."""


class Caller:
    """Shared by all lanes; counts into `tally`. `patience` is real seconds per request, repeats included."""

    def __init__(self, tally: Tally, *, patience: float = 180.0, seed: int = 0) -> None:
        self._tally, self._patience, self._rng = tally, patience, Random(seed)

    async def call(self, lane: Lane, kind: str, request: bytes) -> Reply:
        """The final answer, whatever its status, except those that ask to come again. Raises GaveUp."""
        began = sent = perf_counter()
        tries = 0
        while True:
            reply = await _ask(lane, request)
            if reply is not None and reply.status < 500 and reply.status != 429:
                self._tally.seconds[kind].append(perf_counter() - sent)
                return reply
            reason = "lost" if reply is None else str(reply.status)
            self._tally.repeated[f"{kind} {reason}"] += 1
            if perf_counter() - began > self._patience or (reply and reply.status not in PASSING):
                raise GaveUp(
                    f"{kind}: {reason} after {tries + 1} tries: {reply.body[:300]!r}" if reply else f"{kind}: lost"
                )
            await asyncio.sleep(self._pause(tries, reply))
            tries, sent = tries + 1, perf_counter()

    def _pause(self, tries: int, reply: Reply | None) -> float:
        if reply is not None and reply.retry_after:
            return reply.retry_after * self._rng.uniform(1.0, 1.3)
        if reply is None and not tries:
            return 0.0  # A kept-alive connection that the other side had closed: nothing is wrong.
        return self._rng.uniform(0, min(CAP, BASE * 2 ** min(tries, 10)))

    def refuse(self, kind: str, reply: Reply) -> None:
        found = re.search(rb'"type":\s*"([^"]*)"', reply.body)
        self._tally.refused[f"{kind} {reply.status} {found[1].decode() if found else ''}".strip()] += 1


async def _ask(lane: Lane, request: bytes) -> Reply | None:
    try:
        return await lane.ask(request)
    except Lost:
        return None

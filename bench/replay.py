"""Plays the plan through a running stack over HTTP, as fast as it answers or by a factor of real time.

The watermark ("no later request will be earlier") moves only past answered requests, so that sweeper and closing see
the contest's time and never run ahead of somebody's request.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import perf_counter

from bench.caller import Caller
from bench.lane import Lane
from bench.plan import Plan
from bench.player import Player, Scene, scene, series_path
from bench.progress import Options, Progress, Watch
from bench.requests import Requests
from bench.target import Target
from bench.timeline import Turns, count, moments
from services.folder import ContestFolder

WATERMARK_EVERY = 0.2
AFTER_CLOSING = timedelta(hours=1)
"""Past the last paper's end, its grace and the sweeper's margin: nothing is open any more."""


class Replay:
    """One run. `await run(watch)` returns when every request is answered and the last watermark has been taken."""

    def __init__(self, target: Target, folder: ContestFolder, plan: Plan, options: Options | None = None) -> None:
        self._options = options or Options()
        self._target, self._plan = target, plan
        self.scene: Scene = scene(folder, plan, self._options.shift)
        self.progress = Progress(total=count(plan, self.until_ms))
        self._requests = Requests(target.origin, *series_path(self.scene.rules), target.rehearsal_key)
        tally = self.progress.tally
        self._caller = Caller(tally, patience=self._options.patience, seed=plan.seed)
        self._player = Player(plan, self.scene, self._requests, self._caller, tally)
        self._turns = Turns(moments(plan, self.until_ms), window=32 * self._options.lanes)
        self._resting: deque[asyncio.Future[None]] = deque()
        self._began = 0.0
        self._first_ms = plan.days[0].starts_ms

    @property
    def until(self) -> datetime | None:
        """The end of the window in the plan's own time."""
        until = self._options.until
        return until - self._options.shift if until else None

    @property
    def until_ms(self) -> int | None:
        return round(self.until.timestamp() * 1000) if self.until else None

    async def run(self, watch: Watch = lambda _: None) -> Progress:
        """Raises GaveUp when the stack stops answering for longer than the patience."""
        self._began = perf_counter()
        marker = asyncio.create_task(self._keep_marking(watch))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._options.lanes):
                    group.create_task(self._work(self._lane()))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        finally:
            marker.cancel()
            with suppress(asyncio.CancelledError):
                await marker
        await self._mark(self._lane(), self._last_ms())
        self._note(watch)
        return self.progress

    def _lane(self) -> Lane:
        host, _, port = self._target.origin.partition("://")[2].partition(":")
        return Lane(host, int(port or 80))

    async def _work(self, lane: Lane) -> None:
        try:
            while not self._turns.idle:
                moment = self._turns.take()
                if moment is None:
                    await self._rest()
                    continue
                self._wake(1)
                await self._keep_pace(moment.at_ms)
                while moment is not None:
                    await self._player.play(lane, moment)
                    self.progress.moments += 1
                    moment = self._turns.answered(moment)
                    self._wake(1)
            self._wake(len(self._resting))
        finally:
            lane.close()

    async def _rest(self) -> None:
        """Until there may be something to hand out again: all is in flight, parked, or beyond the window."""
        if not self._turns.idle:
            rested = asyncio.get_running_loop().create_future()
            self._resting.append(rested)
            await rested

    def _wake(self, lanes: int) -> None:
        # One at a time, who wakes the next: all of them together cost more than the request that woke them.
        for _ in range(min(lanes, len(self._resting))):
            rested = self._resting.popleft()
            if not rested.done():
                rested.set_result(None)

    async def _keep_pace(self, at_ms: int) -> None:
        if self._options.speed is not None:
            due = self._began + (at_ms - self._first_ms) / 1000 / self._options.speed
            await asyncio.sleep(max(0.0, due - perf_counter()))

    async def _keep_marking(self, watch: Watch) -> None:
        lane, marked = self._lane(), 0
        while True:
            await asyncio.sleep(WATERMARK_EVERY)
            behind = self._turns.behind_ms()
            if behind is not None and behind > marked:
                marked = behind
                await self._mark(lane, behind)
            self._note(watch)

    async def _mark(self, lane: Lane, plan_ms: int) -> None:
        at_ms = plan_ms + self.scene.shift_ms
        until = datetime.fromtimestamp(at_ms / 1000, UTC)
        reply = await self._caller.call(lane, "watermark", self._requests.watermark(at_ms, until.isoformat()))
        if reply.status >= 300:
            self._caller.refuse("watermark", reply)
        self.progress.at = until

    def _last_ms(self) -> int:
        if self.until_ms is not None:
            return self.until_ms
        closes = self.scene.rules.closes + AFTER_CLOSING
        return round(closes.timestamp() * 1000) - self.scene.shift_ms

    def _note(self, watch: Watch) -> None:
        self.progress.seconds = perf_counter() - self._began
        self.progress.submitted = self._player.submitted
        watch(self.progress)

"""A whole run: play, wait until it is counted, read what was counted, report."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import uvloop

from bench.counts import counted_as
from bench.observe import Meter
from bench.plan import Plan
from bench.plan.expected import expected
from bench.progress import Options, Progress, Watch
from bench.replay import Replay
from bench.report import Report, Sample, differences, planned
from bench.scrape import scrape, submit_to_counted
from bench.settle import settle
from bench.target import Target
from deploy.local import ending
from services.folder import ContestFolder

METER_EVERY = 2.0
CLIENT = "replay (client)"


@dataclass(frozen=True)
class Hooks:
    """`watch` sees the progress five times a second; `audit` is the audit across the services, whose result goes into
    the report as it is."""

    watch: Watch = lambda _: None
    audit: Callable[[], Awaitable[Any]] | None = None


def run(name: str, target: Target, folder: ContestFolder, plan: Plan, options: Options, hooks: Hooks) -> Report:
    """Blocks until the report is there. Raises GaveUp, NotSettled."""
    return ending.run(_run(name, target, folder, plan, options, hooks), uvloop.new_event_loop)


async def _run(
    name: str, target: Target, folder: ContestFolder, plan: Plan, options: Options, hooks: Hooks
) -> Report:  # fmt: skip
    replay = Replay(target, folder, plan, options)
    wanted = planned(expected(plan, replay.until), options.shift)
    began, before = datetime.now(UTC), await scrape(target.metrics.values())
    meter, samples = Meter(_with_client(target)), list[Sample]()
    sampler = asyncio.create_task(_keep_sampling(meter))
    try:
        progress = await replay.run(_sampling(samples, hooks.watch))
        settled = await settle(target, replay.scene.rules.id, closing=options.until is None)
    finally:
        sampler.cancel()
        with suppress(asyncio.CancelledError):
            await sampler
    counted = await counted_as(wanted, target.origin, replay.scene.rules.id)
    tally = progress.tally
    return Report(
        name=name, contest=replay.scene.rules.id, scale=plan.scale, seed=plan.seed, began=began,
        seconds=progress.seconds, settle_seconds=settled, requests=tally.answered, expected=wanted, counted=counted,
        differences=differences(wanted, counted), latency=tally.percentiles(),
        repeated=dict(tally.repeated), refused=dict(tally.refused), absorbed=dict(tally.absorbed),
        submit_to_counted=submit_to_counted(before, await scrape(target.metrics.values())), usage=meter.usage(),
        samples=samples, audit=await hooks.audit() if hooks.audit else None,
    )  # fmt: skip


def _with_client(target: Target) -> Callable[[], Mapping[str, Sequence[int]]]:
    return lambda: {**target.processes(), CLIENT: [os.getpid()]}


async def _keep_sampling(meter: Meter) -> None:
    while True:
        await asyncio.sleep(METER_EVERY)
        await meter.sample_beside()


def _sampling(samples: list[Sample], watch: Watch) -> Watch:
    def noted(progress: Progress) -> None:
        if not samples or progress.seconds - samples[-1].seconds >= 1.0:
            samples.append(Sample(progress.seconds, progress.at, progress.moments, progress.submitted))
        watch(progress)

    return noted

"""Waits until everything that was accepted has been counted."""

from __future__ import annotations

import asyncio
from time import monotonic

import httpx

from bench.scrape import Readings, lowest, scrape, total
from bench.target import Target

CLOSED = 3
"""The value of `hoithi_contest_phase` of a closed contest."""


class NotSettled(Exception):
    """Something is still on its way after the time allowed; the message says what."""


CALM = 2.5
"""Seconds: services measure their lag every two, and between an outbox and a consumer a record is in neither figure."""


async def settle(target: Target, contest_id: str, *, closing: bool, patience: float = 180.0) -> float:
    """Seconds until the outboxes were empty, nothing lagged and (if `closing`) the contest had closed, and stayed so."""
    began = monotonic()
    calm: float | None = None
    while True:
        left = await _left(target, contest_id, closing)
        now = monotonic()
        calm = None if left else now if calm is None else calm
        if calm is not None and now - calm >= CALM:
            return calm - began
        if now - began > patience:
            raise NotSettled(f"after {patience:g} s: {left}")
        await asyncio.sleep(0.25)


async def _left(target: Target, contest_id: str, closing: bool) -> str:
    """What is still on its way, in words; empty when nothing is."""
    try:
        readings = await scrape(target.metrics.values())
    except httpx.HTTPError as error:
        return f"a service does not answer ({error!r})"
    return ", ".join(_parts(readings, contest_id, closing))


def _parts(readings: Readings, contest_id: str, closing: bool) -> list[str]:
    parts = []
    for name, words in (("hoithi_outbox_rows", "facts in outboxes"), ("hoithi_consumer_lag", "records not consumed")):
        if (count := total(readings, name)) > 0:
            parts.append(f"{count:.0f} {words}")
    if closing and lowest(readings, "hoithi_contest_phase", contest=contest_id) != CLOSED:
        parts.append(f"{contest_id} is not closed")
    return parts

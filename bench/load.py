"""An open model: arrivals keep their times whether or not the stack keeps up, so a stall is seen by all who wait in it."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Awaitable, Callable
from time import perf_counter

from msgspec import Struct

from bench.lane import Lane

Act = Callable[[Lane, int], Awaitable[None]]
"""Does what one arrival wants; the number is the arrival's."""


class Arrivals(Struct):
    """`seconds` of each arrival from when it was due, not from when it was sent; `dropped` found no free lane."""

    rate: float
    lasted: float
    seconds: array[float]
    dropped: int = 0


async def open_load(lanes: list[Lane], rate: float, seconds: float, act: Act) -> Arrivals:
    """`rate` arrivals per second for `seconds`. Errors of an act end the load; it returns when all are done."""
    free, result, began = list(lanes), Arrivals(rate, 0.0, array("f")), perf_counter()

    async def one(number: int, lane: Lane, due: float) -> None:
        await act(lane, number)
        result.seconds.append(perf_counter() - due)
        free.append(lane)

    async with asyncio.TaskGroup() as group:
        for number in range(round(rate * seconds)):
            due = began + number / rate
            if (early := due - perf_counter()) > 0:
                await asyncio.sleep(early)
            if free:
                group.create_task(one(number, free.pop(), due))
            else:
                result.dropped += 1
                await asyncio.sleep(0)
    result.lasted = perf_counter() - began
    return result

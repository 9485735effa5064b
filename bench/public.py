"""From a submission to the public numbers that count it, as somebody who looks sees them.

The n-th acknowledged submission is public when the first total of at least n is seen: on the stream of totals, and in the public
file, which is asked for every EVERY seconds. The time counts from when the submission was first sent.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter

import msgspec
from msgspec import Struct

from bench.crowd import Crowd
from bench.lane import Lane
from bench.load import open_load
from bench.points import points
from bench.scrape import scrape, submit_to_counted
from bench.settle import settle
from bench.target import Target
from services.folder import ContestFolder

LANES = 256
WARM = 20.0
"""Seconds of the same load before anything is measured."""
EVERY = 0.02
PATIENCE = 15.0
"""Seconds after the last submission within which all of them must be public."""
ATTEMPTS = 2
"""The place of the attempts among the counts that the stream sends."""
Totals = list[tuple[float, int]]
"""(moment, attempts counted) as they were seen, in order."""


class _Told(Struct):
    totals: list[int | None]


class _Counts(Struct):
    attempts: int | None = None


class _Contest(Struct):
    counts: _Counts


class _File(Struct):
    contest: _Contest


_stream = msgspec.json.Decoder(_Told).decode
_file = msgspec.json.Decoder(_File).decode


class Timed(Crowd):
    """Notes when each submission that was acknowledged had first been sent, in the order of the acknowledgements."""

    def __init__(self, target: Target, folder: ContestFolder, lanes: int, seed: int) -> None:
        super().__init__(target, folder, lanes, seed)
        self.sent: list[float] = []

    async def submit(self, lane: Lane, number: int) -> None:
        sent = perf_counter()
        await super().submit(lane, number)
        self.sent.append(sent)


class Onlooker:
    """Keeps every total that the stream tells and that the file shows."""

    def __init__(self, port: int, contest_path: str) -> None:
        self._port, self._path = port, contest_path
        self.stream: Totals = []
        self.file: Totals = []

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Onlooker]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._listen()), group.create_task(self._read())]
            try:
                yield self
            finally:
                for task in tasks:
                    task.cancel()

    async def _listen(self) -> None:
        """Connects anew where the stream ends, as a page does, after a second."""
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                path = f"/api/stats/v1/contests/{self._path}/stream"
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: localhost:{self._port}\r\nConnection: close\r\n\r\n".encode()
                )
                try:
                    while line := await reader.readline():
                        told = line.removeprefix(b"data:").strip() if line.startswith(b"data:") else b""
                        if told and (count := _stream(told).totals[ATTEMPTS]) is not None:
                            self.stream.append((perf_counter(), count))
                finally:
                    writer.close()
            await asyncio.sleep(1)

    async def _read(self) -> None:
        lane = Lane("127.0.0.1", self._port)
        request = (
            f"GET /data/contests/{self._path}/totals.json HTTP/1.1\r\nHost: localhost:{self._port}\r\n\r\n".encode()
        )
        try:
            while True:
                reply = await lane.ask(request)
                if reply.status == 200 and (count := _file(reply.body).contest.counts.attempts) is not None:
                    self.file.append((perf_counter(), count))
                await asyncio.sleep(EVERY)
        finally:
            lane.close()

    async def all_of(self, count: int) -> None:
        """Returns once both have shown so many, or after PATIENCE."""
        ends = perf_counter() + PATIENCE
        while perf_counter() < ends and not all(seen and seen[-1][1] >= count for seen in (self.stream, self.file)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def delays(sent: Sequence[float], seen: Totals, first: int = 0) -> list[float]:
    """Seconds until each submission from the `first` on (counted from 0) was public; those that never were are left out."""
    found, totals = [], iter(seen)
    now, count = next(totals, (0.0, -1))
    for number in range(first, len(sent)):
        while 0 <= count <= number:
            now, count = next(totals, (0.0, -1))
        if count < 0:
            break
        found.append(now - sent[number])
    return found


class Public(Struct):
    """Seconds in every table. `submissions` were measured; `seen_*`: how many of them were public in the end."""

    rate: float
    seconds: float
    submissions: int
    dropped: int
    seen_stream: int
    seen_file: int
    stream: dict[str, float]
    file: dict[str, float]
    counted: dict[str, float]
    answered: dict[str, float]
    """A start and its submission, from when the start was due."""
    repeated: dict[str, int] = {}
    """Requests that were told to come again, by kind and status."""
    command: str = ""
    machine: str = ""
    date: str = ""

    def faults(self) -> list[str]:
        found = [f"{self.dropped} arrivals were dropped"] if self.dropped else []
        for where, seen in (("on the stream", self.seen_stream), ("in the file", self.seen_file)):
            if seen != self.submissions:
                found.append(f"{self.submissions - seen:,} submissions never were public {where}")
        return found


async def follow(target: Target, folder: ContestFolder, rate: float, seconds: float) -> Public:
    """Attempts (a start, then its submission) arrive at `rate`."""
    crowd = Timed(target, folder, LANES, seed=7)
    contest, addresses = crowd.scene.rules.id, list(target.metrics.values())
    await crowd.all(crowd.register)
    async with Onlooker(int(target.origin.rpartition(":")[2]), contest).looking() as onlooker:
        await open_load(crowd.lanes, rate, WARM, crowd.attempt)
        await settle(target, contest, closing=False)
        first, before = len(crowd.sent), await scrape(addresses)
        crowd.tally.repeated.clear()
        arrivals = await open_load(crowd.lanes, rate, seconds, crowd.attempt)
        await onlooker.all_of(len(crowd.sent))
    stream, file = (delays(crowd.sent, seen, first) for seen in (onlooker.stream, onlooker.file))
    counted = dict(submit_to_counted(before, await scrape(addresses)))
    for lane in crowd.lanes:
        lane.close()
    return Public(
        rate, seconds, len(crowd.sent) - first, arrivals.dropped, len(stream), len(file),
        points(stream, digits=2), points(file, digits=2), counted, points(arrivals.seconds, digits=3),
        dict(crowd.tally.repeated),
    )  # fmt: skip


def markdown(made: Public) -> str:
    faults = made.faults()
    names = {
        "a start and its submission answered": made.answered,
        "stored → counted (the services' histogram)": made.counted,
        "sent → on the stream of totals": made.stream,
        "sent → in the public file": made.file,
    }
    rows = [
        f"| {name} | "
        + " | ".join(f"{found[point]:.2f}" if point in found else "—" for point in ("p50", "p90", "p99", "max"))
        + " |"
        for name, found in names.items()
    ]
    return "\n".join(
        [
            "# From a submission to the public numbers", "",
            f"{made.submissions:,} submissions at {made.rate:g} a second, with their starts. "
            + ("**Failed:** " + "; ".join(faults) + "." if faults else "All of them were public in the end.")
            + " Wanted: p50 0.9 s, p99 1.8 s, aim half of that.", "",
            *([f"Told to come again, and came: {_again(made)}.", ""] if made.repeated else []),
            "| seconds | p50 | p90 | p99 | max |", "|---|---|---|---|---|", *rows, "",
            f"The file is asked for every {EVERY:g} s. {made.date}, by `{made.command}` on {made.machine}.", "",
        ]
    )  # fmt: skip


def _again(made: Public) -> str:
    return ", ".join(f"{count:,} × {what}" for what, count in sorted(made.repeated.items()))

"""The public board's file through the stack's own gateway, against a plain file of the same bytes.

Both gateways are the same program with the same settings of its runtime; the plain one knows a folder and nothing else. The file
lies there under the same address, because a longer one costs more. They are asked in turn by the same connections, as fast as they
answer; what counts is the gateway's own CPU, which does not wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import httpx
from msgspec import Struct

from bench.lane import Lane
from bench.observe import Meter
from deploy.local.caddy import Caddy
from deploy.local.plain import PLAIN
from deploy.local.processes import end, free_port
from services.stats.files import WORTH_COMPRESSING

LANES = 8
WARM = 2_000
GZIP = {"Accept-Encoding": "gzip"}


class Bare(Caddy):
    """Serves the files of `public_dir`."""

    def caddyfile(self) -> str:
        return f"""{{
	admin off
	auto_https off
	persist_config off
	default_bind 127.0.0.1
	servers {{
		protocols h1
	}}
	log {{
		level WARN
	}}
}}

:{self.port} {{
	root * {self.public_dir}
	file_server {{
		precompressed gzip
	}}
}}
"""


class _Server(NamedTuple):
    port: int
    pid: int
    path: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    def process(self) -> dict[str, list[int]]:
        return {"gateway": [self.pid]}

    def request(self, headers: Mapping[str, str]) -> bytes:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"GET {self.path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{lines}\r\n".encode()


class Side(Struct):
    """By round: CPU-µs of the gateway for a request, and requests a second that it answered."""

    cpu_us: list[float] = []
    rate: list[float] = []


class Case(Struct):
    """One way to ask. `status` of every answer, `size` of its body in bytes."""

    what: str
    status: int
    size: int
    board: Side
    plain: Side

    @property
    def share(self) -> float:
        """The plain file's CPU as a share of the board's: 1 where the board costs no more."""
        return median(self.plain.cpu_us) / median(self.board.cpu_us)


class Plain(Struct):
    command: str
    machine: str
    date: str
    requests: int
    rounds: int
    cases: list[Case]


async def compare(origin: str, gateway: int, path: str, folder: Path, requests: int, rounds: int) -> list[Case]:
    """`gateway`: the pid of the stack's; `path` of the file on it; `folder`: where the plain one may be started."""
    bare = Bare(folder / "caddy", free_port(), folder / "files", {}, folder / "caddy.log")
    beside = bare.public_dir / path.lstrip("/")
    beside.parent.mkdir(parents=True)
    async with httpx.AsyncClient(**PLAIN) as client:
        # As they lie there: the same content and the same compressed neighbour.
        for name, encoding in ((beside.name, "identity"), (f"{beside.name}.gz", "gzip")):
            beside.with_name(name).write_bytes(await _raw(client, origin + path, encoding))
        pid = bare.start()
        try:
            servers = [_Server(int(origin.rpartition(":")[2]), gateway, path), _Server(bare.port, pid, path)]
            marks = [(await client.get(server.url, headers=GZIP)).headers["etag"] for server in servers]
            ways: dict[str, list[dict[str, str]]] = {
                "compressed": [GZIP, GZIP],
                "unchanged": [{**GZIP, "If-None-Match": mark} for mark in marks],
                "as it is": [{}, {}],
            }
            return [await _case(what, servers, headers, requests, rounds) for what, headers in ways.items()]
        finally:
            end(pid)


async def _raw(client: httpx.AsyncClient, url: str, encoding: str) -> bytes:
    async with client.stream("GET", url, headers={"Accept-Encoding": encoding}) as answer:
        if answer.headers.get("content-encoding", "identity") != encoding:
            raise RuntimeError(
                f"{url} is not kept as {encoding}: it has fewer than {WORTH_COMPRESSING:,} bytes, or is not there"
            )
        return b"".join([part async for part in answer.aiter_raw()])


async def _case(
    what: str, servers: Sequence[_Server], headers: Sequence[Mapping[str, str]], requests: int, rounds: int
) -> Case:
    sides, told = [Side([], []) for _ in servers], set[tuple[int, int]]()
    asked = [server.request(more) for server, more in zip(servers, headers, strict=True)]
    lanes = [[Lane("127.0.0.1", server.port) for _ in range(LANES)] for server in servers]
    for number in range(len(servers)):
        await _ask(lanes[number], asked[number], WARM)
    for _ in range(rounds):
        for number, server in enumerate(servers):
            meter, began = Meter(server.process), perf_counter()
            told |= await _ask(lanes[number], asked[number], requests)
            sides[number].rate.append(round(requests / (perf_counter() - began)))
            sides[number].cpu_us.append(round(1e6 * meter.usage()["gateway"].cpu_seconds / requests, 1))
    for lane in chain(*lanes):
        lane.close()
    if len(told) != 1:
        raise RuntimeError(f"{what}: the answers differ (status, bytes): {sorted(told)}; is the board still moving?")
    [(status, size)] = told
    return Case(what, status, size, *sides)


async def _ask(lanes: list[Lane], request: bytes, count: int) -> set[tuple[int, int]]:
    """Every (status, bytes) that was answered."""
    told, turns = set[tuple[int, int]](), iter(range(count))

    async def work(lane: Lane) -> None:
        for _ in turns:
            reply = await lane.ask(request)
            told.add((reply.status, len(reply.body)))

    await asyncio.gather(*map(work, lanes))
    return told


def markdown(plain: Plain) -> str:
    rows = [
        f"| {case.what} | {case.status}, {case.size:,} | {_us(case.board)} | {_us(case.plain)} | "
        f"**{case.share:.0%}** | {median(case.board.rate):,.0f} | {median(case.plain.rate):,.0f} |"
        for case in plain.cases
    ]
    return "\n".join(
        [
            "# `board.json` through the gateway, against a plain file", "",
            "The same bytes under the same address, asked for in turn by the same connections. The share is the plain file's CPU over the "
            "board's (wanted: 90 %, aim 100 %); beside the medians the least and the most of the rounds.", "",
            "| asked for | status, bytes | gateway's CPU-µs, board | plain file | share | a second, board | plain file |",
            "|---" * 7 + "|", *rows, "",
            f"Medians of {plain.rounds} rounds of {plain.requests:,} requests, {plain.date}, by `{plain.command}` on {plain.machine}.", "",
        ]
    )  # fmt: skip


def _us(side: Side) -> str:
    return f"{median(side.cpu_us):,.0f} ({min(side.cpu_us):,.0f}–{max(side.cpu_us):,.0f})"

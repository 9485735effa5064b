"""Caddy before a service that only tells what reached it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from deploy.local import caddy as gateway
from deploy.local.caddy import Caddy
from deploy.local.processes import end, free_port
from deploy.local.routes import CLASSES, addresses
from services.stats.files import replace as write_public

CAP = 2


@dataclass
class Echo:
    """Answers with the headers it got; a request to a path in `held` waits until it is taken out."""

    port: int = field(default_factory=free_port)
    waiting: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def leave(self) -> None:
        for writer in self.writers:
            writer.close()

    async def serve(self, service: str) -> list[asyncio.Server]:
        return [await asyncio.start_server(self._answer, address, self.port) for address in addresses(service)]

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self._one(reader, writer)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        await reader.readexactly(int(headers.get("content-length", 0)))
        if "x-wait" in headers:
            self.waiting += 1
            await self.go.wait()
        body = json.dumps(headers | {"echo": self.port}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()


@dataclass
class Front:
    """A running gateway: a client that talks to it and what stands behind it."""

    client: httpx.AsyncClient
    echo: Echo
    public: Path


@pytest_asyncio.fixture(params=[False], ids=["real"])
async def front(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Front]:
    capped = tuple(replace(each, at_once=CAP) for each in CLASSES)
    monkeypatch.setattr(gateway, "CLASSES", capped)
    echo = Echo()
    listeners = await echo.serve("quiz")
    server = Caddy(
        tmp_path / "caddy",
        free_port(),
        tmp_path / "public",
        {"quiz": [echo.port]},
        tmp_path / "log",
        request.param,
        site=None,
    )
    pid = await asyncio.to_thread(server.start)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=10) as client:
        yield Front(client, echo, tmp_path / "public")
    echo.go.set()
    await asyncio.to_thread(end, pid)
    for listener in listeners:
        listener.close()


SAVE = ("PUT", "/api/quiz/v1/attempts/a/answers")
SUBMIT = ("POST", "/api/quiz/v1/attempts/a/submission")
START = ("POST", "/api/quiz/v1/contests/c/attempts")
OTHER = ("GET", "/api/quiz/v1/attempts/a/head")


async def test_the_gateway_stamps_the_receive_time_whatever_the_client_says(front: Front) -> None:
    before = time.time() * 1000
    got = (await front.client.put(SAVE[1], headers={"X-Received-At": "1", "X-Forwarded-For": "6.6.6.6"})).json()
    assert before - 1 <= int(got["x-received-at"]) <= time.time() * 1000
    assert got["x-forwarded-for"] == "127.0.0.1"


async def test_a_rehearsals_time_never_passes_a_gateway_of_a_real_contest(front: Front) -> None:
    got = (await front.client.put(SAVE[1], headers={"X-Rehearsal-Time": "1.ff"})).json()
    assert "x-rehearsal-time" not in got


@pytest.mark.parametrize("front", [True], indirect=True, ids=["rehearsal"])
async def test_a_rehearsals_time_reaches_the_services_of_a_rehearsal(front: Front) -> None:
    got = (await front.client.put(SAVE[1], headers={"X-Rehearsal-Time": "1.ff"})).json()
    assert got["x-rehearsal-time"] == "1.ff"


@pytest.mark.parametrize("full", [SAVE, SUBMIT, START, OTHER], ids=["saves", "submissions", "starts", "the rest"])
async def test_rule_8_a_class_at_its_cap_is_told_to_come_again_and_takes_nothing_from_the_others(
    front: Front, full: tuple[str, str]
) -> None:
    held = [asyncio.create_task(front.client.request(*full, headers={"X-Wait": "1"})) for _ in range(CAP)]
    while front.echo.waiting < CAP:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    refused = await front.client.request(*full)
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["status"] == 503
    for other in (SAVE, SUBMIT, START, OTHER):
        if other != full:
            answer = await front.client.request(*other)
            assert answer.status_code == 200, (other, answer.text)
    front.echo.go.set()
    assert [answer.status_code for answer in await asyncio.gather(*held)] == [200] * CAP
    assert (await front.client.request(*full)).status_code == 200


async def test_window_and_board_are_files_with_an_etag_and_their_own_freshness(front: Front) -> None:
    folder = front.public / "contests" / "c~tuan-1"
    folder.mkdir(parents=True)
    for name, fresh in (("window", "no-cache"), ("board", "max-age=2")):
        (folder / f"{name}.json").write_text('{"schema":1}')
        got = await front.client.get(f"/data/contests/c~tuan-1/{name}.json")
        assert (got.status_code, got.json(), got.headers["cache-control"]) == (200, {"schema": 1}, fresh)
        again = await front.client.get(
            f"/data/contests/c~tuan-1/{name}.json", headers={"If-None-Match": got.headers["etag"]}
        )
        assert again.status_code == 304


async def test_a_board_is_sent_as_it_was_compressed_when_it_was_written_and_always_the_newest(front: Front) -> None:
    path = front.public / "contests" / "c" / "board.json"
    for rev in (1, 2):
        content = json.dumps({"rev": rev, "units": ["xã"] * 2000}).encode()
        write_public(path, content)
        stored = (path.parent / "board.json.gz").stat().st_size
        for encoding, length in (("gzip, br, zstd", stored), ("identity", len(content))):
            got = await front.client.get("/data/contests/c/board.json", headers={"Accept-Encoding": encoding})
            assert (got.json()["rev"], int(got.headers["content-length"])) == (rev, length)
            assert "accept-encoding" in got.headers["vary"].lower()


@pytest.mark.parametrize(
    "path",
    ["/data/../secrets/trusted.json", "/data/contests/..%2f..%2fsecrets/window.json", "/metrics", "/health/ready"],
)
async def test_nothing_but_the_public_files_and_the_api_is_served(front: Front, path: str) -> None:
    (front.public.parent / "secrets").mkdir(exist_ok=True)
    (front.public.parent / "secrets" / "window.json").write_text("secret")
    got = await front.client.get(path)
    assert got.status_code in (400, 404)
    assert "secret" not in got.text


async def test_a_service_that_is_away_is_told_as_503_with_retry_after(tmp_path: Path) -> None:
    server = Caddy(tmp_path / "caddy", free_port(), tmp_path, {"quiz": [free_port()]}, tmp_path / "log", site=None)
    pid = await asyncio.to_thread(server.start)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        got = await client.get(OTHER[1])
    await asyncio.to_thread(end, pid)
    assert (got.status_code, got.headers["retry-after"]) == (503, "1")


async def test_of_two_replicas_one_that_died_costs_no_request(tmp_path: Path) -> None:
    echo = Echo()
    listeners = await echo.serve("quiz")
    ports = [free_port(), echo.port]
    server = Caddy(tmp_path / "caddy", free_port(), tmp_path, {"quiz": ports}, tmp_path / "log", site=None)
    pid = await asyncio.to_thread(server.start)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        answers = [(await client.request(*SAVE)).status_code for _ in range(20)]
    await asyncio.to_thread(end, pid)
    for listener in listeners:
        listener.close()
    assert answers == [200] * 20


async def test_a_paper_stays_with_one_replica_and_goes_to_another_when_that_one_ends(tmp_path: Path) -> None:
    """What a replica remembers of a paper saves round trips; what it does not know it reads."""
    echoes = [Echo(), Echo()]
    listeners = [await echo.serve("quiz") for echo in echoes]
    ports = {"quiz": [echo.port for echo in echoes]}
    server = Caddy(tmp_path / "caddy", free_port(), tmp_path / "public", ports, tmp_path / "log", site=None)
    pid = await asyncio.to_thread(server.start)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=10) as client:

            async def reached(paper: int) -> int:
                answer = await client.request(*SAVE, headers={"Authorization": f"Bearer paper-{paper}"})
                if answer.status_code == 503:  # it went out on a connection that was just ending: a page sends it again
                    answer = await client.request(*SAVE, headers={"Authorization": f"Bearer paper-{paper}"})
                return int(answer.json()["echo"])

            first = [await reached(paper) for paper in range(40)]
            assert [await reached(paper) for paper in range(40)] == first
            assert set(first) == set(ports["quiz"])
            for listener in listeners[0]:
                listener.close()
            echoes[0].leave()
            assert {await reached(paper) for paper in range(40)} == {echoes[1].port}
    finally:
        await asyncio.to_thread(end, pid)
        for listener in listeners[1]:
            listener.close()

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
from deploy.local.plain import PLAIN
from deploy.local.processes import end, free_port
from deploy.local.routes import CLASSES, addresses
from services.registration.doorkeeper import MOST_HELD
from services.runtime.gate import Gate
from services.stats.files import replace as write_public

CAP = 2


@dataclass
class Echo:
    """Answers with the headers it got; a request to a path in `held` waits until it is taken out."""

    port: int = field(default_factory=free_port)
    waiting: int = 0
    asked: int = 0
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
        self.asked += 1
        status = headers.get("x-status", "200")
        body = json.dumps(headers | {"echo": self.port}).encode()
        writer.write(b"HTTP/1.1 %s X\r\nContent-Length: %d\r\n\r\n" % (status.encode(), len(body)) + body)
        await writer.drain()


@dataclass
class Front:
    """A running gateway: a client that talks to it and what stands behind it."""

    client: httpx.AsyncClient
    echoes: list[Echo]
    public: Path

    @property
    def asked(self) -> int:
        return sum(echo.asked for echo in self.echoes)

    async def all_wait(self, count: int) -> None:
        while sum(echo.waiting for echo in self.echoes) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def let_go(self) -> None:
        for echo in self.echoes:
            echo.go.set()


@pytest_asyncio.fixture(params=[False], ids=["real"])
async def front(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Front]:
    capped = tuple(replace(each, at_once=CAP) for each in CLASSES)
    monkeypatch.setattr(gateway, "CLASSES", capped)
    echoes = {service: Echo() for service in ("quiz", "registration", "stats")}
    listeners = [listener for service, echo in echoes.items() for listener in await echo.serve(service)]
    server = Caddy(
        tmp_path / "caddy",
        free_port(),
        tmp_path / "public" / "data",
        {service: [echo.port] for service, echo in echoes.items()},
        tmp_path / "log",
        request.param,
        site=None,
    )
    pid = await asyncio.to_thread(server.start)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=10, **PLAIN) as client:
        made = Front(client, list(echoes.values()), tmp_path / "public" / "data")
        yield made
    made.let_go()
    await asyncio.to_thread(end, pid)
    for listener in listeners:
        listener.close()


SAVE = ("PUT", "/api/quiz/v1/attempts/a/answers")
SUBMIT = ("POST", "/api/quiz/v1/attempts/a/submission")
START = ("POST", "/api/quiz/v1/contests/c/attempts")
OTHER = ("GET", "/api/quiz/v1/attempts/a/head")
REGISTER = ("POST", "/api/registration/v1/series/s/contestants")
BOARDS = ("GET", "/api/stats/v1/contests/c")
SIGN_IN = ("POST", "/api/registration/v1/sessions")
CLASSED = {
    "saves": SAVE, "submissions": SUBMIT, "starts": START, "the rest of quiz": OTHER, "registrations": REGISTER, "sign-ins": SIGN_IN,
}  # fmt: skip


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


@pytest.mark.parametrize("full", CLASSED.values(), ids=CLASSED)
async def test_rule_8_a_class_at_its_cap_is_told_to_come_again_and_takes_nothing_from_the_others(
    front: Front, full: tuple[str, str]
) -> None:
    held = [asyncio.create_task(front.client.request(*full, headers={"X-Wait": "1"})) for _ in range(CAP)]
    await front.all_wait(CAP)
    refused = await front.client.request(*full)
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["status"] == 503
    for other in CLASSED.values():
        if other != full:
            answer = await front.client.request(*other)
            assert answer.status_code == 200, (other, answer.text)
    front.let_go()
    assert [answer.status_code for answer in await asyncio.gather(*held)] == [200] * CAP
    assert (await front.client.request(*full)).status_code == 200


@pytest.mark.parametrize(
    "path", ["sessions", "sessions/ticket", "sessions/pairing", "pairings/opening", "slips/opening", "staff/sessions"]
)
async def test_rule_9_wherever_a_secret_is_typed_a_flood_keeps_nobody_from_registering(front: Front, path: str) -> None:
    typed = ("POST", f"/api/registration/v1/{path}")
    held = [asyncio.create_task(front.client.request(*typed, headers={"X-Wait": "1"})) for _ in range(CAP)]
    await front.all_wait(CAP)
    assert (await front.client.request(*typed)).status_code == 503
    assert (await front.client.request(*REGISTER)).status_code == 200
    front.let_go()
    await asyncio.gather(*held)


def test_rule_9_wrong_codes_that_wait_leave_most_of_what_the_gateway_lets_through_to_right_ones() -> None:
    """Each waits inside a request, and what is in flight is capped: if all could wait, guessers would shut everybody out."""
    caps = {each.name: each.at_once for each in CLASSES if each.service == "registration"}
    assert {name for name, cap in caps.items() if cap < 2 * MOST_HELD} == set()


GATED = {"starts": START, "registrations": REGISTER, "boards": BOARDS}


def refuse(front: Front, kind: str, part: float) -> None:
    """As a service writes it that has to refuse so much of what comes."""
    Gate(front.public, kind)._write(1 - part)


async def passed(front: Front, request: tuple[str, str], times: int = 100, **headers: str) -> int:
    """How many of so many requests reached their service; the others were told to come again."""
    before = front.asked
    answers = [await front.client.request(*request, headers=headers) for _ in range(times)]
    assert {answer.status_code for answer in answers} <= {200, 503}
    reached = sum(answer.status_code == 200 for answer in answers)
    assert front.asked - before == reached
    return reached


@pytest.mark.parametrize("kind", GATED)
async def test_rule_8_the_gateway_refuses_the_part_that_a_service_has_written_down_of_its_kind_and_of_what_gives_way_first(
    front: Front, kind: str
) -> None:
    assert await passed(front, GATED[kind]) == 100
    for part, least, most in ((0.5, 25, 75), (0.9, 0, 30), (0.0, 100, 100)):
        refuse(front, kind, part)
        assert least <= await passed(front, GATED[kind]) <= most
    refuse(front, kind, 0.99)
    order = list(GATED)
    for other, request in {
        **GATED,
        "saves": SAVE,
        "submissions": SUBMIT,
        "the rest": OTHER,
        "sign-ins": SIGN_IN,
    }.items():
        gives_way = other in order[order.index(kind) :]
        assert (await passed(front, request, 30) == 30) != gives_way, other
    (front.public / f"refused-{kind}").unlink()
    assert await passed(front, GATED[kind]) == 100, "nobody has written a part down"


async def refused_by_the_gateway(front: Front, kind: str = "starts") -> httpx.Response:
    """Of a hundred one is let through on the average."""
    for _ in range(50):
        answer = await front.client.request(*GATED[kind])
        if answer.status_code == 503:
            return answer
    raise AssertionError("the gateway refused nothing by itself")


async def test_a_portal_may_read_that_it_is_to_come_again(front: Front) -> None:
    for kind, origin in (("boards", "*"), ("starts", None)):
        refuse(front, kind, 0.99)
        answer = await refused_by_the_gateway(front, kind)
        assert answer.headers.get("access-control-allow-origin") == origin
        assert answer.headers["retry-after"] == "1"


async def test_who_comes_back_with_a_place_always_reaches_the_service(front: Front) -> None:
    refuse(front, "starts", 0.99)
    assert await passed(front, START) < 50
    assert await passed(front, START, **{"First-Refused": "1.f"}) == 100


@pytest.mark.parametrize("kept", [SAVE, SUBMIT, OTHER, START], ids=["saves", "submissions", "the rest", "starts"])
async def test_a_service_that_tells_to_come_again_is_asked_again_each_time(front: Front, kept: tuple[str, str]) -> None:
    before = front.asked
    for _ in range(40):
        assert (await front.client.request(*kept, headers={"X-Status": "503"})).status_code == 503
    assert front.asked - before == 40


async def test_a_start_that_the_gateway_refuses_gets_the_place_that_quiz_wrote_last(front: Front) -> None:
    refuse(front, "starts", 0.99)
    assert (await refused_by_the_gateway(front)).json()["first_refused"] == "", "quiz has written none yet"
    for place in ("1.aa", "2.bb"):
        write_public(front.public / "first-refused", place.encode())
        answer = await refused_by_the_gateway(front)
        assert answer.json()["first_refused"] == place
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["content-type"] == "application/problem+json"
    for file in ("first-refused", "refused-starts"):
        assert (await front.client.get(f"/data/{file}")).status_code == 404


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
        assert got.headers.get("access-control-allow-origin") == ("*" if name == "board" else None)


async def test_of_the_public_folder_only_what_portals_may_read_is_served_as_data(front: Front) -> None:
    (front.public / "contests" / "c").mkdir(parents=True)
    for path in ("board.vi.html", "contests/c/board.json.123.new"):
        (front.public / path).write_text("half a board")
        assert (await front.client.get(f"/data/{path}")).status_code == 404


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
    [
        "/data/../secrets/window.json",
        "/data/contests/..%2f..%2fsecrets/window.json",
        "/data/contests/../../secrets/window.json",
        "/data/contests/..%2f..%2f..%2fsecrets/window.json",
        "/secrets/window.json",
        "/metrics",
        "/health/ready",
    ],
)
async def test_nothing_but_the_public_files_and_the_api_is_served(front: Front, path: str) -> None:
    for beside in (front.public.parent, front.public.parent.parent):
        (beside / "secrets").mkdir(parents=True)
        (beside / "secrets" / "window.json").write_text("secret")
    got = await front.client.get(path)
    assert got.status_code in (400, 404)
    assert "secret" not in got.text


async def test_a_service_that_is_away_is_told_as_503_with_retry_after(tmp_path: Path) -> None:
    server = Caddy(tmp_path / "caddy", free_port(), tmp_path, {"quiz": [free_port()]}, tmp_path / "log", site=None)
    pid = await asyncio.to_thread(server.start)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", **PLAIN) as client:
        got = await client.get(OTHER[1])
    await asyncio.to_thread(end, pid)
    assert (got.status_code, got.headers["retry-after"]) == (503, "1")


async def test_of_two_replicas_one_that_died_costs_no_request(tmp_path: Path) -> None:
    echo = Echo()
    listeners = await echo.serve("quiz")
    ports = [free_port(), echo.port]
    server = Caddy(tmp_path / "caddy", free_port(), tmp_path, {"quiz": ports}, tmp_path / "log", site=None)
    pid = await asyncio.to_thread(server.start)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", **PLAIN) as client:
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
    server = Caddy(tmp_path / "caddy", free_port(), tmp_path / "public" / "data", ports, tmp_path / "log", site=None)
    pid = await asyncio.to_thread(server.start)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=10, **PLAIN) as client:

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

"""A small stand-in for the four services: one process, no store, the HTTP contract and the rules that the replay needs.

It refuses what the real ones refuse: a time that is not signed, a second open paper, a request before the watermark,
a key with another body. `trouble(n)` says what goes wrong with the n-th request: "lost", "503", or None.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httptools
import msgspec

KEY = b"rehearsal"
LIMIT_MS, LATE_MS = 1_200_000, 35_000
Trouble = Callable[[int], str | None]


class Contest:
    def __init__(self, questions: list[tuple[str, list[str]]], trouble: Trouble = lambda _: None) -> None:
        self.questions, self.trouble = questions, trouble
        self.people: dict[str, dict[str, Any]] = {}
        self.starts: dict[str, dict[str, Any]] = {}
        self.papers: dict[str, dict[str, Any]] = {}
        self.watermark = 0
        self.served = 0
        self.too_early: list[str] = []

    @property
    def attempts(self) -> list[dict[str, Any]]:
        return [paper for paper in self.papers.values() if paper["ended"] and paper["answers"]]

    @property
    def open(self) -> list[dict[str, Any]]:
        return [paper for paper in self.papers.values() if not paper["ended"]]

    def answer(self, method: str, path: str, headers: dict[str, str], body: Any) -> tuple[int, Any, dict[str, str]]:
        at, _, signature = headers["x-rehearsal-time"].partition(".")
        if signature != hmac.digest(KEY, at.encode(), "sha256").hex():
            return 400, {"type": "/problems/bad-rehearsal-time"}, {}
        return self._routed(method, path.split("/")[4:], int(at), headers, body)

    def _routed(
        self, method: str, path: list[str], at: int, headers: dict[str, str], body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        match method, path:
            case "POST", ["rehearsal", "watermark"]:
                return self._move(at, body)
            case _ if at < self.watermark:
                self.too_early.append("/".join(path))
                return 400, {"type": "/problems/before-the-watermark"}, {}
            case "POST", ["series", _, "contestants"]:
                return self._register(at, headers, body)
            case "POST", ["contests", _, "attempts"]:
                return self._start(at, headers)
            case "PUT", ["attempts", paper, "answers"]:
                return self._save(at, self.papers[paper], headers, body)
            case "POST", ["attempts", paper, "submission"]:
                return self._submit(at, self.papers[paper], headers, body)
        return 404, {}, {}

    def _move(self, at: int, body: Any) -> tuple[int, Any, dict[str, str]]:
        assert round(datetime.fromisoformat(body["until"]).timestamp() * 1000) == at
        self.watermark = max(self.watermark, at)
        for paper in self.open:
            if paper["ends"] + LATE_MS <= self.watermark:
                paper["ended"] = paper["ends"]
        return 200, {"until": body["until"]}, {}

    def _register(self, at: int, headers: dict[str, str], body: Any) -> tuple[int, Any, dict[str, str]]:
        key = headers["idempotency-key"]
        known = self.people.get(key)
        if known is not None and known["body"] != body:
            return 422, {"type": "/problems/idempotency-key-reused"}, {}
        self.people.setdefault(key, {"body": body, "at": at})
        return 201, {"contestant_id": key}, {"Set-Cookie": f"hoithi_session={key}; HttpOnly"}

    def _start(self, at: int, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        person, key = headers["cookie"].partition("=")[2], headers["idempotency-key"]
        assert person in self.people
        known = self.starts.get(key)
        if known is None:
            for paper in self.open:
                if paper["person"] == person:
                    if paper["ends"] > at:
                        return 409, {"type": "/problems/attempt-running"}, {}
                    paper["ended"] = paper["ends"]
            known = {"id": f"paper-{len(self.papers)}", "person": person, "ends": at + LIMIT_MS, "ended": 0}
            known |= {"answers": {}, "seq": 0, "start": at}
            self.starts[key] = self.papers[known["id"]] = known
        questions = [
            {
                "id": name,
                "kind": "single",
                "text": {"vi": "…"},
                "options": [{"id": o, "text": {"vi": "…"}} for o in "ABCD"],
            }
            for name, _ in self.questions
        ]
        state = "submitted" if known["ended"] else "open"
        paper = {
            "id": known["id"],
            "state": state,
            "questions": questions,
            "writer": 1,
            "credential": f"c-{known['id']}",
        }
        return 201, paper, {}

    def _save(
        self, at: int, paper: dict[str, Any], headers: dict[str, str], body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        assert headers["authorization"] == f"Bearer c-{paper['id']}"
        if paper["ended"] or at > paper["ends"]:
            return 410, {"type": "/problems/attempt-over"}, {}
        if body["seq"] > paper["seq"]:
            paper["answers"] |= body["answers"]
            paper["seq"] = body["seq"]
        return 200, {"rev": paper["seq"]}, {}

    def _submit(
        self, at: int, paper: dict[str, Any], headers: dict[str, str], body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        assert headers["idempotency-key"] == paper["id"]
        if not paper["ended"]:
            paper["answers"], paper["ended"] = body["answers"], at
        return 200, {"attempt_id": paper["id"]}, {}


class Connection(asyncio.Protocol):
    def __init__(self, contest: Contest) -> None:
        self._contest = contest
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._headers: dict[str, str] = {}
        self._body, self._path = b"", ""

    def on_url(self, url: bytes) -> None:
        self._path = url.decode()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        contest = self._contest
        contest.served += 1
        trouble = contest.trouble(contest.served)
        if trouble == "503":
            self._send(503, {}, {"Retry-After": "0"})
            return
        body = msgspec.json.decode(self._body) if self._body else None
        answer = contest.answer(self._parser.get_method().decode(), self._path, self._headers, body)
        if trouble == "lost":
            self._transport.abort()
            return
        self._send(*answer)

    def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
        content = msgspec.json.encode(body)
        extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._transport.write(
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n{extra}\r\n".encode() + content
        )


async def serve(contest: Contest) -> tuple[asyncio.Server, str]:
    server = await asyncio.get_running_loop().create_server(lambda: Connection(contest), "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

"""The bytes of each request a contestant sends. What repeats is encoded once."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from bench.answers import Answers, Asked
from bench.identity import Identity

_encoder = msgspec.json.Encoder()


class Started(Struct):
    """What is read of the answer to a start."""

    id: str
    writer: int = 1
    credential: str | None = None
    questions: list[Asked] = []
    state: str = "open"
    """Another than `open`: this start was absorbed by its key, and the paper is over since the first time."""


read_started = msgspec.json.Decoder(Started).decode


class Numbered(Struct):
    """What is read of the answer to a registration."""

    number: str = ""


read_number = msgspec.json.Decoder(Numbered).decode


class Sheet:
    """An open paper: where it is written to, and what is written."""

    __slots__ = ("answers", "base", "prediction", "seq", "steps", "writer")

    def __init__(self, started: Started, answers: Answers, prediction: int) -> None:
        self.base = f"/api/quiz/v1/attempts/{started.id}", started.credential
        self.writer, self.seq = started.writer, 0
        self.answers, self.prediction = answers, prediction
        self.steps = list(answers.items())


class Requests:
    """`origin` is `http://host:port`; `key` signs the time of each request (rehearsal); without one it has none."""

    def __init__(self, origin: str, series: str, contest_path: str, key: bytes | None) -> None:
        host = origin.partition("://")[2]
        self._common = f"Host: {host}\r\nOrigin: {origin}\r\nContent-Type: application/json\r\n"
        self._key, self._series = key, series
        self._register = f"/api/registration/v1/series/{series}/contestants"
        self._start = f"/api/quiz/v1/contests/{contest_path}/attempts"
        self._watermark = "/api/quiz/v1/rehearsal/watermark"

    def register(self, at_ms: int, who: Identity, unit: str, category: str, consent: Mapping[str, object]) -> bytes:
        body = {
            "name": who.name, "birth_date": who.birth_date, "unit_id": unit, "category": category,
            "consent": consent, "code": who.code,
        }  # fmt: skip
        if who.phone:
            body["phone"] = who.phone
        return self._bytes("POST", self._register, at_ms, f"Idempotency-Key: {who.key}\r\n", body)

    def sign_in(self, at_ms: int, login: str, code: str) -> bytes:
        body = {"series_id": self._series, "login": login, "code": code}
        return self._bytes("POST", "/api/registration/v1/sessions", at_ms, "", body)

    def get(self, path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\n{self._common}\r\n".encode()

    def start(self, at_ms: int, cookie: str, key: str, place: str | None = None) -> bytes:
        """`place`: the signed moment of an earlier refusal."""
        extra = f"Cookie: {cookie}\r\nIdempotency-Key: {key}\r\n"
        return self._bytes("POST", self._start, at_ms, extra + (f"First-Refused: {place}\r\n" if place else ""), None)

    def save(self, at_ms: int, sheet: Sheet) -> bytes:
        """Everything at once, unless `save_step` has begun."""
        return self._write(at_ms, sheet, sheet.answers, sheet.prediction)

    def save_step(self, at_ms: int, sheet: Sheet, step: int) -> bytes:
        """One more choice; with the last one the guess."""
        last = step == len(sheet.steps) - 1
        return self._write(at_ms, sheet, dict(sheet.steps[step : step + 1]), sheet.prediction if last else None)

    def _write(self, at_ms: int, sheet: Sheet, answers: Answers, prediction: int | None) -> bytes:
        path, credential = sheet.base
        body = _content(sheet, answers, prediction)
        return self._bytes("PUT", f"{path}/answers", at_ms, f"Authorization: Bearer {credential}\r\n", body)

    def submit(self, at_ms: int, sheet: Sheet) -> bytes:
        path, credential = sheet.base
        body = _content(sheet, sheet.answers, sheet.prediction)
        extra = f"Authorization: Bearer {credential}\r\nIdempotency-Key: {path.rpartition('/')[2]}\r\n"
        return self._bytes("POST", f"{path}/submission", at_ms, extra, body)

    def watermark(self, until_ms: int, until: str) -> bytes:
        return self._bytes("POST", self._watermark, until_ms, "", {"until": until})

    def _bytes(self, method: str, path: str, at_ms: int, extra: str, body: object) -> bytes:
        content = b"" if body is None else _encoder.encode(body)
        head = f"{method} {path} HTTP/1.1\r\n{self._common}{extra}{self._time(at_ms)}Content-Length: {len(content)}\r\n\r\n"
        return head.encode() + content

    def _time(self, at_ms: int) -> str:
        if self._key is None:
            return ""
        moment = str(at_ms)
        return f"X-Rehearsal-Time: {moment}.{hmac.digest(self._key, moment.encode(), 'sha256').hex()}\r\n"


def _content(sheet: Sheet, answers: Answers, prediction: int | None) -> dict[str, object]:
    sheet.seq += 1
    content = {"writer": sheet.writer, "seq": sheet.seq, "answers": answers}
    return content if prediction is None else {**content, "prediction": prediction}

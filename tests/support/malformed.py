"""Every way in which a record can be no event of ours, made from an example that is one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from services.contracts.store import example
from services.contracts.topics import TOPICS
from services.runtime.publisher import Raw

Body = dict[str, Any]
DEEP = b"[" * 5000


@dataclass(frozen=True)
class Spoiler:
    """Spoils a record's type, body or bytes; each has its own idea of a bad record."""

    name: str
    spoil: Callable[[random.Random, str, Body], tuple[Any, bytes | None]]


def _plain(body: Body) -> bytes:
    return msgspec.json.encode(body)


def _field(random_: random.Random, body: Body, kind: type, *, top: bool = True) -> str:
    names = [name for name, value in body.items() if type(value) is kind and name not in ("ordinal_",)]
    return random_.choice(names)


def _with(body: Body, **changes: Any) -> bytes:
    return _plain({**body, **changes})


def _wrong_type(random_: random.Random, type_: str, body: Body) -> tuple[Any, bytes]:
    name = random_.choice([n for n in body if n != "later"])
    wrong: Any = {"a": [1]} if not isinstance(body[name], dict) else "text"
    return type_.encode(), _with(body, **{name: wrong})


def _missing(random_: random.Random, type_: str, body: Body) -> tuple[Any, bytes]:
    name = random_.choice(["version", "time", "recorded_at"])
    return type_.encode(), _plain({n: v for n, v in body.items() if n != name})


def _text(replacement: bytes) -> Callable[[random.Random, str, Body], tuple[Any, bytes]]:
    """Puts raw JSON text into one of the strings."""

    def spoil(random_: random.Random, type_: str, body: Body) -> tuple[Any, bytes]:
        name = _field(random_, {n: v for n, v in body.items() if n.endswith("_id")}, str)
        return type_.encode(), _with(body, **{name: "SPOIL"}).replace(b"SPOIL", b"a" + replacement + b"b")

    return spoil


def _version(value: int) -> Callable[[random.Random, str, Body], tuple[Any, bytes]]:
    return lambda _, type_, body: (type_.encode(), _with(body, version=value))


def _time(text: str) -> Callable[[random.Random, str, Body], tuple[Any, bytes]]:
    return lambda random_, type_, body: (type_.encode(), _with(body, **{random_.choice(["time", "recorded_at"]): text}))


def _id(text: str) -> Callable[[random.Random, str, Body], tuple[Any, bytes]]:
    """A contestant id where there is one; else an id that is too long for any index."""

    def spoil(_: random.Random, type_: str, body: Body) -> tuple[Any, bytes]:
        name = next((n for n in ("contestant_id",) if n in body), None)
        if name is None:
            name = next(n for n in body if n.endswith("_id"))
            return type_.encode(), _with(body, **{name: "x" * 5000})
        return type_.encode(), _with(body, **{name: text})

    return spoil


def _bytes(value: bytes | None) -> Callable[[random.Random, str, Body], tuple[Any, bytes | None]]:
    return lambda _, type_, __: (type_.encode(), value)


def _type(value: Any) -> Callable[[random.Random, str, Body], tuple[Any, bytes]]:
    return lambda _, __, body: (value, _plain(body))


SPOILERS = (
    Spoiler("null value", _bytes(None)),
    Spoiler("empty value", _bytes(b"")),
    Spoiler("not JSON", _bytes(b"\x00\x01 no json")),
    Spoiler("not UTF-8", _bytes(b'{"version": "\xff\xfe"}')),
    Spoiler("a number", _bytes(b"42")),
    Spoiler("an array", _bytes(b"[1, 2]")),
    Spoiler("JSON null", _bytes(b"null")),
    Spoiler("deep nesting", lambda _, type_, __: (type_.encode(), b'{"version": ' + DEEP)),
    Spoiler("deep nesting in a field nobody knows", lambda _, type_, body: (type_.encode(), _plain(body)[:-1] + b',"x":' + DEEP + b"}")),
    Spoiler("cut off", lambda random_, type_, body: (type_.encode(), _plain(body)[: random_.randrange(1, 40)])),
    Spoiler("wrong type", _wrong_type),
    Spoiler("missing field", _missing),
    Spoiler("NUL in a text", _text(b"\\u0000")),
    Spoiler("NUL behind a backslash", _text(b"\\\\\\u0000")),
    Spoiler("lone surrogate", _text(b"\\ud800")),
    Spoiler("lone low surrogate", _text(b"\\udc00")),
    Spoiler("raw control character", _text(b"\x01")),
    Spoiler("huge number", _version(10**40)),
    Spoiler("beyond 32 bits", _version(1 << 31)),
    Spoiler("negative version", _version(-1)),
    Spoiler("version zero", _version(0)),
    Spoiler("naive time", _time("2023-09-20T10:00:00")),
    Spoiler("year 1", _time("0001-01-01T00:00:00+14:00")),
    Spoiler("year 9999", _time("9999-12-31T23:59:59-14:00")),
    Spoiler("no time", _time("yesterday")),
    Spoiler("not a UUID", _id("42")),
    Spoiler("UUID in capitals", _id("7B0F1A5E-3C44-7D0E-9A6B-0D9F2F6F3A11")),
    Spoiler("UUID in braces", _id("{7b0f1a5e-3c44-7d0e-9a6b-0d9f2f6f3a11}")),
    Spoiler("id too long", _id("y" * 5000)),
    Spoiler("unknown type", _type(b"contest.exploded.v1")),
    Spoiler("type not UTF-8", _type(b"\xff\xfe")),
    Spoiler("null type", _type(None)),
    Spoiler("no headers", _type("absent")),
)  # fmt: skip


def spoiled(topic: str, count: int, seed: int = 1) -> Iterator[tuple[str, Raw]]:
    """`count` bad records for a topic, all ways in turn, with the name of each way."""
    random_ = random.Random(seed)
    bodies = {type_: msgspec.json.decode(example(type_)) for type_ in TOPICS[topic].events}
    for n in range(count):
        spoiler = SPOILERS[n % len(SPOILERS)]
        type_ = random_.choice(sorted(bodies))
        header, value = spoiler.spoil(random_, type_, bodies[type_])
        key = f"bad-{n}".encode() if n % 7 or value is None else None
        yield spoiler.name, Raw(topic, key, value, _headers(header, n))


def _headers(type_: Any, n: int) -> list[tuple[str, Any]]:
    noise: list[tuple[str, Any]] = [("x-binary", b"\xff\xfe\x00"), ("x-null", None), ("ce_traceparent", b"\xff")]
    return [*noise[: n % 4], *([] if type_ == "absent" else [("ce_type", type_)])]

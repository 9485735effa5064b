"""CloudEvents 1.0 in Kafka headers (binary mode): how an event becomes a record and a record an event.

The attributes `id` and `source` follow from the event, so a fact that is published again is the same event again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from services.contracts.events import BY_TYPE, ContestDefined, Event
from services.contracts.ids import event_id
from services.contracts.values import Instant

Headers = Sequence[tuple[str, bytes]]

_encoder = msgspec.json.Encoder()
_decoders = {name: msgspec.json.Decoder(event) for name, event in BY_TYPE.items()}
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TRACE = re.compile(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_instants = {
    name: [f.name for f in msgspec.structs.fields(event) if f.type is Instant] for name, event in BY_TYPE.items()
}
_uuids = {
    name: [f.name for f in msgspec.structs.fields(event) if f.name in ("contestant_id", "attempt_id")]
    for name, event in BY_TYPE.items()
}
_FIXED: list[tuple[str, bytes]] = [("ce_specversion", b"1.0"), ("content-type", b"application/json")]


class BadRecord(Exception):
    """A record that is not one of our events; the message says what is wrong with it."""


def encode(event: Event) -> bytes:
    return _encoder.encode(event)


def headers(event: Event, source: str, trace: str | None) -> list[tuple[str, bytes]]:
    """`source` is the service; `trace` a W3C traceparent (CloudEvents' distributed tracing extension)."""
    attributes = [
        *_FIXED,
        ("ce_type", event.type.encode()),
        ("ce_source", f"/hoithi/{source}".encode()),
        ("ce_id", event_id(event.type, event.subject, event.version).encode()),
        ("ce_time", event.time.isoformat().encode()),
        ("ce_subject", event.subject.encode()),
    ]
    if trace:
        attributes.append(("ce_traceparent", trace.encode()))
    return attributes


def decode(value: bytes | None, record_headers: Headers) -> tuple[Event, str | None]:
    """The event and its trace. Raises BadRecord; never anything else, whatever the bytes are."""
    type_, trace = _attributes(record_headers)
    decoder = _decoders.get(type_)
    if decoder is None:
        raise BadRecord(f"ce_type: {type_!r} is not an event of hoithi")
    if value is None:
        raise BadRecord(f"{type_}: the record has no data")
    try:
        event = decoder.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise BadRecord(f"{type_}: {fault}") from None
    _check(event, value)
    return event, trace


def _check(event: Event, value: bytes) -> None:
    """What the schema cannot say and a database or a clock behind would refuse for a whole batch."""
    if b"\\u0000" in value and _NUL.search(value):
        raise BadRecord(f"{event.type}: a text holds the character NUL, which PostgreSQL cannot store")
    for name in _instants[event.type]:
        moment = getattr(event, name)
        if not 2000 <= moment.year < 2200:
            raise BadRecord(f"{event.type}: {name}: {moment} lies outside the years 2000 to 2199")
    for name in _uuids[event.type]:
        id_ = getattr(event, name)
        if id_ is not None and not _UUID.fullmatch(id_):
            raise BadRecord(f"{event.type}: {name}: {id_[:60]!r} is not a UUID in lower case")
    if isinstance(event, ContestDefined):
        _check_rules(event)


def _check_rules(event: ContestDefined) -> None:
    rules = event.rules
    if (rules.id, rules.series_id) != (event.contest_id, event.series_id):
        raise BadRecord(f"{event.type}: rules: are those of {rules.id!r} in {rules.series_id!r}")
    for moment in (rules.opens, rules.closes):
        if not 2000 <= moment.year < 2200:
            raise BadRecord(f"{event.type}: rules: {moment} lies outside the years 2000 to 2199")


def _attributes(record_headers: Headers) -> tuple[str, str | None]:
    type_: bytes = b""
    trace: bytes = b""
    for name, content in record_headers:
        if name == "ce_type":
            type_ = content or b""
        elif name == "ce_traceparent":
            trace = content or b""
    # A trace that is none is not passed on: it would end in the logs and headers of every service behind.
    return type_.decode("utf-8", "replace"), trace.decode() if _TRACE.fullmatch(trace) else None

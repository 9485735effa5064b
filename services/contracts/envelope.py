"""CloudEvents 1.0 in Kafka headers (binary mode): how an event becomes a record and a record an event.

The attributes `id` and `source` follow from the event, so a fact that is published again is the same event again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.contracts.events import BY_TYPE, Event
from services.contracts.ids import event_id

Headers = Sequence[tuple[str, bytes]]

_encoder = msgspec.json.Encoder()
_decoders = {name: msgspec.json.Decoder(event) for name, event in BY_TYPE.items()}
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
    _check(event)
    return event, trace


def _check(event: Event) -> None:
    """What the schema cannot say and the database would refuse for a whole batch."""
    if not 0 < event.version < 1 << 31:
        raise BadRecord(f"{event.type}: version: {event.version} is not a positive 32-bit number")
    for name in ("time", "recorded_at"):
        moment: datetime = getattr(event, name)
        if moment.tzinfo is None:
            raise BadRecord(f"{event.type}: {name}: {moment} has no time zone")
    for name in ("contestant_id", "attempt_id"):
        value = getattr(event, name, None)
        if value is not None:
            try:
                UUID(value)
            except ValueError:
                raise BadRecord(f"{event.type}: {name}: {value[:60]!r} is not a UUID") from None


def _attributes(record_headers: Headers) -> tuple[str, str | None]:
    type_: bytes = b""
    trace: bytes | None = None
    for name, content in record_headers:
        if name == "ce_type":
            type_ = content or b""
        elif name == "ce_traceparent":
            trace = content
    return type_.decode("utf-8", "replace"), trace.decode("ascii", "replace") if trace else None

"""What a decoder lets through must not break the others of its batch; what it refuses, it refuses as BadRecord."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts import envelope
from services.contracts.envelope import BadRecord
from services.contracts.events import BY_TYPE
from services.contracts.store import example
from services.contracts.topics import TOPICS
from tests.support.malformed import SPOILERS, spoiled

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_every_spoiled_record_is_refused(topic: str) -> None:
    for name, raw in spoiled(topic, 4 * len(SPOILERS)):
        with pytest.raises(BadRecord):
            print(name, raw, envelope.decode(raw.value, raw.headers))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(BY_TYPE)), st.data())
def test_whatever_a_field_holds_the_answer_is_an_event_or_bad_record(type_: str, data: st.DataObject) -> None:
    body = msgspec.json.decode(example(type_))
    name = data.draw(st.sampled_from(sorted(body)))
    try:
        value = msgspec.json.encode({**body, name: data.draw(ANYTHING)})
    except (UnicodeEncodeError, OverflowError):
        return
    try:
        event, _ = envelope.decode(value, [("ce_type", type_.encode())])
    except BadRecord:
        return
    assert event.time.tzinfo is not None
    assert envelope.headers(event, "quiz", None)


@given(
    st.binary(max_size=200), st.lists(st.tuples(st.text(max_size=12), st.none() | st.binary(max_size=20)), max_size=5)
)
def test_any_bytes_are_refused_as_bad_record_and_nothing_else(value: bytes, headers: list[tuple[str, bytes]]) -> None:
    with pytest.raises(BadRecord):
        envelope.decode(value, [*headers, ("ce_type", b"unit.merged.v1")])


@pytest.mark.parametrize("text", ['"a\\\\u0000b"', '"a\\\\\\\\u0000b"', '"u0000"'])
def test_a_backslash_before_u0000_is_no_nul(text: str) -> None:
    value = example("unit.merged.v1").replace(b'"H-VY-XA-TIEN-SON"', text.encode())
    event, _ = envelope.decode(value, [("ce_type", b"unit.merged.v1")])
    assert "\0" not in event.into  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "trace", [b"", b"00-zz", b"\xff" * 55, b"00-" + b"0" * 500, b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01\n"]
)
def test_a_trace_that_is_none_is_not_passed_on(trace: bytes) -> None:
    _, found = envelope.decode(example("unit.merged.v1"), [("ce_type", b"unit.merged.v1"), ("ce_traceparent", trace)])
    assert found is None


def test_rules_of_another_contest_are_refused() -> None:
    body = msgspec.json.decode(example("contest.defined.v1"))
    with pytest.raises(BadRecord, match="rules"):
        envelope.decode(msgspec.json.encode({**body, "contest_id": "another"}), [("ce_type", b"contest.defined.v1")])

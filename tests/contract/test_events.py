"""Events as promised to everybody who reads them: stored schemas, examples, nothing personal, CloudEvents."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import fields

from services.contracts import envelope
from services.contracts.compatibility import faults
from services.contracts.events import ALL, BY_TYPE, AnswerKey, Event
from services.contracts.ids import event_id
from services.contracts.store import EXAMPLES, SCHEMAS, example, schema_of, stored

TYPES = sorted(BY_TYPE)


@pytest.mark.parametrize("type_", TYPES)
def test_the_schema_of_every_event_is_stored_and_is_todays(type_: str) -> None:
    assert stored(type_) == schema_of(type_), "python -m services.contracts.store"


@pytest.mark.parametrize("type_", TYPES)
def test_todays_code_keeps_what_a_stored_version_promised(type_: str) -> None:
    before = stored(type_)
    assert before is not None
    assert faults(before, schema_of(type_)) == []


def test_every_stored_file_belongs_to_an_event() -> None:
    for folder in (SCHEMAS, EXAMPLES):
        assert sorted(path.name for path in folder.iterdir()) == [f"{type_}.json" for type_ in TYPES]


@pytest.mark.parametrize("type_", TYPES)
def test_every_example_is_valid_by_its_schema_and_read_by_todays_code(type_: str) -> None:
    schema = stored(type_)
    assert schema is not None
    jsonschema_rs.validator_for(schema).validate(msgspec.json.decode(example(type_)))
    event, _ = envelope.decode(example(type_), [("ce_type", type_.encode())])
    assert type(event) is BY_TYPE[type_]
    assert msgspec.json.decode(envelope.encode(event)) == msgspec.json.decode(example(type_)), (
        "nothing is lost on the way"
    )


@pytest.mark.parametrize("type_", TYPES)
def test_a_field_of_tomorrow_does_not_stop_todays_reader(type_: str) -> None:
    record = {**msgspec.json.decode(example(type_)), "field_of_tomorrow": {"a": [1]}}
    assert envelope.decode(msgspec.json.encode(record), [("ce_type", type_.encode())])


# ---- what breaks a stored version --------------------------------------------------------------------------


class V1(Struct):
    name: str
    n: int = 0
    kind: str = "unit"


def change(**kinds: Any) -> list[str]:
    """The faults of V1 with these fields changed; a value is (type, default) or type; None takes the field away."""
    kept: dict[str, Any] = {"name": str, "n": (int, 0), "kind": (str, "unit"), **kinds}
    today = [(n, *k) if isinstance(k, tuple) else (n, k) for n, k in kept.items() if k is not None]
    ordered = sorted(today, key=len)
    return faults(msgspec.json.schema(V1), msgspec.json.schema(msgspec.defstruct("V1", ordered)))


def test_an_optional_field_may_be_added() -> None:
    assert change() == []
    assert change(more=(str | None, None)) == []


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ({"n": None}, "the field is gone"),
        ({"name": None}, "the field is gone"),
        ({"more": str}, "is required now"),
        ({"n": int}, "is required now"),
        ({"name": (str, "")}, "is optional now"),
        ({"n": (str, "0")}, "was 'integer', is 'string'"),
        ({"name": str | None}, "anyOf"),
        ({"n": (int, 1)}, "was 0, is 1"),
    ],
)
def test_a_change_that_a_record_or_a_reader_would_not_survive_is_a_fault(today: Any, said: str) -> None:
    found = change(**today)
    assert found
    assert any(said in fault for fault in found), found


def test_a_change_deep_inside_a_referenced_struct_is_a_fault() -> None:
    before = schema_of("contest.defined.v1")
    after = copy.deepcopy(before)
    after["$defs"]["Paper"]["properties"].pop("minutes")
    assert [fault for fault in faults(before, after) if ".minutes" in fault]
    after = copy.deepcopy(before)
    after["$defs"]["Rules"]["properties"]["late_start"]["enum"].append("never")
    assert faults(before, after), "an old reader cannot read a new word"


def test_words_may_change() -> None:
    before = schema_of("contest.closed.v1")
    after = copy.deepcopy(before)
    after["$defs"]["ContestClosed"]["description"] = "better said"
    assert faults(before, after) == []


# ---- nothing personal --------------------------------------------------------------------------------------

PERSONAL = (
    "name", "phone", "birth", "address", "email", "mail", "id_number", "identity", "cccd", "guardian", "gender", "sex",
    "photo", "ip", "user_agent", "device", "password", "code", "token", "text", "comment", "note", "label",
)  # fmt: skip
ALLOWED = {
    "UnitDefined.name": "the name of a unit",
    "StatsUnit.name": "the name of a unit",
    "RegistrationRules.phone_shared_by": "a limit, not a number of anybody",
    "RegistrationRules.guardian_under": "an age",
}
FREE_TEXT = {
    "Text.vi": "names of units, titles of contests, questions: written by the organiser for everybody",
    "Text.en": "the same",
    "ContestDefined.reason": "why a definition changed, for everybody to read",
    "StatsUnit.merged": "names of units",
    "Rules.later": "rules of the contest that are acted on later; from the contest folder",
}


def structs_of(annotation: Any) -> Iterator[type[Struct]]:
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        yield annotation
    for part in get_args(annotation):
        yield from structs_of(part)


def fields_of(struct: type[Struct], seen: set[type]) -> Iterator[tuple[type[Struct], str, Any]]:
    if struct in seen:
        return
    seen.add(struct)
    for field in fields(struct):
        yield struct, field.name, field.type
        for inner in structs_of(field.type):
            yield from fields_of(inner, seen)


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.type)
def test_no_event_has_a_field_for_anything_personal(event: type[Event]) -> None:
    for struct, name, _ in fields_of(event, set()):
        words = set(name.split("_")) | {name}
        where = f"{struct.__name__}.{name}"
        assert not words & set(PERSONAL) or where in ALLOWED, f"{where} in {event.type}"


def test_every_exception_to_that_still_exists() -> None:
    there = {f"{struct.__name__}.{name}" for event in ALL for struct, name, _ in fields_of(event, set())}
    assert ALLOWED.keys() | FREE_TEXT.keys() <= there


def _is_open(annotation: Any) -> bool:
    return annotation is Any or any(map(_is_open, get_args(annotation)))


def test_no_event_about_a_person_can_carry_free_text() -> None:
    """Every text in them is an id of at most 200 characters, a UUID, a word of a list or a digest."""
    closed = {"contestant_id", "attempt_id", "sealed", "digest", "root", "kind", "time_zone", "at"}
    for event in ALL:
        for struct, name, annotation in fields_of(event, set()):
            where = f"{struct.__name__}.{name}"
            about_person = "contestant_id" in event.__struct_fields__
            if where in FREE_TEXT:
                assert not about_person, f"{where} in {event.type}"
            elif about_person:
                assert not _is_open(annotation), where
                assert annotation is not str or name in closed, where
                assert annotation != str | None, where


def test_the_opened_answer_key_is_no_event() -> None:
    assert AnswerKey not in ALL
    assert not any(struct is AnswerKey for event in ALL for struct, _, _ in fields_of(event, set()))


# ---- CloudEvents 1.0 over Kafka, binary mode ---------------------------------------------------------------

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("type_", TYPES)
def test_the_headers_are_those_of_cloudevents_in_binary_mode(type_: str) -> None:
    event, _ = envelope.decode(example(type_), [("ce_type", type_.encode())])
    headers = dict(envelope.headers(event, "quiz", TRACE))
    assert headers == {
        "ce_specversion": b"1.0",
        "content-type": b"application/json",  # datacontenttype loses its prefix
        "ce_type": type_.encode(),
        "ce_source": b"/hoithi/quiz",
        "ce_id": event_id(type_, event.subject, event.version).encode(),
        "ce_time": event.time.isoformat().encode(),
        "ce_subject": event.subject.encode(),
        "ce_traceparent": TRACE.encode(),
    }
    assert "ce_traceparent" not in dict(envelope.headers(event, "quiz", None))
    assert datetime.fromisoformat(headers["ce_time"].decode()).tzinfo is not None
    assert envelope.decode(example(type_), list(headers.items())) == (event, TRACE)


def test_the_same_fact_is_the_same_event_however_often_it_is_published() -> None:
    event, _ = envelope.decode(example("attempt.voided.v1"), [("ce_type", b"attempt.voided.v1")])
    again = msgspec.structs.replace(event, recorded_at=datetime(2024, 1, 1, tzinfo=UTC))
    later = msgspec.structs.replace(event, version=event.version + 1)
    ids = [dict(envelope.headers(e, "quiz", None))["ce_id"] for e in (event, again, later)]
    assert ids[0] == ids[1] != ids[2]


def test_examples_lie_in_the_repository_as_people_read_them() -> None:
    for path in Path(EXAMPLES).iterdir():
        assert path.read_text(encoding="utf-8").startswith("{\n"), path.name

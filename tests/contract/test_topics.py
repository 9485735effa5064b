"""Topics as data: owners, readers, partitions, and which event goes where."""

from __future__ import annotations

from collections import Counter

import pytest

from services.contracts import envelope
from services.contracts.events import ALL, BY_TYPE
from services.contracts.store import example
from services.contracts.topics import TOPICS

SERVICES = {"registration", "quiz", "scoring", "stats"}
NAMES = sorted(TOPICS)


@pytest.mark.parametrize("name", NAMES)
def test_a_topic_has_one_owner_and_readers_that_exist(name: str) -> None:
    topic = TOPICS[name]
    assert topic.producer in SERVICES
    assert topic.consumers
    assert set(topic.consumers) <= SERVICES | {"board"}
    assert topic.producer not in topic.consumers, "a service does not read its own facts"
    assert topic.about


@pytest.mark.parametrize("name", NAMES)
def test_every_event_of_a_topic_exists_and_says_the_same(name: str) -> None:
    assert TOPICS[name].events
    for type_ in TOPICS[name].events:
        assert BY_TYPE[type_].topic == name


def test_every_event_belongs_to_exactly_one_topic() -> None:
    assert Counter(type_ for topic in TOPICS.values() for type_ in topic.events) == Counter(BY_TYPE.keys())
    assert len(ALL) == len(BY_TYPE)


def test_topics_of_persons_have_twelve_partitions_for_ever() -> None:
    assert {topic.name for topic in TOPICS.values() if topic.of_persons} == {"registrations", "attempts", "scores"}
    assert {topic.partitions for topic in TOPICS.values() if topic.of_persons} == {12}


def test_only_stats_is_compacted_and_everything_is_kept_for_ever() -> None:
    assert [topic.name for topic in TOPICS.values() if topic.cleanup != "delete"] == ["stats"]
    assert {topic.retention_ms for topic in TOPICS.values()} == {-1}


def test_the_two_events_of_the_compacted_topic_never_share_a_key() -> None:
    contest, unit = (envelope.decode(example(t), [("ce_type", t.encode())])[0] for t in TOPICS["stats"].events)
    assert contest.key != unit.key
    assert "|" not in contest.key
    assert unit.key.startswith(f"{contest.key}|")


def test_portals_read_stats_and_published_and_nothing_else() -> None:
    assert {topic.name for topic in TOPICS.values() if topic.portals} == {"stats", "published"}


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_the_key_is_made_of_the_fields_that_the_topic_names(type_: str) -> None:
    event, _ = envelope.decode(example(type_), [("ce_type", type_.encode())])
    ways = [
        "|".join(str(getattr(event, name, "?")) for name in way.split("|"))
        for way in TOPICS[event.topic].key.split(" or ")
    ]
    assert event.key in ways


@pytest.mark.parametrize("name", NAMES)
def test_every_reader_has_a_dead_letter_topic_of_its_own(name: str) -> None:
    topic = TOPICS[name]
    letters = [topic.dead_letters(consumer) for consumer in topic.consumers]
    assert len(set(letters)) == len(letters)
    assert not set(letters) & TOPICS.keys()

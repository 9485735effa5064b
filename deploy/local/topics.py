"""Topics as `topics.yaml` says, and the dead-letter topic of every reader."""

from __future__ import annotations

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from deploy.local.processes import CannotStart
from services.contracts.topics import TOPICS, TopicSpec


async def create(bootstrap: str, replication: int = 1) -> list[str]:
    """Makes what is missing and asserts the partitions of what is there; returns the names of the new ones."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        wanted = {topic.name: topic for topic in _all(replication)}
        made = []
        for name, topic in wanted.items():
            if name not in there:
                made.append(await _create(admin, topic))
        for found in await admin.describe_topics(sorted(wanted.keys() & there)):
            expected = wanted[found["topic"]].num_partitions
            if len(found["partitions"]) != expected:
                raise CannotStart(
                    f"Topic {found['topic']} has {len(found['partitions'])} partitions and must have {expected}: "
                    "another number would break the order per key. Move its records to a topic made anew."
                )
        return made
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, topic: NewTopic) -> str:
    response = await admin.create_topics([topic])
    for name, code, *message in response.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise CannotStart(f"Topic {name} could not be made: {message}")
    return str(topic.name)


def _all(replication: int) -> list[NewTopic]:
    topics = [_topic(spec, spec.name, spec.partitions, spec.cleanup, replication) for spec in TOPICS.values()]
    graves = [
        _topic(spec, spec.dead_letters(consumer), 1, "delete", replication)
        for spec in TOPICS.values()
        for consumer in spec.consumers
    ]
    return topics + graves


def _topic(spec: TopicSpec, name: str, partitions: int, cleanup: str, replication: int) -> NewTopic:
    settings = {"cleanup.policy": cleanup, "retention.ms": str(spec.retention_ms), "compression.type": "producer"}
    return NewTopic(name=name, num_partitions=partitions, replication_factor=replication, topic_configs=settings)

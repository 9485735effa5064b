"""The topics as data, read from `topics.yaml`."""

from __future__ import annotations

from pathlib import Path

import yaml
from msgspec import Struct, convert

PERSON_KEYS = frozenset({"contestant_id"})


class TopicSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """One topic: who owns it, who reads it, how it is kept. `retention_ms` -1 is for ever."""

    name: str
    about: str
    key: str
    producer: str
    consumers: tuple[str, ...]
    events: tuple[str, ...]
    partitions: int
    cleanup: str
    retention_ms: int
    compression: str
    portals: bool = False

    @property
    def of_persons(self) -> bool:
        return self.key in PERSON_KEYS

    def dead_letters(self, consumer: str) -> str:
        """The topic that takes what `consumer` could not read."""
        return f"{self.name}.dead.{consumer}"


def _load() -> dict[str, TopicSpec]:
    document = yaml.safe_load((Path(__file__).parent / "topics.yaml").read_text(encoding="utf-8"))
    defaults = document["defaults"]
    return {name: convert({"name": name, **defaults, **entry}, TopicSpec) for name, entry in document["topics"].items()}


TOPICS = _load()

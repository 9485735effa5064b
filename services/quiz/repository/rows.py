"""A row of `attempts`: its key, its columns, its states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

OPEN, SUBMITTED, ABANDONED = 0, 1, 2


Key = tuple[str, str, int]
"""(contestant id, contest id, ordinal): the primary key of an attempt."""


class Row(Protocol):
    """A row of `attempts`, or what is about to be made of it."""

    def __getitem__(self, name: str, /) -> Any: ...


COLUMNS = """a.contestant_id, a.contest_id, a.ordinal, a.attempt_id, a.state, a.version, a.seed, a.bank_version, a.category,
    a.paper_group, a.definition_version, a.questions, a.started_at, a.ends_at, a.writer, a.rev, a.answers, a.how,
    a.submitted_at, a.received_at, a.recorded_at, a.trace, a.voided, a.receipt, a.given_back, a.extra_ms"""


def key_of(row: Row) -> Key:
    return str(row["contestant_id"]), row["contest_id"], row["ordinal"]


def unzip(keys: Sequence[Key]) -> tuple[list[str], list[str], list[int]]:
    return [k[0] for k in keys], [k[1] for k in keys], [k[2] for k in keys]

"""Ids that follow from what they name, so that the same thing made twice has the same id."""

from __future__ import annotations

from uuid import UUID, uuid5

SPACE = UUID("8d1f3c52-7f0e-5d0a-9a51-6c1f0b8f2a77")


def attempt_id(contestant_id: str, contest_id: str, ordinal: int) -> str:
    return str(uuid5(SPACE, f"{contestant_id}|{contest_id}|{ordinal}"))


def event_id(type_: str, subject: str, version: int) -> str:
    """The CloudEvents id: the same fact published twice is the same event."""
    return str(uuid5(SPACE, f"{type_}|{subject}|{version}"))


def contest_to_path(contest_id: str) -> str:
    """A round's id holds a slash, which a path segment cannot: `bg-thads-2023/tuan-1` is written `bg-thads-2023~tuan-1`."""
    return contest_id.replace("/", "~")


def contest_from_path(segment: str) -> str:
    return segment.replace("~", "/")

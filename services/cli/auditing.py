"""What the audit compares: submitted = scored = counted, by count and digest, from what each service says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

Documents = Mapping[str, Mapping[str, Any]]
"""service -> its answer to `GET /api/<service>/v1/audit`."""


class Check(Struct, frozen=True):
    """One comparison. `values` is who says what."""

    name: str
    equal: bool
    values: dict[str, Any]


class Verdict(Struct):
    """`settled`: outboxes and lag were zero before and after, so that every difference is a fault."""

    settled: bool
    outbox: int
    lag: int
    checks: list[Check]

    @property
    def clean(self) -> bool:
        return self.settled and all(check.equal for check in self.checks)


def outbox(documents: Documents) -> int:
    return sum(int(document["outbox"]) for document in documents.values())


def compare(documents: Documents) -> list[Check]:
    """Every check, the equal ones too: an audit that compared nothing must not look clean."""
    facts = {service: document["facts"] for service, document in documents.items()}
    checks = [
        _check("submitted = scored", {"quiz": facts["quiz"]["attempts"], "scoring": facts["scoring"]["attempts"]}),
        _check("scored = counted", {"scoring": facts["scoring"]["scores"], "stats": facts["stats"]["scores"]}),
        Check(
            "rollups = recounted facts",
            bool(documents["stats"]["rollups_equal"]),
            {"rollups": documents["stats"].get("rollups"), "differences": documents["stats"].get("differences", [])},
        ),
    ]
    contests = sorted({contest for document in documents.values() for contest in document["contests"]})
    return checks + [check for contest in contests for check in _of_contest(contest, documents)]


def _of_contest(contest: str, documents: Documents) -> Iterator[Check]:
    said = {service: document["contests"].get(contest) for service, document in documents.items()}
    yield _check(f"{contest}: known", {service: value is not None for service, value in said.items()})
    if None in said.values():
        return
    attempts = {
        "quiz": _own(said["quiz"], "submitted"), "scoring": _own(said["scoring"], "attempts"), "stats": _own(said["stats"], "attempts"),
    }  # fmt: skip
    yield _check(f"{contest}: attempts", attempts)
    registrants = {
        "registration": said["registration"]["registrants"],
        "stats": said["stats"]["counts"]["registrants"],
    }
    yield _check(f"{contest}: registrants", registrants)
    closed = {service: said[service]["closed"] for service in ("quiz", "scoring", "stats")}
    if any(closed.values()):
        yield _check(f"{contest}: closed with what is there", {**closed, "quiz now": attempts["quiz"]})


def _own(contest: Mapping[str, Any], count: str) -> dict[str, Any]:
    return {"attempts": contest[count], "digest": contest["digest"]}


def _check(name: str, values: dict[str, Any]) -> Check:
    said: Sequence[Any] = list(values.values())
    return Check(name, all(value == said[0] for value in said), values)

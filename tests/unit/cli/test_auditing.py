"""What `hoithi audit` calls clean, and what it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.cli.auditing import Verdict, compare, outbox


def documents() -> dict[str, Any]:
    """Four services that agree on 3 attempts of a closed contest."""
    attempts, scores, own = {"count": 3, "digest": "aa"}, {"count": 3, "digest": "bb"}, {"attempts": 3, "digest": "cc"}
    return {
        "registration": {"outbox": 0, "facts": {}, "contests": {"c": {"registrants": 2}}},
        "quiz": {
            "outbox": 0,
            "facts": {"attempts": attempts},
            "contests": {"c": {"submitted": 3, "digest": "cc", "closed": own}},
        },
        "scoring": {
            "outbox": 0,
            "facts": {"attempts": attempts, "scores": scores},
            "contests": {"c": {**own, "closed": own}},
        },
        "stats": {
            "outbox": 0,
            "facts": {"scores": scores},
            "rollups_equal": True,
            "contests": {"c": {**own, "closed": own, "counts": {"registrants": 2}}},
        },
    }


def different(changed: dict[str, Any]) -> list[str]:
    return [check.name for check in compare(changed) if not check.equal]


def test_services_that_agree_are_clean() -> None:
    checks = compare(documents())
    assert len(checks) == 7
    assert Verdict(True, 0, 0, checks).clean


def test_what_is_on_its_way_is_never_called_clean() -> None:
    assert not Verdict(False, 1, 0, compare(documents())).clean


@pytest.mark.parametrize(
    ("service", "path", "value", "named"),
    [
        ("scoring", ("facts", "attempts", "count"), 2, "submitted = scored"),
        ("scoring", ("facts", "attempts", "digest"), "zz", "submitted = scored"),
        ("stats", ("facts", "scores", "digest"), "zz", "scored = counted"),
        ("stats", ("rollups_equal",), False, "rollups = recounted facts"),
        ("stats", ("contests", "c", "digest"), "zz", "c: attempts"),
        ("stats", ("contests", "c", "counts", "registrants"), 1, "c: registrants"),
        ("quiz", ("contests", "c", "closed", "attempts"), 4, "c: closed with what is there"),
        ("scoring", ("contests", "c", "closed"), None, "c: closed with what is there"),
        ("stats", ("contests",), {}, "c: known"),
    ],
)
def test_one_figure_that_differs_is_named(service: str, path: tuple[str, ...], value: Any, named: str) -> None:
    # Through JSON: a deep copy would keep objects that are shared between two services shared.
    changed = json.loads(json.dumps(documents()))
    place = changed[service]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert named in different(changed)


def test_the_outboxes_of_all_services_are_added_up() -> None:
    changed = documents()
    changed["quiz"]["outbox"], changed["stats"]["outbox"] = 2, 3
    assert outbox(changed) == 5

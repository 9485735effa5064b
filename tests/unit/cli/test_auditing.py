"""What `hoithi audit` calls clean, and what it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.cli.audit import CONFIRMED_AFTER, confirmed
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


class Looks:
    """An audit that sees one verdict after the other, the last one for ever, while a clock runs on."""

    def __init__(self, *verdicts: Verdict) -> None:
        self.verdicts, self.seen, self.time = verdicts, 0, 0.0

    def look(self) -> Verdict:
        self.seen += 1
        return self.verdicts[min(self.seen, len(self.verdicts)) - 1]

    def confirmed(self, wait: float = 30.0) -> Verdict:
        return confirmed(self.look, wait, lambda: self.time, self._rest)

    def _rest(self, seconds: float) -> None:
        self.time += seconds


def differing(attempts: int) -> Verdict:
    changed = documents()
    changed["scoring"]["facts"]["attempts"] = {"count": attempts, "digest": "zz"}
    return Verdict(True, 0, 0, compare(changed))


CLEAN = Verdict(True, 0, 0, compare(documents()))
ON_ITS_WAY = Verdict(False, 2, 0, compare(documents()))


def test_a_clean_audit_needs_one_look() -> None:
    looks = Looks(CLEAN)
    assert looks.confirmed().clean
    assert looks.seen == 1


def test_a_difference_is_told_only_when_it_is_still_the_same_after_every_process_has_measured_its_lag_again() -> None:
    looks = Looks(differing(2))
    verdict = looks.confirmed()
    assert verdict.settled
    assert not verdict.clean
    assert looks.time >= CONFIRMED_AFTER > 2


def test_a_record_that_stood_in_no_figure_for_a_moment_is_no_difference() -> None:
    assert Looks(differing(2), differing(2), CLEAN).confirmed().clean


def test_figures_that_keep_moving_are_not_settled_and_not_a_difference() -> None:
    verdict = Looks(*(differing(n) for n in range(4, 40))).confirmed(wait=10)
    assert not verdict.settled


def test_what_is_on_its_way_is_waited_for_and_then_said_to_be_on_its_way() -> None:
    looks = Looks(ON_ITS_WAY)
    verdict = looks.confirmed(wait=5)
    assert (verdict.settled, verdict.outbox) == (False, 2)
    assert looks.time >= 5

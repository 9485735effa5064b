"""Who comes when: the profiles of `hoithi load last-hour`, in arrivals per second, with their source.

Province: `bench/data/arrival.yaml`, peaks: 12,330 attempts in the last hour of the extreme model (3.42 a second), times three
as its sizing hint says; newcomers among them as registrants among attempts (57,342 of 282,063); classes and offices start
together (burst factor 3). GOV.UK: the voter registration of June 2016 (59 a second). x3, x10: of what the machine carries,
found out before by people who take papers one after another.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

EXTREME_LAST_HOUR = 12_330 / 3600
BURST = 3.0
NEWCOMERS = 57_342 / 282_063


class Profile(Struct, frozen=True):
    """Rates per second; `seconds` from the first arrival to the closing; `paper_seconds` from start to submission.

    `overload`: how many times what the machine carries arrives in the middle of the run (0: what the rates say).
    """

    name: str
    starts: float
    newcomers: float
    registrations: float
    board: float
    viewers: int
    seconds: float
    saves: int = 19
    paper_seconds: float = 30.0
    overload: float = 0.0
    patience: int = 3
    """How often somebody whose start was refused comes again."""
    patient: float = 1.0
    """Share of people who do; the others go away."""


PROFILES = {
    "province": Profile(
        "province", (1 - NEWCOMERS) * 3 * EXTREME_LAST_HOUR, NEWCOMERS * 3 * EXTREME_LAST_HOUR, 0, 50, 200, 100
    ),
    "gov-uk": Profile("gov-uk", 60, 0, 60, 50, 200, 60, saves=0, paper_seconds=1.0),
    "x3": Profile("x3", 0, 0, 0, 0, 0, 70, saves=4, paper_seconds=1.0, overload=3, patient=0.1),
    "x10": Profile("x10", 0, 0, 0, 0, 0, 70, saves=4, paper_seconds=1.0, overload=10, patient=0.1),
}


def scenarios(profile: Profile) -> dict[str, Any]:
    """k6's scenarios of a run at the profile's own rates: even arrivals, with a burst in the middle third of it."""
    third = profile.seconds / 3
    waves = [
        (profile.starts, third),
        (profile.starts * BURST, third / 6),
        (profile.starts, profile.seconds - third * 7 / 6),
    ]
    found = {
        "run_returning": _ramping(waves, "returning", profile),
        "run_board": _constant(profile.board, profile.seconds, "board"),
    }
    if profile.newcomers:
        found["run_newcomer"] = _constant(profile.newcomers, profile.seconds, "newcomer", _long(profile))
    if profile.registrations:
        found["run_register"] = _constant(profile.registrations, profile.seconds, "register")
    return found


NORMAL = 0.5
"""Of what the machine carries: the load before and after an overload."""


class Step(Struct, frozen=True):
    """`times` of what the machine carries arrives in a phase; 0: as often as the profile overloads. Each is led in by
    one that belongs to neither, in which papers end that began before."""

    phase: str
    seconds: float
    times: float


LEAD = "between"
STEPS = (
    Step("before", 12, NORMAL), Step(LEAD, 4, 0.8), Step("nearly", 12, 0.8), Step(LEAD, 4, 1), Step("full", 12, 1),
    Step(LEAD, 8, 0), Step("over", 24, 0), Step(LEAD, 10, NORMAL), Step("after", 14, NORMAL),
)  # fmt: skip
"""What is said of `over` holds from when papers end that began in it, of `after` from 10 s after the load is normal again.
The peak, of which an overload must leave most, is the most papers a second that any phase before it got through."""
PEAKS = ("nearly", "full")


def arriving(profile: Profile, carries: float, step: Step) -> float:
    """Papers a second that arrive."""
    return carries * (step.times or profile.overload)


def _long(profile: Profile) -> float:
    """How many are in the middle of a paper at the same time, at most."""
    return profile.starts * BURST * (profile.paper_seconds + 0.5 * profile.saves + 5)


def _constant(rate: float, seconds: float, what: str, at_once: float = 0.0, **more: Any) -> dict[str, Any]:
    # k6 takes whole arrivals only: so many in ten seconds.
    return {
        "executor": "constant-arrival-rate", "rate": max(1, round(10 * rate)), "timeUnit": "10s",
        "duration": f"{seconds:g}s", "exec": what, "gracefulStop": "60s", **_room(2 * rate + at_once), **more,
    }  # fmt: skip


def _ramping(waves: list[tuple[float, float]], what: str, profile: Profile) -> dict[str, Any]:
    stages: list[dict[str, Any]] = []
    for rate, seconds in waves:
        stages += [
            {"target": max(1, round(10 * rate)), "duration": "0s"},
            {"target": max(1, round(10 * rate)), "duration": f"{seconds:g}s"},
        ]
    return {
        "executor": "ramping-arrival-rate", "startRate": max(1, round(10 * waves[0][0])), "timeUnit": "10s", "stages": stages,
        "exec": what, "gracefulStop": "60s", **_room(_long(profile)),
    }  # fmt: skip


def _room(at_once: float) -> dict[str, int]:
    """Enough users before the run begins: one that must be made in the middle of it would drop an arrival."""
    users = round(at_once) + 50
    return {"preAllocatedVUs": users, "maxVUs": users}

"""The generator of overloads: arrivals keep their times, people behave as pages do, and what it notes is what was answered."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator
from time import time
from typing import Any

import pytest
from msgspec import structs

from bench.drill.people import Entry
from bench.lasthour.crush import Crush
from bench.lasthour.profiles import PROFILES, Profile, Step
from bench.points import points
from tests.unit.bench.fake import Contest, serve

PEOPLE = [f"hoithi_session=p{number}" for number in range(40)]
QUICK = structs.replace(PROFILES["x3"], saves=2, paper_seconds=0.03, patient=1.0, patience=2)
PLACE = "1700000000000.signed"


class Live(Contest):
    """Takes no rehearsed time; refuses the first `refuses` starts, each with a place."""

    def __init__(self, refuses: int = 0) -> None:
        super().__init__([(f"q{number}", ["A"]) for number in range(5)])
        self.people = {cookie.partition("=")[2]: {} for cookie in PEOPLE}
        self.refuses, self.places = refuses, list[str | None]()

    def answer(self, method: str, path: str, headers: dict[str, str], body: Any) -> tuple[int, Any, dict[str, str]]:
        assert "x-rehearsal-time" not in headers
        if path.endswith("/attempts"):
            self.places.append(headers.get("first-refused"))
            if len(self.places) <= self.refuses:
                return 503, {"type": "/problems/overloaded", "first_refused": PLACE}, {"Retry-After": "0"}
        if method == "GET":
            return 200, {}, {}
        return self._routed(method, path.split("/")[4:], round(time() * 1000), headers, body)


async def crush(contest: Contest, profile: Profile, people: list[str] = PEOPLE) -> AsyncIterator[Crush]:
    server, origin = await serve(contest)
    entry = Entry("s", "s/1", ["a", "b"], {"version": "1", "purposes": []}, "can-bo")
    made = Crush(origin, entry, people, profile)
    yield made
    made.close()
    server.close()


def counts(made: Crush, phase: str) -> dict[str, tuple[int, int, int]]:
    return {kind: (len(n.ok), len(n.told), n.bad) for (at, kind), n in made.noted.items() if at == phase}


async def test_so_many_arrive_in_each_phase_and_everybody_hands_in() -> None:
    contest = Live()
    async for made in crush(contest, QUICK):
        await made.steps(20, [Step("before", 0.5, 1), Step("over", 0.5, 3)])
        assert sum(counts(made, phase)["start"][0] for phase in ("before", "over")) == 10 + 30
        assert {counts(made, phase)[kind] for phase, kind in (("before", "register"), ("over", "register"))} == {
            (2, 0, 0), (6, 0, 0),
        }  # fmt: skip
        assert (counts(made, "before")["board"], counts(made, "over")["board"]) == ((5, 0, 0), (15, 0, 0))
        assert (made.dropped, made.unexpected) == (0, 0)
        assert {phase: len(late) for phase, late in made.late.items()} == {"before": 10 + 2 + 5, "over": 30 + 6 + 15}
        assert 0 < max(made.late["over"]) < 1000
    assert len(contest.attempts) == 40
    assert not contest.open


async def test_who_is_refused_comes_back_with_the_place_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = Live(refuses=1)
    async for made in crush(contest, QUICK, PEOPLE[:1]):
        monkeypatch.setattr(made, "_rest", _at_once)
        made.phase = "over"
        await made.paper()
        assert counts(made, "over")["start"] == (1, 1, 0)
        assert made.came_back == 1
    assert contest.places == [None, PLACE]
    assert len(contest.attempts) == 1


async def test_the_impatient_go_away_and_nobody_takes_two_papers_at_once() -> None:
    contest = Live(refuses=1)
    async for made in crush(contest, structs.replace(QUICK, patient=0.0), PEOPLE[:2]):
        # Two people, one refused: of twenty arrivals at one moment the others find nobody left to be.
        made.phase = "over"
        await asyncio.gather(*(made.paper() for _ in range(20)))
        assert counts(made, "over")["start"] == (1, 1, 0)
        assert made.dropped == 18
    assert len(contest.attempts) == 1


async def test_a_save_is_sent_again_until_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    contest = Live()
    contest.trouble = lambda served: {2: "503", 3: "lost"}.get(served)
    async for made in crush(contest, QUICK, PEOPLE[:1]):
        monkeypatch.setattr(made, "_rest", _at_once)
        made.phase = "over"
        await made.paper()
        assert counts(made, "over") == {"start": (1, 0, 0), "save": (2, 1, 1), "submit": (1, 0, 0)}
        assert made.unexpected == 0
    [paper] = contest.attempts
    assert len(paper["answers"]) == 5


async def _at_once(_: object) -> None:
    return


def test_points_are_of_all_that_was_noted() -> None:
    assert points(array("d", range(1, 101))) == {"p50": 51.0, "p90": 91.0, "p99": 100.0, "max": 100.0}
    assert points(array("d")) == {}

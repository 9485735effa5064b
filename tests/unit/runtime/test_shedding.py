"""Rule 8 in registration and stats: what gives way does so under pressure, never altogether, and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import re
from pathlib import Path

import pytest

from services.registration.api.entrance import NEWCOMERS
from services.runtime import pressure as pressures
from services.runtime.pressure import LEASTS, OnTheWay, Pressure, stalled_us
from services.runtime.problems import Problem
from services.runtime.shedding import STEER_EVERY, TOP, Shedding, Valve, Yielding
from services.stats.api import BOARDS

SOME = Yielding("some", "GET", re.compile("/some"), stalled=0.8, late=0.1, floor=20)


def under(stalled: float = 0.0, late: float = 0.0) -> Pressure:
    pressure = Pressure()
    pressure.stalled, pressure.late = stalled, late
    return pressure


def second(valve: Valve, begins: float, asked: int, pressure: Pressure) -> int:
    """How many of those who ask in this second are let through."""
    passed = 0
    for step in range(asked):
        passed += valve.passes(begins + step / asked)
        if step % (asked // 4) == 0:
            valve.steer(pressure)
    return passed


@pytest.mark.parametrize("pressure", [under(stalled=0.9), under(late=0.2)])
def test_under_pressure_less_and_less_is_let_through_and_never_less_than_the_floor(pressure: Pressure) -> None:
    valve = Valve(SOME)
    second(valve, -1.0, 400, under())
    passed = [second(valve, float(at), 400, pressure) for at in range(12)]
    assert passed[0] > passed[1] > passed[2]
    assert all(19 <= each <= 22 for each in passed[-3:]), passed


def test_a_process_that_steers_late_takes_what_passes_for_no_more_than_it_is() -> None:
    often, late = Valve(SOME), Valve(SOME)
    for valve, passed in ((often, 0.25), (late, 1.0)):
        for step in range(round(2 / passed)):
            for knock in range(round(100 * passed)):
                assert valve.passes(step * passed + knock / 100)
            valve.steer(under(), passed)
        valve.steer(under(stalled=1.0), passed)
    assert often.rate < 100
    assert late.rate < 100


def test_where_what_is_let_through_takes_long_less_is_let_through_until_it_does_not() -> None:
    """The machine may look idle: what is overloaded is the store."""
    valve = Valve(Yielding("some", "GET", re.compile("/some"), stalled=0.8, late=0.1, slow=0.3, floor=20))
    for took, at in ((0.02, 0.0), (0.7, 1.0), (0.7, 2.0), (0.7, 3.0), (0.7, 4.0)):
        passed = second(valve, at, 400, under())
        for _ in range(passed):
            valve.took(took)
    assert passed < 100
    for at in range(5, 20):
        passed = second(valve, float(at), 400, under())
        for _ in range(passed):
            valve.took(0.02)
    assert passed == 400


def test_without_pressure_everything_is_let_through_and_again_soon_after() -> None:
    valve = Valve(SOME)
    assert second(valve, 0.0, 400, under()) == 400
    for at in range(1, 12):
        second(valve, float(at), 400, under(stalled=1.0))
    passed = [second(valve, float(at), 400, under(stalled=0.3)) for at in range(12, 20)]
    assert passed[-1] == 400
    assert valve.rate <= TOP


def test_between_pressed_and_calm_nothing_changes() -> None:
    valve = Valve(SOME)
    second(valve, 0.0, 400, under(stalled=1.0))
    rate = valve.rate
    valve.steer(under(stalled=0.78))
    assert valve.rate == rate


async def test_a_refusal_says_when_to_come_again_and_other_requests_pass(tmp_path: Path) -> None:
    shedding = Shedding([SOME], tmp_path)
    shedding.valves[0].rate, shedding.valves[0]._tokens = 0.001, 0.0
    shedding.valves[0]._filled = asyncio.get_running_loop().time()
    with pytest.raises(Problem) as told:
        shedding.admit("GET", "/some")
    assert told.value.kind.status == 503
    assert told.value.retry_after
    for method, path in (("POST", "/some"), ("GET", "/some/thing"), ("GET", "/other")):
        shedding.admit(method, path)


async def test_the_gateway_is_told_which_part_is_too_much(tmp_path: Path) -> None:
    shedding = Shedding([SOME], tmp_path)
    shedding.valves[0].rate = 1.0
    for _ in range(100):
        with contextlib.suppress(Problem):
            shedding.admit("GET", "/some")
    running = asyncio.create_task(shedding.run())
    await asyncio.sleep(1.5 * STEER_EVERY)
    running.cancel()
    assert int((tmp_path / "refused-some").read_text(), 16) / 65536 > 0.5


@pytest.mark.parametrize(
    ("yielding", "path", "gives_way"),
    [
        (BOARDS, "/api/stats/v1/contests/bac-giang-2023", True),
        (BOARDS, "/api/stats/v1/contests/hue~tuan-1/units/so-y-te", True),
        (BOARDS, "/api/stats/v1/contests/bac-giang-2023/units.csv", True),
        (BOARDS, "/api/stats/v1/contests/bac-giang-2023/stream", False),
        (BOARDS, "/api/stats/v1/audit", False),
        (NEWCOMERS, "/api/registration/v1/series/bac-giang-2023/contestants", True),
        (NEWCOMERS, "/api/registration/v1/series/bac-giang-2023/contestants/1/exclusion", False),
        (NEWCOMERS, "/api/registration/v1/sessions", False),
    ],
)
def test_boards_and_registrations_give_way_and_nothing_else(yielding: Yielding, path: str, gives_way: bool) -> None:
    assert (yielding.pattern.fullmatch(path) is not None) == gives_way


def test_boards_give_way_before_registrations() -> None:
    assert BOARDS.stalled < NEWCOMERS.stalled


async def test_pressure_is_the_share_of_time_in_which_somebody_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressures, "EVERY", 0.01)
    file = tmp_path / "cpu"
    file.write_text("some avg10=0.00 avg60=0.00 avg300=0.00 total=1000\nfull avg10=0.00 total=7\n")
    assert stalled_us(file) == 1000
    pressure = Pressure(file)
    watching = asyncio.create_task(pressure.watch())
    began = asyncio.get_running_loop().time()
    # Each look brings the average 0.3 of the way nearer; how many looks a second has is the machine's affair.
    while (now := asyncio.get_running_loop().time()) < began + 1 or (pressure.stalled < 0.45 and now < began + 30):
        beside = tmp_path / "beside"
        beside.write_text(f"some avg10=0.00 total={1000 + int((now - began) * 600_000)}\n")
        beside.replace(file)
        await asyncio.sleep(0.005)
    watching.cancel()
    assert 0.4 < pressure.stalled < 0.8


async def test_where_nobody_counts_stalls_lateness_alone_is_known(tmp_path: Path) -> None:
    assert stalled_us(tmp_path / "nowhere") is None
    (tmp_path / "odd").write_text("nothing to read\n")
    assert stalled_us(tmp_path / "odd") is None
    pressure = Pressure(tmp_path / "nowhere")
    watching = asyncio.create_task(pressure.watch())
    await asyncio.sleep(STEER_EVERY)
    watching.cancel()
    assert pressure.stalled == 0


def test_what_is_late_on_the_way_is_told_from_clocks_that_are_apart() -> None:
    way = OnTheWay()
    assert way.late() == 0, "nobody came"
    for apart in (-0.03, 0.08):
        way = OnTheWay()
        for _ in range(10):
            for _ in range(50):
                way.note(apart + 0.002)
            assert way.late() == pytest.approx(0, abs=1e-9)
        for _ in range(50):
            way.note(apart + 0.302)
        assert way.late() == pytest.approx(0.3)


def test_a_clock_that_was_set_is_forgotten_soon() -> None:
    way = OnTheWay()
    way.note(-2.0)
    way.late()
    for look in range(LEASTS):
        way.note(0.001)
        late = way.late()
        assert (late > 1) == (look < LEASTS - 1)

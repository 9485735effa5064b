from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.limits import (
    BUDGET,
    CLASSROOMS,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    REGISTRATIONS_PER_ADDRESS,
    WINDOW,
    Failures,
    Meter,
    after_wrong_code,
)

NOON = datetime(2023, 9, 29, 12, tzinfo=UTC)
counts = st.integers(0, 10_000)


def test_rule_9_wrong_codes_slow_down_per_account() -> None:
    pauses = [after_wrong_code(Failures(n, n, n)).pause for n in range(1, 12)]
    assert pauses[:3] == [FIRST_PAUSE] * 3
    assert pauses[3:8] == [0.5, 1, 2, 4, 8]
    assert pauses[-1] == LONGEST_PAUSE


def test_rule_9_wrong_codes_slow_down_per_address_only_past_a_school() -> None:
    assert after_wrong_code(Failures(1, 60, 60)).pause == FIRST_PAUSE
    assert after_wrong_code(Failures(1, 60 + 80, 140)).pause == LONGEST_PAUSE


def test_rule_9_wrong_codes_of_everybody_draw_on_one_budget() -> None:
    assert not after_wrong_code(Failures(1, 1, BUDGET)).refused
    assert after_wrong_code(Failures(1, 1, BUDGET + 1)).refused


@given(counts, counts, counts, counts)
def test_more_wrong_codes_never_mean_a_shorter_pause(account: int, address: int, everyone: int, more: int) -> None:
    less_pause = after_wrong_code(Failures(account, address, everyone)).pause
    assert less_pause <= after_wrong_code(Failures(account + more, address + more, everyone)).pause <= LONGEST_PAUSE


def test_twenty_classes_register_behind_one_router_within_ten_minutes() -> None:
    meter = Meter(REGISTRATIONS_PER_ADDRESS)
    for pupil in range(CLASSROOMS):
        now = NOON + timedelta(seconds=600 * pupil / CLASSROOMS)
        assert not meter.is_full("router", now)
        meter.add("router", now)


def test_an_address_that_registers_for_ever_is_stopped_and_recovers() -> None:
    meter = Meter(10)
    for _ in range(10):
        meter.add("flood", NOON)
    assert meter.is_full("flood", NOON)
    assert not meter.is_full("somebody else", NOON)
    assert not meter.is_full("flood", NOON + 2 * WINDOW)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3600)), max_size=80))
def test_a_meter_never_forgets_what_fell_into_the_current_window(calls: list[tuple[str, int]]) -> None:
    meter = Meter(5, room=2)
    newest = NOON
    for key, second in calls:
        newest = max(newest, NOON + timedelta(seconds=second))
        meter.add(key, newest)
    start = newest.timestamp() // WINDOW.total_seconds()
    for key in "abc":
        times = [0.0]
        top = NOON
        for each, second in calls:
            top = max(top, NOON + timedelta(seconds=second))
            if each == key:
                times.append(top.timestamp())
        if sum(time // WINDOW.total_seconds() == start for time in times) >= 5:
            assert meter.is_full(key, newest)

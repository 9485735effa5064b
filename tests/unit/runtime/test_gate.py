"""Rule 8: of newcomers the gateway refuses what the service would refuse, and not more."""

from __future__ import annotations

import errno
import time
from pathlib import Path
from random import Random

import pytest

from services.runtime import gate as gates
from services.runtime.gate import LEAST, Gate
from services.runtime.metrics import METRICS


def part(folder: Path) -> float:
    """What the gateway refuses."""
    return int((folder / "refused-some").read_text(), 16) / 65536


class Steered:
    """Newcomers before a gateway, each asked of one of the services behind it, which let in so many a second between them."""

    def __init__(self, folder: Path, services: int = 1) -> None:
        self.folder, self.gates, self.random = folder, [Gate(folder, "some") for _ in range(services)], Random(5)
        self.room = [0.0] * services

    def second(self, come: int, let_in: int) -> tuple[int, int, int]:
        """(let in, refused by services, refused by the gateway)"""
        told = [0, 0, 0]
        for _ in range(4):
            shut = part(self.folder) if (self.folder / "refused-some").exists() else 0.0
            each = let_in / 4 / len(self.gates)
            self.room = [min(room + each, 2 * each) for room in self.room]
            for n in range(come // 4):
                if self.random.random() < shut:
                    told[2] += 1
                    continue
                asked = n % len(self.gates)
                refused = self.room[asked] < 1
                self.room[asked] -= not refused
                self.gates[asked].count()
                told[refused] += 1
            for gate in self.gates:
                gate.steer(let_in / len(self.gates), 0.25)
        return told[0], told[1], told[2]


@pytest.mark.parametrize("services", [1, 2, 4])
@pytest.mark.parametrize("times", [3, 10])
def test_nearly_all_that_is_too_much_is_refused_before_it_comes_and_what_can_be_let_in_is(
    tmp_path: Path, times: int, services: int
) -> None:
    crowd = Steered(tmp_path, services)
    for _ in range(4):
        crowd.second(times * 200, 200)
    seconds = [crowd.second(times * 200, 200) for _ in range(20)]
    let_in, late, at_once = (sum(told[place] for told in seconds) / 20 for place in range(3))
    assert let_in > 0.9 * 200
    assert late < 0.25 * 200
    assert at_once > 0.85 * (times - 1) * 200


def test_in_the_first_second_of_a_crowd_most_is_refused_before_it_comes(tmp_path: Path) -> None:
    crowd = Steered(tmp_path)
    crowd.second(100, 200)
    _, late, at_once = crowd.second(2000, 200)
    assert at_once > late


def test_when_the_crowd_is_gone_all_come_through_within_seconds(tmp_path: Path) -> None:
    crowd = Steered(tmp_path)
    for _ in range(10):
        crowd.second(4000, 100)
    assert part(tmp_path) > 0.95
    for _ in range(6):
        crowd.second(40, 100)
    assert part(tmp_path) == 0
    assert crowd.second(100, 200) == (100, 0, 0)


def test_some_always_come_through_and_where_nobody_comes_it_opens_by_itself(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "some")
    for _ in range(4):
        for _ in range(100):
            gate.count()
        gate.steer(0.0, 0.25)
    assert part(tmp_path) == pytest.approx(1 - LEAST)
    assert gate.refuses == METRICS.gateway_refuses.labels("some")._value.get() == pytest.approx(1 - LEAST)
    while gate.refuses:
        gate.steer(20.0, 0.25)
    assert part(tmp_path) == 0
    assert METRICS.gateway_refuses.labels("some")._value.get() == 0


def test_what_a_process_that_was_killed_left_shut_its_successor_opens(tmp_path: Path) -> None:
    (tmp_path / "refused-some").write_text("ff00")
    gate = Gate(tmp_path, "some")
    for _ in range(2):
        gate.steer(20.0, 0.25)
    assert part(tmp_path) == 0


def test_of_two_processes_one_steers_for_both_until_it_is_gone(tmp_path: Path) -> None:
    busy, idle = Gate(tmp_path, "some"), Gate(tmp_path, "some")
    for _ in range(6):
        for _ in range(100):
            busy.count()
        busy.steer(20.0, 0.25)
        idle.steer(20.0, 0.25)
        assert part(tmp_path) > 0.5, "nobody came to the idle one, which says nothing of the other"
        assert idle.refuses == part(tmp_path)
        time.sleep(0.02)  # a file's time is counted in steps of some milliseconds
    for _ in range(2):
        idle.steer(20.0, 0.25)
    assert part(tmp_path) == 0


@pytest.mark.parametrize("content", ["", "half", "\xff"])
def test_what_cannot_be_read_keeps_nobody_out_and_is_mended(tmp_path: Path, content: str) -> None:
    (tmp_path / "refused-some").write_text(content)
    gate = Gate(tmp_path, "some")
    gate.steer(20.0, 0.25)
    assert part(tmp_path) == 0


def test_a_full_disk_keeps_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(tmp_path, "some")
    for _ in range(100):
        gate.count()
    gate.steer(20.0, 0.25)
    assert part(tmp_path) > 0.5

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(gates, "replace_whole", full)
    gate.count()
    gate.steer(20.0, 0.25)
    assert not (tmp_path / "refused-some").exists()


def test_where_all_come_through_the_file_is_left_alone(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "some")
    gate.steer(20.0, 0.25)
    written = (tmp_path / "refused-some").stat().st_mtime_ns
    for _ in range(5):
        gate.count()
        gate.steer(20.0, 0.25)
    assert (tmp_path / "refused-some").stat().st_mtime_ns == written

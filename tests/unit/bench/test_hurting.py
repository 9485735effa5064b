"""The tools of a drill do what they say: links, small disks, clocks, and the choice of faults."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bench.drill.clocks import Clocks, library
from bench.drill.disk import NoSmallDisk, SmallDisk
from bench.drill.faults import catalogue, chosen
from bench.drill.links import Links
from bench.drill.report import Drill, collect, read
from bench.drill.rounds import Round, deck, healed
from deploy.local.processes import free_port, wait_until

SERVICES = ["registration-1", "quiz-1", "quiz-2", "scoring-1", "stats-1", "board-1"]


class Echo:
    """A server that sends back what it gets."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            while data := connection.recv(100):
                connection.sendall(data)
        except OSError:
            pass
        connection.close()

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def linked() -> Iterator[tuple[Links, int]]:
    """Links with one called `store`, and the port it listens on."""
    echo, links, port = Echo(), Links(), free_port()
    links.to_port("store", port, echo.port)
    yield links, port
    links.close()
    echo.close()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=2)


def asked(connection: socket.socket, what: bytes = b"?") -> bytes:
    connection.sendall(what)
    return connection.recv(100)


def test_a_link_passes_on_what_comes_both_ways(linked: tuple[Links, int]) -> None:
    with connect(linked[1]) as connection:
        assert asked(connection, b"xin chao") == b"xin chao"


def test_a_link_that_is_cut_ends_its_connections_and_takes_new_ones(linked: tuple[Links, int]) -> None:
    links, port = linked
    with connect(port) as connection:
        asked(connection)
        links.cut("store", shut=False)
        with pytest.raises(ConnectionError):  # noqa: PT012 (it ends at the first or the second)
            assert asked(connection) == b""
            raise ConnectionResetError
    with connect(port) as connection:
        assert asked(connection) == b"?"


def test_a_link_that_is_shut_answers_nobody_until_it_heals(linked: tuple[Links, int]) -> None:
    links, port = linked
    links.cut("store", shut=True)
    with pytest.raises(ConnectionError), connect(port) as connection:  # noqa: PT012
        assert asked(connection) == b""
        raise ConnectionResetError
    links.heal()
    with connect(port) as connection:
        assert asked(connection) == b"?"


def test_a_slow_link_takes_longer_by_what_it_was_told(linked: tuple[Links, int]) -> None:
    links, port = linked
    with connect(port) as connection:
        asked(connection)
        links.slow("store", 0.15)
        began = time.monotonic()
        asked(connection)
        assert time.monotonic() - began >= 0.3, "there and back"


def test_a_link_that_swallows_keeps_its_connections_and_gives_all_back_when_it_heals(linked: tuple[Links, int]) -> None:
    links, port = linked
    with connect(port) as connection:
        asked(connection)
        links.swallow("store")
        connection.settimeout(0.4)
        with pytest.raises(TimeoutError):
            asked(connection, b"late")
        links.heal()
        connection.settimeout(2)
        assert connection.recv(100) == b"late"


def small() -> SmallDisk | str:
    try:
        return SmallDisk.make(8)
    except NoSmallDisk as fault:
        return str(fault)


def test_a_small_disk_is_full_when_it_is_full_and_has_room_again() -> None:
    disk = small()
    if isinstance(disk, str):
        assert disk, "a machine that lets nobody mount says why, and the drill leaves full disks out"
        return
    (disk.path / "before").write_bytes(b"x" * 1000)
    disk.fill()
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        (disk.path / "more").write_bytes(b"x" * 100_000)
    assert (disk.path / "before").read_bytes() == b"x" * 1000
    disk.free()
    (disk.path / "more").write_bytes(b"x" * 100_000)
    path = disk.path
    disk.close()
    assert not path.exists()


def test_a_clock_is_stepped_back_and_forth_while_its_process_runs_and_its_monotonic_clock_is_not(
    tmp_path: Path,
) -> None:
    shim = library()
    assert shim is not None, "the wheel of libfaketime is in the lock"
    clocks = Clocks(tmp_path, shim)
    script = "import time\nwhile True: print(time.time(), time.monotonic(), flush=True); time.sleep(0.1)"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, **clocks.environment("one")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout

    def shown(step: float) -> bool:
        wall, monotonic = map(float, said.readline().split())
        assert abs(monotonic - time.monotonic()) < 1.5
        return abs(wall - time.time() - step) < 0.9

    try:
        for step in (0.0, 2.0, -2.0, 0.0):
            clocks.step("one", step)
            assert wait_until(lambda step=step: shown(step), 30), step  # type: ignore[misc]
    finally:
        process.kill()
        process.wait()
        said.close()


def test_every_process_and_store_can_be_killed_and_frozen_and_every_kind_has_a_target() -> None:
    faults = catalogue(SERVICES)
    for kind in ("kill", "freeze"):
        assert {fault.target for fault in faults if fault.kind == kind} == {*SERVICES, "kafka", "postgres", "caddy"}
    kinds = {fault.kind for fault in faults}
    assert kinds >= {
        "kill-leader", "freeze-leader", "immediate-stop", "cut", "refuse", "slow", "swallow", "disk-full", "clock-step",
        "kafka-down", "rolling-restart",
    }  # fmt: skip


def test_faults_are_chosen_by_kind_or_by_target_and_a_name_that_fits_none_is_told() -> None:
    assert {fault.name for fault in chosen(SERVICES, ["immediate-stop", "quiz-2"])} == {
        "immediate-stop postgres", "kill quiz-2", "freeze quiz-2", "clock-step quiz-2",
    }  # fmt: skip
    assert len(chosen(SERVICES, ["all"])) == len(catalogue(SERVICES))
    with pytest.raises(ValueError, match="no fault is called sabotage"):
        chosen(SERVICES, ["kill", "sabotage"])


def test_the_same_seed_gives_the_same_order_and_each_fault_comes_once_before_any_comes_again() -> None:
    faults = catalogue(SERVICES)
    orders = [
        [next(order) for _ in faults]
        for order in (deck(faults, Random(7)), deck(faults, Random(7)), deck(faults, Random(8)))
    ]
    assert (
        [fault.name for fault in orders[0]]
        == [fault.name for fault in orders[1]]
        != [fault.name for fault in orders[2]]
    )
    assert {fault.name for fault in orders[0]} == {fault.name for fault in faults}


def test_a_drill_that_breaks_leaves_the_rounds_before_in_its_report(tmp_path: Path) -> None:
    def rounds() -> Iterator[Round]:
        yield Round(11, 45, 20, 900, {"save": 700}, 4, 2, [], {}, 3.5, [])
        raise OSError("the machine is gone")

    drill = Drill("drill", "2 cores", ["hoithi drill all"], {})
    with pytest.raises(OSError, match="gone"):
        collect(drill, rounds(), tmp_path)
    left = read("drill", tmp_path)
    assert left is not None
    assert [each.seed for each in left.rounds] == [11]
    assert "Nothing was wrong" in (tmp_path / "drill.md").read_text()


class Ailing:
    """A stack whose processes come back one after another, as often as it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = [*answers]

    def unwell(self) -> list[str]:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def test_who_did_not_come_back_in_time_is_named() -> None:
    seconds, unwell = healed(Ailing(["quiz-1", "scoring-1"], ["scoring-1"]), within=3)  # type: ignore[arg-type]
    assert (seconds, unwell) == (None, ["scoring-1"])
    seconds, unwell = healed(Ailing(["scoring-1"], [], ["scoring-1"], [], []), within=10)  # type: ignore[arg-type]
    assert seconds is not None
    assert 0.5 < seconds < 5, "said once only that all were well, it counts from the last time"
    assert unwell == []

"""Who owns a stack's folder, and what a killed supervisor leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from deploy.local import processes, secrets
from deploy.local.layout import Layout
from deploy.local.paths import ROOT
from deploy.local.processes import CannotStart, alive, began, end, free_port, spawn
from deploy.local.stack import Stack
from deploy.local.state import Claim, clear_leftovers, is_held, read_state, write_state
from services.runtime.tokens import Tokens

HOLDER = """
import sys, time
from pathlib import Path
from deploy.local.state import Claim
claim = Claim(Path(sys.argv[1]))
claim.take()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "stack", free_port())


def test_a_second_supervisor_is_told_that_one_runs(layout: Layout) -> None:
    first = Claim(layout.folder)
    first.take()
    write_state(layout.folder, {"ready": True, "origin": layout.origin, "pids": {}})
    with pytest.raises(CannotStart, match=f"running already at {layout.origin}.*hoithi down"):
        Stack(layout).start()
    assert is_held(layout.folder)
    first.drop()
    assert not is_held(layout.folder)


def test_a_start_that_is_refused_leaves_what_the_running_stack_says_of_itself(layout: Layout) -> None:
    running = Claim(layout.folder)
    running.take()
    write_state(layout.folder, {"ready": True, "origin": layout.origin, "pids": {}})
    refused = Stack(layout)
    with pytest.raises(CannotStart, match="running already"):
        refused.start()
    refused.stop()
    assert read_state(layout.folder) is not None
    running.drop()


def test_a_lock_dies_with_its_process_however_it_ends(layout: Layout) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(layout.folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert is_held(layout.folder)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    Claim(layout.folder).take()


def test_what_a_killed_supervisor_left_is_ended_but_nobody_elses_process(layout: Layout, tmp_path: Path) -> None:
    layout.folder.mkdir()
    left = spawn([sys.executable, "-c", "import time; time.sleep(60)  # services.quiz"], tmp_path / "log")
    foreign = spawn([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log")
    write_state(layout.folder, {"ready": True, "pids": {"quiz-1": left.pid, "scoring-1": foreign.pid}})
    assert clear_leftovers(layout.folder) == ["quiz-1"]
    assert not alive(left.pid)
    assert alive(foreign.pid)
    assert read_state(layout.folder) is None
    end(foreign.pid)


def test_a_child_that_ignores_sigterm_is_killed_with_its_whole_group(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "pid = os.fork(); os.write(1, b'%d\\n' % (pid or os.getpid())); time.sleep(60)"
    )
    log = tmp_path / "log"
    parent = spawn([sys.executable, "-c", script], log)
    while len(log.read_text().split()) < 2:
        time.sleep(0.02)
    end(parent.pid, patience=0.3)
    assert [pid for pid in map(int, log.read_text().split()) if alive(pid)] == []


@pytest.mark.parametrize("how", ["never ready", "interrupted"])
def test_a_process_that_is_not_waited_for_to_its_end_does_not_stay_behind(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STARTS_WITHIN", 0.1)
    process = spawn(["sleep", "60"], tmp_path / "log")

    def ready() -> bool:
        if how == "interrupted":
            raise KeyboardInterrupt
        return False

    if how == "interrupted":
        with pytest.raises(KeyboardInterrupt):
            began(process, ready)
    else:
        assert not began(process, ready)
    assert not alive(process.pid)


def test_a_taken_port_is_named_with_the_way_out(layout: Layout) -> None:
    import socket

    with (
        socket.create_server(("127.0.0.1", layout.port)),
        pytest.raises(CannotStart, match=f"Port {layout.port} .*--port"),
    ):
        Stack(layout).start()
    assert not is_held(layout.folder)


def test_a_full_disk_is_refused_before_anything_starts(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(10, 9, 5 << 20)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(CannotStart, match="Only 5 MB are free"):
        Stack(layout).start()


def test_a_rehearsal_and_a_real_contest_never_share_a_folder(layout: Layout) -> None:
    secrets.make(layout.folder / "secrets", rehearsal=True)
    with pytest.raises(CannotStart, match="holds the data of a rehearsal"):
        Stack(layout).start()


def test_a_missing_download_says_to_connect_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deploy.local import kafka

    monkeypatch.setattr(kafka, "CACHE", tmp_path)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: (_ for _ in ()).throw(OSError("no network")))
    with pytest.raises(CannotStart, match="Connect to the network once"):
        kafka.classpath()


def test_keys_are_made_once_and_each_signs_only_for_its_own_audience(tmp_path: Path) -> None:
    secrets.make(tmp_path, rehearsal=False)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    secrets.make(tmp_path, rehearsal=False)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert "rehearsal.key" not in before
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.iterdir())
    trusted = json.loads(before["trusted.json"])
    assert {kid: entry["may"] for kid, entry in trusted.items()} == {
        "registration-1": ["session", "staff"], "quiz-1": ["attempt", "receipt"], "ops-1": ["machine"],
    }  # fmt: skip
    assert list(Tokens.load(tmp_path, "quiz").public_keys("receipt")) == ["quiz-1"]


def test_a_port_of_the_last_time_that_another_stack_was_given_meanwhile_is_not_taken(layout: Layout) -> None:
    layout.folder.mkdir()
    stack = Stack(layout)
    stack._choose_ports()
    taken, others = stack.ports.pop("kafka"), dict(stack.ports)
    script = (
        f"import sys; from deploy.local.processes import claim; print(claim({taken}), flush=True); sys.stdin.read()"
    )
    os.close(processes._CLAIMS.pop(taken))
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        again = Stack(layout)
        again._choose_ports()
        other.communicate("")
    assert again.ports["kafka"] != taken
    assert {name: again.ports[name] for name in others} == others


def test_no_two_processes_are_given_the_same_port(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = (31_900, 31_960)
    monkeypatch.setattr(processes, "UNCLAIMED", narrow)
    script = (
        "import sys; from deploy.local import processes; processes.UNCLAIMED = "
        f"{narrow}; print([processes.free_port() for _ in range(15)], flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-c", script]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        theirs = json.loads(other.stdout.readline())
        ours = [free_port() for _ in range(15)]
        other.communicate("")
    assert len({*theirs, *ours}) == 30

"""The command line as a person meets it, without a stack."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.identity import identity
from bench.plan import build as plan_of
from bench.running import bearer
from deploy.local import secrets
from deploy.local.paths import ROOT
from services.cli import __main__ as command_line
from services.cli.__main__ import COMMANDS, build
from services.cli.client import ROLES
from services.cli.guest import guest
from services.cli.terminal import Failure
from services.folder import read_folder
from services.runtime.tokens import BadToken, Tokens


def hoithi(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *words], capture_output=True, text=True, check=False,
        env={"HOITHI_STATE": str(state), "PATH": "", "HOME": str(state)},
    )  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_of_the_table_exists_and_explains_itself(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    build()([*words.split(), "--help"], exit_on_error=False)
    assert "Usage" in capsys.readouterr().out


def test_status_where_nothing_runs_answers_json_and_leaves_with_3(tmp_path: Path) -> None:
    ran = hoithi(tmp_path, "status", "--json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout)["running"] is False


@pytest.mark.parametrize("words", [("audit",), ("topics",), ("republish", "quiz"), ("dead-letters", "list")])
def test_what_needs_a_stack_says_how_to_start_one(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = hoithi(tmp_path, *words)
    assert ran.returncode == 3
    assert "hoithi up" in ran.stderr
    assert ran.stdout == ""


def test_check_reports_every_fault_on_standard_error_and_leaves_with_1(tmp_path: Path) -> None:
    (tmp_path / "contest.yaml").write_text("id: x\nopens: 2026-02-30\n")
    ran = hoithi(tmp_path, "contest", "check", str(tmp_path))
    assert ran.returncode == 1
    assert "contest.yaml:2" in ran.stderr
    assert "questions.yaml" in ran.stderr


def test_down_where_nothing_runs_is_no_error(tmp_path: Path) -> None:
    ran = hoithi(tmp_path, "down")
    assert (ran.returncode, ran.stdout.strip()) == (0, "Nothing was running.")


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan"])
def test_a_speed_that_is_none_is_refused(speed: str) -> None:
    from services.cli.replay import _factor

    with pytest.raises(Failure, match="--speed"):
        _factor(speed)


def test_a_contest_is_not_replayed_with_other_people_over_the_first_ones(tmp_path: Path) -> None:
    from services.cli.replay import _same_people

    for _ in range(2):
        _same_people(tmp_path, "c", {"scale": 0.1, "seed": 1})
    _same_people(tmp_path, "d", {"scale": 0.2, "seed": 1})
    with pytest.raises(Failure, match=r"--scale 0\.1 --seed 1.*--fresh"):
        _same_people(tmp_path, "c", {"scale": 0.2, "seed": 1})


@pytest.mark.parametrize(
    "words",
    [("up", "--port", "99999"), ("up", "--port", "0"), ("up", "--replicas", "0"), ("up", "--replicas", "13"),
     ("demo", "--port", "70000"), ("demo", "--scale", "0"), ("replay", "contests/bac-giang-2023", "--replicas", "0"),
     ("replay", "contests/bac-giang-2023", "--contest", "a b"), ("replay", "contests/bac-giang-2023", "--contest", "")],
    ids=" ".join,
)  # fmt: skip
def test_an_option_that_cannot_work_is_refused_before_anything_starts(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = hoithi(tmp_path, *words)
    assert ran.returncode == 1
    assert words[-2] in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [("audit", "--wat"), ("frobnicate",), ("staff", "invite", "--role", "king")], ids=" ".join
)
def test_a_command_written_wrongly_never_leaves_with_the_code_of_an_audit_that_is_not_settled(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    ran = hoithi(tmp_path, *words)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert words[-1] in ran.stderr


def test_the_help_says_what_the_exit_codes_mean(tmp_path: Path) -> None:
    said = " ".join(hoithi(tmp_path, "--help").stdout.split())
    for meaning in ("0 all well", "1 something is wrong", "2 not settled", "3 nothing runs"):
        assert meaning in said


def test_a_disk_that_fills_up_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/data/main/state.new")

    monkeypatch.setattr(command_line, "build", full)
    with pytest.raises(SystemExit) as left:
        command_line.main()
    assert left.value.code == 1
    assert "/data/main/state.new" in (said := capsys.readouterr().err)
    assert "make room" in said


def test_the_machines_token_is_signed_by_operations_for_an_hour_and_for_nothing_else(tmp_path: Path) -> None:
    secrets.make(tmp_path, rehearsal=False)
    token = bearer(tmp_path, *ROLES)["authorization"].removeprefix("Bearer ")
    anybody, now = Tokens.load(tmp_path, "quiz"), datetime.now(UTC)
    claims = anybody.verify(token, "machine", now)
    assert set(claims["roles"]) == {"operator", "organiser", "auditor"}
    for audience in ("session", "staff", "attempt"):
        with pytest.raises(BadToken):
            anybody.verify(token, audience, now)
    with pytest.raises(BadToken):
        anybody.verify(token, "machine", now + timedelta(hours=1, seconds=1))


def test_a_visitor_of_the_demo_signs_in_as_a_grown_up_who_had_registered_by_then() -> None:
    folder, plan, shift = read_folder(ROOT / "contests" / "bac-giang-2023"), plan_of(0.01), timedelta(days=1000)
    asked: list[dict[str, str]] = []

    class Registration:
        def post(self, path: str, body: dict[str, str]) -> dict[str, str]:
            asked.append(body)
            return {"number": "12345678"}

    until = datetime(2023, 9, 5, tzinfo=UTC)
    found = guest(Registration(), folder, plan, shift, until + shift)  # type: ignore[arg-type]
    assert found is not None
    everybody = [identity("bg-thads-2023|2023|0.01", n, who) for n, who in enumerate(plan.people.category)]
    [person] = [n for n, who in enumerate(everybody) if who.phone == asked[0]["login"]]
    assert (found.code, found.number) == (everybody[person].code, "12345678")
    assert plan.people.category[person] != "hoc-sinh"
    assert plan.people.registers_ms[person] < until.timestamp() * 1000
    assert guest(Registration(), folder, plan, shift, datetime(2023, 8, 1, tzinfo=UTC) + shift) is None  # type: ignore[arg-type]

"""`hoithi replay`: a month of a real contest through a rehearsal stack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from bench.page import write
from bench.progress import Options
from bench.report import Report
from bench.running import rehearsal
from deploy.local.ending import orderly
from deploy.local.state import is_held
from services.cli import place
from services.cli.client import Client
from services.cli.contest import send
from services.cli.playing import planned, play, table
from services.cli.terminal import DIFFERENT, OK, Failure, answer_json, out, say
from services.cli.up import forget
from services.folder import ContestFolder, read_folder
from services.folder.values import SLUG

Speed = Annotated[str, Parameter(help="`max`, or seconds of the contest per real second.")]
Name = Annotated[str | None, Parameter(help="File name in bench/reports/; `none` writes no report.")]


def replay(
    folder: Path, *, scale: float = 0.1, speed: Speed = "max", contest: str | None = None, seed: int = 2023, report: Name = None,
    replicas: place.Replicas = 1, port: place.Port = None, lanes: int = 192, fresh: bool = False, json: bool = False,
) -> int:  # fmt: skip
    """Play a contest's month over HTTP, close it, audit, and report. Starts a rehearsal stack if none is up, and stops it.

    --contest plays it under another id, beside what was played before. --fresh forgets earlier replays first.
    Exit code 0: every total and every day exact, and the audit clean.
    """
    found, plan, options = (
        _named(read_folder(folder), contest),
        planned(scale, seed),
        Options(_factor(speed), lanes=lanes),
    )
    layout = place.layout(True, port, replicas)
    if fresh:
        _forget(layout.folder)
    _same_people(layout.folder, found.rules[0].id, {"scale": scale, "seed": seed})
    with orderly(), rehearsal(layout, say) as target:
        send(Client(target.origin, layout.folder / "secrets"), found)
        played = play(report or f"{found.rules[0].id}-x{scale:g}", target, found, plan, options, layout.folder)
    if report != "none":
        say(f"report: {write(played)}")
    return _answer(played, json)


def _answer(played: Report, json: bool) -> int:
    if json:
        answer_json(played)
    else:
        out.print(table(played))
        out.print("\n".join(played.differences[:40]) or "Every figure is exact.", markup=False)
        out.print(
            "The audit is clean." if played.audit.clean else "The audit is NOT clean: `hoithi audit --rehearsal`."
        )
    return OK if played.exact and played.audit.clean else DIFFERENT


def _factor(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        factor = float(speed)
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        raise Failure(f"--speed {speed}: give `max` or a number above 0, such as 600 for a month in 72 minutes.")
    return factor


def _named(folder: ContestFolder, contest: str | None) -> ContestFolder:
    """The same contest under another id, a series of its own: its people and papers are others."""
    if contest is None:
        return folder
    if not SLUG.fullmatch(contest):
        raise Failure(f"--contest {contest}: use small letters without marks, digits, '-' and '_' (at most 64).")
    rules = tuple(msgspec.structs.replace(rules, id=contest, series_id=contest) for rules in folder.rules[:1])
    return msgspec.structs.replace(folder, rules=rules)


def _same_people(folder: Path, contest: str, asked: dict[str, float]) -> None:
    """A replay may be repeated; one with other people in the same, closed contest could only differ from its plan."""
    file = folder / "replayed.json"
    played: dict[str, dict[str, float]] = msgspec.json.decode(file.read_bytes()) if file.exists() else {}
    before = played.setdefault(contest, asked)
    if before != asked:
        raise Failure(
            f"{contest} was replayed here with --scale {before['scale']:g} --seed {before['seed']:g}. Add --fresh to forget that, or "
            "--contest ID to play beside it."
        )
    folder.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.json.encode(played))


def _forget(folder: Path) -> None:
    if is_held(folder):
        raise Failure("A rehearsal stack is up; stop it with `hoithi down --rehearsal --wipe`, or leave out --fresh.")
    forget(folder)

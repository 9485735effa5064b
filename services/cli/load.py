"""`hoithi load`: open loads on a stack of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import uvloop

from bench import guessed, viewing
from bench.cores import confine, halves, stay
from bench.guessing import GUESSERS, Guessing
from bench.keeping import keep
from bench.lasthour.profiles import PROFILES
from bench.lasthour.report import Load, faults, markdown, write
from bench.lasthour.run import play
from bench.page import REPORTS
from bench.running import rehearsal
from bench.target import Target
from bench.viewing import Viewing, watch
from deploy.local import ending
from deploy.local.layout import Layout
from deploy.local.paths import ROOT
from deploy.local.stack import Stack
from services.cli import place
from services.cli.audit import examine
from services.cli.client import Client
from services.cli.contest import send
from services.cli.drill import machine
from services.cli.terminal import DIFFERENT, OK, answer_json, out, say
from services.cli.up import forget
from services.folder import ContestFolder, read_folder

Name = Literal["province", "gov-uk", "x3", "x10"]
Scene = Literal["one-one", "one-many", "all-one", "all-many"]


def last_hour(
    profile: Name = "province", *, folder: Path = ROOT / "contests" / "bac-giang-2023", replicas: place.Replicas = 1,
    apart: bool = False, port: place.Port = None, report: str | None = None, json: bool = False,
) -> int:  # fmt: skip
    """People register, sign in, start, save choice by choice and hand in, through Caddy, by an open model (k6).

    PROFILE: `province` (the extreme model's last hour times three, with 200 viewers and the deadline inside), `gov-uk` (60
    registrations, 60 starts and 60 submissions a second), `x3` and `x10` (of what this machine carries, which is found out
    first). --apart gives the gateway and the generator one half of the cores and everything else the other half, as if each
    had a machine of its own. Fails on a dropped arrival, a refused submission, or an audit that is not clean. Writes
    bench/reports/.
    """
    chosen = PROFILES[profile]
    outer, inner = halves() if apart else (None, None)
    asked = place.layout(True, port, replicas)
    layout = Layout(asked.folder.parent / "load", asked.port, replicas=asked.replicas, log_level="WARNING")
    contest = read_folder(folder)
    forget(layout.folder)
    with ending.orderly():
        stack = Stack(layout, say)
        try:
            if inner:
                stay(inner)
            stack.start()
            if outer:
                confine(stack.pids["caddy"], outer)
                stay(outer)
            say(f"playing {profile}")
            run = play(stack, contest, chosen)
            verdict = examine(Client(layout.origin, stack.secrets_dir), layout.folder, 60)
        finally:
            stack.stop()
    name = f"last-hour-{profile}" + ("-apart" if apart else "")
    command = f"hoithi load last-hour {profile}" + (f" --replicas {replicas}" if replicas > 1 else "")
    command += " --apart" if apart else ""
    said = "The audit is clean." if verdict.clean else "The audit is NOT clean."
    load = Load(report or name, command, machine(), run, said, faults(run, verdict.clean))
    if report != "none":
        say(f"report: {write(load, REPORTS)}")
    forget(layout.folder)
    if json:
        answer_json(load)
    else:
        out.print(markdown(load), markup=False)
    return DIFFERENT if load.failed else OK


@contextlib.contextmanager
def _rehearsed(
    contest: ContestFolder, port: place.Port, replicas: place.Replicas = 1
) -> Iterator[tuple[Target, Layout]]:
    """A rehearsal with the contest on it, of which nothing is left afterwards."""
    asked = place.layout(True, port, replicas)
    layout = Layout(asked.folder.parent / "load", asked.port, True, asked.replicas, log_level="WARNING")
    forget(layout.folder)
    with ending.orderly():
        try:
            with rehearsal(layout, say) as target:
                send(Client(target.origin, layout.folder / "secrets"), contest)
                yield target, layout
        finally:
            forget(layout.folder)


def viewers(
    count: int = 9_000, *, seconds: float = 30, folder: Path = ROOT / "contests" / "bac-giang-2023",
    replicas: place.Replicas = 1, port: place.Port = None, report: str = "viewers",
) -> int:  # fmt: skip
    """Hold COUNT streams of totals open while the numbers move, and say what that costs.

    A process here may hold so many descriptors (`ulimit -n`), and Caddy needs two for each viewer. One process of stats takes 9,000.
    """
    contest = read_folder(folder)
    with _rehearsed(contest, port, replicas) as (target, _):
        seen, quiet, watched = ending.run(watch(target, contest, count, seconds))
    command = f"hoithi load viewers {count} --seconds {seconds:g}" + (f" --replicas {replicas}" if replicas > 1 else "")
    made = Viewing(
        command, machine(), f"{datetime.now(UTC):%Y-%m-%d}", count, seconds, seen, viewing.shares(quiet, watched),
        {"quiet": quiet.latency, "watched": watched.latency},
    )  # fmt: skip
    if report != "none":
        say(f"report: {keep(made, report, viewing.markdown(made), REPORTS)}")
    out.print(viewing.markdown(made), markup=False)
    return OK if seen.viewers == count and not seen.broken else DIFFERENT


def guesses(
    scene: Scene, count: int = 1_000_000, *, seconds: float = 3600, guessers: int = GUESSERS,
    folder: Path = ROOT / "contests" / "bac-giang-2023", port: place.Port = None, report: str = "guessing",
) -> int:  # fmt: skip
    """Guess COUNT entry codes, for SECONDS at most, while owners with the right code sign in.

    SCENE: `one-one` (one account, from one address), `one-many`, `all-one`, `all-many`. A report of the same name is added to, so a
    million can be made in parts, each on a fresh stack; `none` writes none. Fails where a guess was right or an owner was refused.
    """
    contest = read_folder(folder)
    with _rehearsed(contest, port) as (target, layout):
        guessing = Guessing(target, contest, place.superuser(layout.folder), scene, guessers)
        run = ending.run(guessing.play(count, seconds), uvloop.new_event_loop)
    before = guessed.read(report, REPORTS) if report != "none" else None
    made = before or guessed.Guessing(report, machine())
    command = f"hoithi load guesses {scene} {count} --seconds {seconds:g}"
    made.commands.append(command + (f" --guessers {guessers}" if guessers != GUESSERS else ""))
    made.runs.append(run)
    if report != "none":
        say(f"report: {guessed.write(made, REPORTS)}")
    out.print(guessed.markdown(made), markup=False)
    return DIFFERENT if list(run.faults()) else OK

"""`hoithi load board|public|registrations|replicas`: single figures, each on a stack of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench import plain, rebalancing, registering
from bench import public as freshness
from bench import replicas as kept_runs
from bench.crowd import Crowd
from bench.keeping import keep
from bench.live import live
from bench.load import open_load
from bench.neighbours import Neighbours
from bench.page import REPORTS
from bench.plain import Plain
from bench.registering import Registering
from bench.settle import settle
from bench.target import Target
from deploy.local import ending
from deploy.local.layout import Layout
from deploy.local.paths import ROOT
from deploy.local.stack import Stack
from services.cli import place
from services.cli.audit import examine
from services.cli.client import Client
from services.cli.drill import machine
from services.cli.terminal import DIFFERENT, OK, Failure, out, say
from services.cli.up import forget
from services.contracts.ids import contest_to_path
from services.folder import ContestFolder, read_folder

WRITTEN = 3.0
"""Seconds after which the newest count stands in the public files: it is told once a second, and written once a second."""
BAC_GIANG = ROOT / "contests" / "bac-giang-2023"


@dataclass
class _Stage:
    target: Target
    contest: ContestFolder
    stack: Stack
    neighbours: float = 0.0

    def machine(self) -> str:
        """Once the measurement is over."""
        return f"{machine()}, of which other programs used {self.neighbours:.2f} cores meanwhile"


@contextmanager
def _stage(folder: Path, replicas: int, port: int | None) -> Iterator[_Stage]:
    """A stack in real time that is forgotten afterwards."""
    asked = place.layout(True, port, replicas)
    layout = Layout(asked.folder.parent / "load", asked.port, replicas=asked.replicas, log_level="WARNING")
    contest = read_folder(folder)
    forget(layout.folder)
    with ending.orderly():
        try:
            with live(layout, contest, say) as found:
                stage, neighbours = _Stage(*found), Neighbours(found[0].processes)
                yield stage
                stage.neighbours = neighbours.cores()
        finally:
            forget(layout.folder)


def numbers(what: str, text: str) -> list[int]:
    """Rising whole numbers with commas between them. Raises Failure."""
    try:
        found = [int(each) for each in text.split(",")]
    except ValueError:
        found = []
    if not found or found != sorted(set(found)) or found[0] < 1:
        raise Failure(f"{what} {text}: give rising whole numbers from 1 on, such as 100,200,300.")
    return found


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def board(
    *, requests: int = 8_000, rounds: int = 7, folder: Path = BAC_GIANG, port: place.Port = None, report: str = "board",
) -> int:  # fmt: skip
    """What `board.json` costs the gateway, against a plain file of the same bytes: compressed, unchanged (304), and as it is."""
    with _stage(folder, 1, port) as stage:
        ending.run(_fill(stage.target, stage.contest), uvloop.new_event_loop)
        path = f"/data/contests/{contest_to_path(stage.contest.rules[0].id)}/board.json"
        caddy, beside = stage.stack.pids["caddy"], stage.stack.layout.folder / "plain"
        compared = plain.compare(stage.target.origin, caddy, path, beside, requests, rounds)
        cases = ending.run(compared, uvloop.new_event_loop)
    command = f"hoithi load board --requests {requests} --rounds {rounds}"
    made = Plain(command, stage.machine(), _today(), requests, rounds, cases)
    if report != "none":
        say(f"report: {keep(made, report, plain.markdown(made), REPORTS)}")
    out.print(plain.markdown(made), markup=False)
    return OK


def public(
    *, rate: float = 300, seconds: float = 30, folder: Path = BAC_GIANG, port: place.Port = None, report: str = "public",
) -> int:  # fmt: skip
    """How long it takes from a submission until the public numbers count it, with RATE starts and submissions a second."""
    command = f"hoithi load public --rate {rate:g} --seconds {seconds:g}"
    with _stage(folder, 1, port) as stage:
        made = ending.run(freshness.follow(stage.target, stage.contest, rate, seconds), uvloop.new_event_loop)
    made.command, made.machine, made.date = command, stage.machine(), _today()
    if report != "none":
        say(f"report: {keep(made, report, freshness.markdown(made), REPORTS)}")
    out.print(freshness.markdown(made), markup=False)
    return DIFFERENT if made.faults() else OK


def registrations(
    rates: str = "100,200,300", *, seconds: float = 20, folder: Path = BAC_GIANG, port: place.Port = None,
    report: str = "registrations",
) -> int:  # fmt: skip
    """Registrations at each of RATES a second, as an open load through Caddy; nobody comes again after a refusal."""
    wanted = numbers("RATES", rates)
    with _stage(folder, 1, port) as stage:
        steps, entered, counted = ending.run(
            registering.climb(stage.target, stage.contest, wanted, seconds), uvloop.new_event_loop
        )
    command = f"hoithi load registrations {rates} --seconds {seconds:g}"
    made = Registering(command, stage.machine(), _today(), steps, entered, counted)
    if report != "none":
        say(f"report: {keep(made, report, registering.markdown(made), REPORTS)}")
    out.print(registering.markdown(made), markup=False)
    return DIFFERENT if made.faults() else OK


def replicas(
    count: place.Replicas, *, rate: float = 200, seconds: float = 15, folder: Path = BAC_GIANG, port: place.Port = None,
    report: str = "replicas",
) -> int:  # fmt: skip
    """COUNT replicas of quiz, scoring and stats each: what an attempt costs, and what comes of one of each that ends under load.

    A report of the same name gets a column for each count. Fails where a submission is lost or the audit is not clean.
    """
    with _stage(folder, count, port) as stage:
        stack = stage.stack
        client = Client(stage.target.origin, stack.secrets_dir)

        def audit() -> tuple[bool, str]:
            verdict = examine(client, stack.layout.folder, 60)
            return verdict.clean, "; ".join(check.name for check in verdict.checks if not check.equal)

        played = rebalancing.play(stage.target, stage.contest, count, rate, seconds, stack.kill, audit)
        run = ending.run(played, uvloop.new_event_loop)
    run.command = f"hoithi load replicas {count} --rate {rate:g} --seconds {seconds:g}"
    run.date, run.machine = _today(), stage.machine()
    made = (kept_runs.read(report, REPORTS) if report != "none" else None) or kept_runs.Replicas(report)
    made.add(run)
    if report != "none":
        say(f"report: {kept_runs.write(made, REPORTS)}")
    out.print(kept_runs.markdown(made), markup=False)
    return DIFFERENT if run.faults() else OK


async def _fill(target: Target, contest: ContestFolder) -> None:
    """A board on which something stands, and that has come to rest."""
    crowd = Crowd(target, contest, lanes=64, seed=7)
    await crowd.all(crowd.register)
    await open_load(crowd.lanes, 100, 10, crowd.attempt)
    await settle(target, contest.rules[0].id, closing=False)
    await asyncio.sleep(WRITTEN)
    for lane in crowd.lanes:
        lane.close()

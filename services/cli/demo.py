"""`hoithi demo`: a contest in the middle of its month, to look at and to take part in."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bench.plan import Plan
from bench.progress import Options
from bench.running import target_of
from bench.target import Target
from deploy.local.layout import Layout
from deploy.local.paths import ROOT
from deploy.local.postgres import SERVICES
from services.cli import place
from services.cli.client import Client
from services.cli.contest import send
from services.cli.guest import Guest, guest
from services.cli.playing import planned, play, table
from services.cli.terminal import Failure, out, say
from services.cli.tide import Tide
from services.cli.up import keep
from services.contracts.ids import contest_to_path
from services.contracts.rules import Rules
from services.folder import ContestFolder, read_folder, shift_window

FOLDER = ROOT / "contests" / "bac-giang-2023"
DAYS_LEFT = 3


class Memory(Struct):
    """What a demo started again must know: the same window and the same people."""

    closes: datetime
    scale: float
    seed: int
    played_until: datetime | None = None
    guest: Guest | None = None


def demo(*, scale: float = 0.1, seed: int = 2023, port: place.Port = None) -> None:
    """Start everything, replay a contest up to now at a small scale, and leave it open for three more days.

    Ctrl-C stops all of it; started again it keeps its data; `hoithi down --wipe` forgets it.
    """
    planned(scale, seed)  # a scale that cannot be played is told before anything starts
    place_of = place.layout(False)
    layout = Layout(place_of.folder, port or place_of.port, rehearsal=True)
    tides: list[Tide] = []
    try:
        keep(layout, partial(_open, layout, scale, seed, tides))
    finally:
        for tide in tides:
            tide.stop()


def _open(layout: Layout, scale: float, seed: int, tides: list[Tide]) -> None:
    folder = read_folder(FOLDER)
    memory = _recall(layout.folder, folder.rules[0], scale, seed)
    rules = shift_window(folder.rules[0], memory.closes)
    target, shifted = target_of(layout.folder), msgspec.structs.replace(folder, rules=(rules,))
    client = Client(target.origin, layout.folder / "secrets")
    for sentence in send(client, shifted):
        say(sentence)
    if memory.played_until is None:
        shift, plan = rules.closes - folder.rules[0].closes, planned(memory.scale, memory.seed)
        memory.played_until = _play(layout, target, shifted, plan, shift)
        memory.guest = _guest(client, shifted, plan, shift, memory.played_until)
        _remember(layout.folder, memory)
    else:
        say(f"the replay of {memory.played_until:%d %b %H:%M} UTC is kept; `hoithi down --wipe` forgets it")
    assert target.rehearsal_key is not None
    tides.append(Tide(target.origin, target.rehearsal_key))
    tides[0].start()
    _tell(layout, rules, memory.guest)


def _play(layout: Layout, target: Target, folder: ContestFolder, plan: Plan, shift: timedelta) -> datetime:
    now = datetime.now(UTC)
    say(f"replaying the days up to now, one person in {1 / plan.scale:,.0f}")
    report = play("demo", target, folder, plan, Options(until=now, shift=shift), layout.folder)
    out.print(table(report))
    return now


def _guest(
    client: Client, folder: ContestFolder, plan: Plan, shift: timedelta, until: datetime
) -> Guest | None:  # fmt: skip
    try:
        return guest(client, folder, plan, shift, until)
    except Failure as fault:
        say(f"nobody to sign in as: {fault}")  # the demo is whole without
        return None


def _recall(folder: Path, rules: Rules, scale: float, seed: int) -> Memory:
    file = folder / "demo.json"
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=Memory)
    zone = ZoneInfo(rules.time_zone)
    last = datetime.now(zone).date() + timedelta(days=DAYS_LEFT)
    memory = Memory(datetime.combine(last, time(0), zone), scale, seed)
    _remember(folder, memory)
    return memory


def _remember(folder: Path, memory: Memory) -> None:
    (folder / "demo.json").write_bytes(msgspec.json.encode(memory))


def _tell(layout: Layout, rules: Rules, someone: Guest | None) -> None:
    zone = ZoneInfo(rules.time_zone)
    over = rules.closes <= datetime.now(UTC)
    state = (
        "is over; `hoithi down --wipe` forgets it"
        if over
        else f"is open until {rules.closes.astimezone(zone):%d %b %Y %H:%M}"
    )
    out.print(f"\n{rules.title.vi} {state} ({rules.time_zone}).", markup=False)
    contest = contest_to_path(rules.id)
    out.print(f"  take part   {layout.origin}/")
    if someone is not None:
        out.print(f"  sign in     number {someone.number}, code {someone.code} ({someone.name}, made up)", markup=False)
    out.print(f"  watch       {layout.origin}/so-lieu/")
    out.print(f"  numbers     {layout.origin}/data/contests/{contest}/board.json")
    out.print(f"              {layout.origin}/api/stats/v1/contests/{contest}")
    for service in SERVICES:
        out.print(
            f"  {'API' if service == SERVICES[0] else '   '}         {layout.origin}/api/{service}/v1/openapi.json"
        )
    out.print("  look after  hoithi status · hoithi audit · hoithi logs quiz")
    out.print("Ctrl-C stops everything and keeps the data; `hoithi down --wipe` forgets it.")

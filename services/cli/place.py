"""Which stack a command means: the main one, or with --rehearsal the one whose time can be set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from deploy.local.layout import Layout
from deploy.local.postgres import Postgres
from deploy.local.state import is_held, read_state
from services.cli.terminal import NOT_RUNNING, Failure

PORT, REHEARSAL_PORT = 8080, 8090
Port = Annotated[
    int | None,
    Parameter(validator=Number(gte=1, lte=65535), help="Public port; 8080, for a rehearsal 8090."),
]
Replicas = Annotated[int, Parameter(validator=Number(gte=1, lte=12), help="Processes of quiz, scoring and stats each.")]
"""At most as many as a topic of persons has partitions: one more would have nothing to read."""
REPLICATED = ("quiz", "scoring", "stats")
"""Services of which several may run; registration takes few requests and stays one."""


def layout(rehearsal: bool, port: int | None = None, replicas: int = 1) -> Layout:
    chosen = port or (REHEARSAL_PORT if rehearsal else PORT)
    name = "rehearsal" if rehearsal else "main"
    return Layout.named(name, chosen, rehearsal=rehearsal, replicas=dict.fromkeys(REPLICATED, replicas))


def running(rehearsal: bool) -> tuple[Path, Mapping[str, Any]]:
    """The folder and state of the stack that is up. Raises Failure (3) where none is ready."""
    folder = layout(rehearsal).folder
    state = read_state(folder)
    flag = " --rehearsal" if rehearsal else ""
    if state is None or not is_held(folder):
        raise Failure(f"Nothing runs in {folder.name}; `hoithi up{flag}` starts it.", NOT_RUNNING)
    if not state["ready"]:
        raise Failure(f"The stack in {folder.name} is still starting; `hoithi status{flag}` shows it.", NOT_RUNNING)
    return folder, state


def superuser(folder: Path) -> Callable[[str], str]:
    """service -> a URL that may write to its database, of the stack that is up in this folder."""
    state = read_state(folder)
    assert state is not None
    server = postgres(folder, state)
    return lambda service: server.url("postgres", service)


def kafka_address(state: Mapping[str, Any]) -> str:
    return f"127.0.0.1:{state['ports']['kafka']}"


def postgres(folder: Path, state: Mapping[str, Any]) -> Postgres:
    return Postgres(folder / "postgres", state["ports"]["postgres"], folder / "logs" / "postgres.log")

"""A stack that runs on this machine, as the replay sees it; starts one where none is up."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bench.target import Target
from deploy.local.plain import PLAIN
from deploy.local.postgres import SERVICES
from deploy.local.processes import CannotStart, alive
from deploy.local.stack import Layout, Say, Stack, read_state
from services.runtime.tokens import Tokens


def target_of(folder: Path) -> Target:
    """The rehearsal stack whose data is in `folder`. Raises CannotStart where none runs, or one that is no rehearsal."""
    state = read_state(folder)
    if state is None or not alive(state["supervisor"]):
        raise CannotStart(f"No stack runs in {folder.name}; `hoithi up --rehearsal` starts one.")
    if not state["rehearsal"]:
        raise CannotStart(f"The stack at {state['origin']} is not a rehearsal: its time cannot be set.")
    return told_of(folder)


def told_of(folder: Path) -> Target:
    """The stack that runs in `folder`, of either kind."""
    state = read_state(folder)
    assert state is not None
    ports: Mapping[str, int] = state["ports"]
    metrics = {
        name: f"http://127.0.0.1:{port}/metrics"
        for name, port in ports.items()
        if name.partition("-")[0] in SERVICES and name in state["pids"]
    }
    secrets = folder / "secrets"
    key = b64decode((secrets / "rehearsal.key").read_text()) if state["rehearsal"] else None

    def processes() -> dict[str, list[int]]:
        # Read anew each time: the supervisor writes it again whenever it restarts a process.
        return {name: [pid] for name, pid in (read_state(folder) or state)["pids"].items()}

    async def audit(service: str) -> Mapping[str, Any]:
        async with httpx.AsyncClient(
            base_url=state["origin"], headers=bearer(secrets, "auditor"), timeout=120, **PLAIN
        ) as client:
            answer = (await client.get(f"/api/{service}/v1/audit")).raise_for_status()
        found: Mapping[str, Any] = answer.json()
        return found

    return Target(state["origin"], key, processes, metrics, audit)


@contextmanager
def rehearsal(layout: Layout, say: Say) -> Iterator[Target]:
    """The stack that is up in the layout's folder, or one that is started now and stopped at the end."""
    state = read_state(layout.folder)
    if state is not None and alive(state["supervisor"]):
        yield target_of(layout.folder)
        return
    stack = Stack(layout, say)
    stack.start()
    try:
        yield target_of(layout.folder)
    finally:
        say("stopping")
        stack.stop()


def bearer(secrets: Path, *roles: str) -> dict[str, str]:
    """Headers of a machine with these roles, good for an hour."""
    grants = [[role, None, None] for role in roles]
    claims = {"sub": "bench", "roles": list(roles), "grants": grants}
    token = Tokens.load(secrets, "ops").sign("machine", claims, timedelta(hours=1), datetime.now(UTC))
    return {"authorization": f"Bearer {token}"}

"""Whether each service's audit log is whole, and goes on from the head that was seen last time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from deploy.local.postgres import SERVICES
from services.cli.auditing import Check
from services.cli.client import Client

HEADS = "audit-heads.json"
"""In the stack's folder, outside every database: what their logs ended with when they were last found whole."""


class Head(Struct):
    """`rows` links, the last of which has this `hash`."""

    rows: int = 0
    hash: str = ""


def check(client: Client, folder: Path) -> list[Check]:
    """One check per service. A log that is whole becomes what the next one must go on from."""
    known = remembered(folder)
    checks, heads = [], dict(known)
    for service in SERVICES:
        before = known.get(service, Head())
        chain = client.get(f"/api/{service}/v1/audit-log/chain?at={before.rows}")
        checks.append(compare(service, chain, before))
        if checks[-1].equal:
            heads[service] = Head(**chain["head"])
    if heads != known:
        (folder / HEADS).write_bytes(msgspec.json.encode(heads))
    return checks


def remembered(folder: Path) -> dict[str, Head]:
    file = folder / HEADS
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Head]) if file.exists() else {}


def compare(service: str, chain: Mapping[str, Any], before: Head) -> Check:
    """`chain`: the service's answer about itself and about the link at which its log ended before."""
    goes_on = before.rows == 0 or chain["then"] == before.hash
    whole = chain["broken_at"] is None and chain["unlinked"] == 0
    now = {"rows": chain["head"]["rows"], "head": chain["head"]["hash"][:16]}
    seen: dict[str, Any] = {"now": now}
    if not whole:
        seen["broken"] = {"link": chain["broken_at"], "rows without a link": chain["unlinked"]}
    if not goes_on:
        seen["seen before"] = {"rows": before.rows, "head": before.hash[:16]}
    return Check(f"audit log of {service}: whole", whole and goes_on, seen)

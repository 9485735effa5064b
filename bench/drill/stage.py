"""A contest for one round: the folder's rules under another id, open now, closing when the round ends."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bench.drill.people import Entry
from bench.drill.world import Terms
from bench.running import bearer
from deploy.local.plain import PLAIN
from deploy.local.processes import CannotStart, wait_until
from services.contracts.rules import Rules, Tries
from services.folder import ContestFolder
from services.folder.wire import to_wire

TRIES, GRACE_MS = 3, 2_000


def rules_of(folder: ContestFolder, name: str, seconds: float, tries: int | None = TRIES) -> Rules:
    """Every paper is cut at the closing, so that papers run out while people are still answering."""
    now = datetime.now(UTC).replace(microsecond=0)
    return msgspec.structs.replace(
        folder.rules[0], id=name, series_id=name, opens=now - timedelta(days=1), closes=now + timedelta(seconds=seconds),
        late_start="cut", grace_ms=GRACE_MS, tries=Tries(contest=tries),
    )  # fmt: skip


def apply(origin: str, secrets: Path, folder: ContestFolder, rules: Rules) -> None:
    """Returns when people can enter. Raises CannotStart."""
    units, [(_, _, bank), *_] = to_wire(folder)
    with httpx.Client(base_url=origin, headers=bearer(secrets, "organiser"), timeout=60, **PLAIN) as client:
        body = {"rules": msgspec.to_builtins(rules), "bank": bank}
        _put(client, f"/api/quiz/v1/contests/{rules.id}", body)
        series = f"/api/registration/v1/series/{rules.series_id}"
        if not wait_until(lambda: client.get(series).status_code == 200, 30, step=0.2):
            raise CannotStart(f"registration did not hear of {rules.id} within 30 s")
        _put(client, f"{series}/units", {"units": units})


def _put(client: httpx.Client, path: str, body: Any) -> None:
    """Again while the stack says to come again: the faults of the round before may have left it busy."""
    answer = client.put(path, json=body)
    for _ in range(20):
        if answer.status_code != 503:
            break
        time.sleep(1)
        answer = client.put(path, json=body)
    answer.raise_for_status()


def terms_of(folder: ContestFolder, rules: Rules) -> Terms:
    right = {question.id: list(question.correct) for question in folder.bank.questions}
    return Terms(
        rules.id,
        rules.closes.timestamp(),
        rules.paper.minutes,
        rules.grace_ms / 1000,
        rules.tries.contest or 10**6,
        right,
    )


def entry_of(folder: ContestFolder, rules: Rules) -> Entry:
    inner = {unit.parent for unit in folder.units}
    consent = rules.consent
    agreed = {"version": consent.version, "purposes": list(consent.needed or consent.purposes)} if consent else {}
    units = [unit.unit_id for unit in folder.units if unit.unit_id not in inner]
    return Entry(rules.series_id, rules.id, units, agreed, rules.registration.categories[0].id)

"""Two hundred clients at random through the gateway: limits, rights and counts hold, and every refusal is documented."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import randrange

import httpx
import msgspec
import pytest

from bench.running import bearer
from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from deploy.local.postgres import SERVICES
from deploy.local.processes import free_port, wait_until
from deploy.local.stack import Layout, Stack
from services.cli.audit import examine
from services.cli.audit_log import entries
from services.cli.client import Client
from services.contracts.rules import Tries
from services.folder import read_folder, shift_window, to_wire
from tests.support.crowd import limits
from tests.support.crowd.everybody import run
from tests.support.crowd.shared import TRIES, Crowd

NAME = "dam-dong"
PEOPLE = 185
"""With fifteen members of staff: two hundred clients."""
SPAN = (20.0, 170.0)
"""Seconds; the longer one is for a machine that has other work too."""
SHARED_BY = 3


def crowd(stack: Stack) -> Crowd:
    """A contest with limits that a crowd runs into, and the officer of one of its units."""
    folder = read_folder(ROOT / "contests" / "bac-giang-2023")
    rules = shift_window(folder.rules[0], datetime.now(UTC) + timedelta(days=3))
    rules = msgspec.structs.replace(
        rules, id=NAME, series_id=NAME, tries=Tries(contest=TRIES),
        registration=msgspec.structs.replace(rules.registration, phone_shared_by=SHARED_BY),
    )  # fmt: skip
    units, [(_, wire, bank)] = to_wire(msgspec.structs.replace(folder, rules=(rules,)))
    origin = stack.layout.origin
    with httpx.Client(base_url=origin, headers=bearer(stack.secrets_dir, "organiser"), timeout=60, **PLAIN) as client:
        client.put(f"/api/quiz/v1/contests/{NAME}", json={"rules": wire, "bank": bank}).raise_for_status()
        series = f"/api/registration/v1/series/{NAME}"
        assert wait_until(lambda: client.get(series).status_code == 200, 30)
        client.put(f"{series}/units", json={"units": units}).raise_for_status()
    root = next(unit.parent for unit in folder.units if unit.parent and unit.parent != folder.units[0].unit_id)
    below = [unit.unit_id for unit in folder.units if unit.parent == root][:4]
    beside = [unit.unit_id for unit in folder.units if unit.parent != root and unit.unit_id != root][-4:]
    keys = {question.id: list(question.correct) for question in folder.bank.questions}
    return Crowd(origin, NAME, stack.secrets_dir, keys, [root, *below, *beside], {root, *below})


@pytest.mark.timeout(400)
def test_two_hundred_at_random_exceed_no_limit_and_no_right_and_the_audit_is_clean(server_folder: Path) -> None:
    stack = Stack(Layout(server_folder / "stack", free_port()))
    stack.start()
    seed = randrange(10**6)
    try:
        all_of_them = crowd(stack)
        asyncio.run(run(all_of_them, seed, PEOPLE, SPAN))
        client = Client(stack.layout.origin, stack.secrets_dir)
        verdict = examine(client, stack.layout.folder, 60)
        assert verdict.clean, (seed, [check for check in verdict.checks if not check.equal], verdict)
        assert not all_of_them.wrong, f"seed {seed}: " + "\n".join([*all_of_them.wrong[:30], str(all_of_them.told)])
        assert [check.name for check in verdict.checks if "log of" in check.name] == [
            f"audit log of {service}: whole" for service in SERVICES
        ]
        assert not all_of_them.missing, (seed, all_of_them.told)
        limits.check(stack, all_of_them, SHARED_BY)
        _log_tells_who(client)
    finally:
        stack.stop()


def _log_tells_who(client: Client) -> None:
    """Every exclusion with its actor and reason, over as many pages as it takes; nothing else."""
    asked = {"who": "staff:", "what": "contestant.exclude"}
    found = list(entries(client, "registration", asked, 2000))
    assert found
    assert {(entry["action"], entry["reason"]) for entry in found} == {("contestant.exclude", "nghi vấn")}
    assert len({entry["id"] for entry in found}) == len(found)

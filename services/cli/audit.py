"""`hoithi audit`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from deploy.local.postgres import SERVICES
from services.cli import chains, place
from services.cli.auditing import Check, Verdict, compare, outbox
from services.cli.client import Client
from services.cli.gauges import lag_of
from services.cli.terminal import DIFFERENT, OK, UNSETTLED, answer_json, out, say

CONFIRMED_AFTER = 3.0
"""Seconds after which a difference must be the same still: a process measures its lag every two, and a record that has
left an outbox stands in no figure until then."""


def audit(*, json: bool = False, rehearsal: bool = False, wait: float = 30.0) -> int:
    """Compare what was submitted, scored and counted, by count and digest, and recount every rollup from facts;
    check the chain of every audit log, and that it goes on from the head seen last time (audit-heads.json).

    Waits up to --wait seconds for outboxes and lag to be zero and figures to stand still. Exit code 0: clean; 1: something
    differs; 2: not settled; 3: nothing runs.
    """
    folder, state = place.running(rehearsal)
    verdict = examine(Client(state["origin"], folder / "secrets"), folder, wait)
    if json:
        answer_json(verdict)
    else:
        out.print(_table(verdict))
        out.print(_words(verdict))
    if not verdict.settled:
        return UNSETTLED
    return OK if verdict.clean else DIFFERENT


def examine(client: Client, folder: Path, wait: float) -> Verdict:
    """The newest verdict once nothing is on its way, or after `wait` seconds the last one seen."""

    def look() -> Verdict:
        before = lag_of(folder)
        documents = {service: client.get(f"/api/{service}/v1/audit") for service in SERVICES}
        return _verdict(documents, max(before, lag_of(folder)), chains.check(client, folder))

    return confirmed(look, wait)


def confirmed(
    look: Callable[[], Verdict], wait: float, now: Callable[[], float] = time.monotonic, rest: Callable[[float], None] = time.sleep
) -> Verdict:  # fmt: skip
    """A clean verdict at once, a difference when it stayed the same for CONFIRMED_AFTER, else one that is not settled."""
    deadline, seen, since = now() + wait, None, 0.0
    while True:
        verdict = look()
        if verdict.clean:
            return verdict
        if not verdict.settled or seen != verdict.checks:
            seen, since = (verdict.checks if verdict.settled else None), now()
        elif now() - since >= CONFIRMED_AFTER:
            return verdict
        if now() >= deadline:
            return Verdict(False, verdict.outbox, verdict.lag, verdict.checks)
        say(_unsettled(verdict))
        rest(1.0)


def _unsettled(verdict: Verdict) -> str:
    if verdict.outbox or verdict.lag:
        return f"not settled: {verdict.outbox} facts in outboxes, {verdict.lag} records not consumed"
    return "not settled: the services differ; looking again"


def _verdict(documents: Mapping[str, Any], lag: int, logs: Sequence[Check]) -> Verdict:
    waiting = outbox(documents)
    return Verdict(waiting == 0 and lag == 0, waiting, lag, [*compare(documents), *logs])


def _table(verdict: Verdict) -> Table:
    table = Table()
    for column in ("compared", "", "who says what"):
        table.add_column(column)
    for check in verdict.checks:
        mark = "[green]equal[/]" if check.equal else "[red]DIFFERENT[/]"
        table.add_row(check.name, mark, "\n".join(f"{who}: {_short(value)}" for who, value in check.values.items()))
    return table


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{item:,}" if isinstance(item, int) else str(item) for item in value.values())
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _words(verdict: Verdict) -> str:
    if not verdict.settled:
        return f"{_unsettled(verdict).capitalize()}. Ask again."
    return (
        "Clean: submitted = scored = counted, and every audit log is whole."
        if verdict.clean
        else "DIFFERENT: see above."
    )

"""What a stack looks like that does not come to rest: who waits for what, and what each process says of itself."""

from __future__ import annotations

from pathlib import Path

from bench.drill.stack import DrillStack
from deploy.local.processes import CannotStart

SAID = ("hoithi_leader", "hoithi_contest_phase", "hoithi_outbox_rows", "hoithi_consumer_lag", "hoithi_attempts_open")
SESSIONS = """select datname, pid, application_name, state, wait_event_type, wait_event, now() - query_start as since,
    now() - xact_start as in_transaction, pg_blocking_pids(pid) as blocked_by, left(regexp_replace(query, '\\s+', ' ', 'g'), 160)
    from pg_stat_activity where backend_type = 'client backend' order by datname, xact_start nulls last"""


def photograph(stack: DrillStack, file: Path) -> None:
    lines = []
    for name in stack.layout.names():
        status, body = stack.ask(name, "/metrics")
        told = [line for line in body.decode().splitlines() if line.startswith(SAID) and not line.endswith(" 0.0")]
        lines += [f"== {name}: {status}", *told]
    try:
        lines += ["== sessions", stack.postgres.sql(SESSIONS)]
    except CannotStart as fault:
        lines.append(f"== no sessions: {fault}")
    file.write_text("\n".join(lines))

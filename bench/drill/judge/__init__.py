"""Compares the clients' history with what was left. It imports nothing of the services: two readings of the same rules.

Each check gives sentences, one for each thing that is wrong; none means that all holds.
"""

from __future__ import annotations

from bench.drill.history import History
from bench.drill.judge.answers import check_answers
from bench.drill.judge.counting import check_counting
from bench.drill.judge.limits import check_limits
from bench.drill.judge.receipts import check_receipts
from bench.drill.judge.refusals import check_refusals
from bench.drill.judge.times import check_times
from bench.drill.world import World

__all__ = ["CHECKS", "judge"]

CHECKS = {
    "acknowledged saves stand in what was submitted": check_answers,
    "submitted = scored = counted, each once": check_counting,
    "tries and open papers keep their limits under any interleaving": check_limits,
    "receipts verify, and stay the same": check_receipts,
    "nothing is accepted late, and what ran out is handed in": check_times,
    "nobody is refused who must not be": check_refusals,
}


def judge(history: History, world: World) -> list[str]:
    """Everything that is wrong, each sentence with its check's name before it."""
    return [f"{name}: {fault}" for name, check in CHECKS.items() for fault in check(history, world)]

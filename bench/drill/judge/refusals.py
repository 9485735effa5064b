"""Who must not be refused: a save or a submission of the pen's holder while the paper runs; and nothing breaks.

503 is always allowed (it says to come again), and must say when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bench.drill.history import LOST, Ask, History
from bench.drill.world import World

EXCUSES = {"pen-taken": ("pen",), "attempt-over": ("submit",)}
"""A refusal of a running paper is right only where such a request of the same paper had been sent before its answer."""


def check_refusals(history: History, world: World) -> Iterator[str]:
    ends = {paper.attempt: paper.ends_at for paper in world.papers}
    others: dict[str, list[Ask]] = defaultdict(list)
    for ask in history.of("pen", "submit"):
        others[ask.attempt].append(ask)
    for ask in history.asks:
        if ask.status == LOST or ask.ok:
            continue
        if ask.status in (429, 503):
            if ask.told.retry_after <= 0:
                yield f"a {ask.kind} was told {ask.status} without when to come again"
        elif ask.status >= 500:
            yield f"a {ask.kind} met {ask.status} {ask.told.problem}"
        elif ask.kind in ("save", "submit") and ask.answered < ends.get(ask.attempt, 0.0):
            if not _excused(ask, others[ask.attempt]):
                yield f"a {ask.kind} of the running paper {ask.attempt} was told {ask.status} {ask.told.problem}"
        elif ask.status in (400, 401, 422):
            yield f"a {ask.kind} was told {ask.status} {ask.told.problem}"


def _excused(ask: Ask, others: list[Ask]) -> bool:
    kinds = EXCUSES.get(ask.told.problem, ())
    return any(other is not ask and other.kind in kinds and other.sent < ask.answered for other in others)

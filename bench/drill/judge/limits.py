"""Never more attempts than the tries allow, never two papers open, under any interleaving.

Each person's starts and submissions must be explained by one model of that person: the papers started, by their keys, and
which of them is open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from bench.drill.history import Ask, History
from bench.drill.judge.linear import NEVER, Operation, Search, Undecided
from bench.drill.world import Paper, World

RESULTS = {"attempt-running": "running", "tries-exhausted": "spent", "attempt-over": "over", "contest-closed": "closed"}
CLOCKS = 2.5
"""Seconds by which the drill steps a service's clock, and a little: a paper may be swept that much early."""


class Person(NamedTuple):
    """`started`: keys in the order of their papers; `open`: the key of the open one, or empty."""

    started: tuple[str, ...] = ()
    open: str = ""


def check_limits(history: History, world: World) -> Iterator[str]:
    tries = world.terms.tries
    for contestant, count in Counter(paper.contestant for paper in world.papers).items():
        if count > tries:
            yield f"{contestant} has {count} attempts of {tries}"
    yield from _started(history, world)
    by_person: dict[int, list[Ask]] = defaultdict(list)
    for ask in history.of("start", "submit"):
        by_person[ask.person].append(ask)
    papers = {paper.start_key: paper for paper in world.papers}
    for person, asks in by_person.items():
        yield from _of_person(person, asks, papers, world)


def _started(history: History, world: World) -> Iterator[str]:
    rows = {paper.start_key: paper.attempt for paper in world.papers}
    for key, count in Counter(paper.start_key for paper in world.papers).items():
        if count > 1:
            yield f"start {key} made {count} papers"
    for ask in history.of("start"):
        if ask.ok and rows.get(ask.key) != ask.told.attempt:
            yield f"start {ask.key} was told paper {ask.told.attempt}, and the row says {rows.get(ask.key)}"


def _of_person(person: int, asks: list[Ask], papers: Mapping[str, Paper], world: World) -> Iterator[str]:
    operations = [_operation(ask) for ask in asks]
    for key in {ask.key for ask in asks} & papers.keys():
        over = papers[key].ends_at + world.terms.grace - CLOCKS
        operations.append(Operation(over, NEVER, "run out", key))

    def step(state: Person, operation: Operation) -> Iterable[Person]:
        return _step(state, operation, world)

    try:
        if not Search(step).orderly(operations, Person()):
            yield f"no order of person {person}'s {len(asks)} starts and submissions explains what they were told"
    except Undecided:
        yield f"person {person}: too many orders to decide"


def _operation(ask: Ask) -> Operation:
    result = "ok" if ask.ok else "" if ask.unknown else RESULTS.get(ask.told.problem, ask.told.problem)
    until = NEVER if ask.unknown else ask.answered
    return Operation(ask.sent, until, ask.kind, ask.key, result)


def _step(state: Person, operation: Operation, world: World) -> Iterable[Person]:
    if operation.what == "start":
        return _start(state, operation, world)
    if operation.what == "run out":
        return [state._replace(open="")] if state.open == operation.key else []
    return _submit(state, operation, world)


def _start(state: Person, operation: Operation, world: World) -> Iterable[Person]:
    key, known = operation.key, operation.key in state.started
    if operation.result in ("ok", ""):
        if known:
            return [state]
        may = not state.open and len(state.started) < world.terms.tries
        return [Person((*state.started, key), key)] if may else []
    right = {
        "running": bool(state.open) and not known,
        "spent": len(state.started) >= world.terms.tries and not known and not state.open,
        "closed": operation.until >= world.terms.closes,
    }
    return [state] if right.get(operation.result, False) else []


def _submit(state: Person, operation: Operation, world: World) -> Iterable[Person]:
    key = operation.key
    if operation.result in ("ok", ""):
        if key not in state.started:
            return []
        return [state._replace(open="") if state.open == key else state]
    late = operation.until >= world.terms.closes
    return [state] if operation.result == "over" and (state.open != key or late) else []

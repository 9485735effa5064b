"""Moving the window of an open contest: one asks, another person confirms, then every page shows it (rule 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.contracts.rules import Rules
from services.quiz import repository
from services.quiz.importing import Applied, Importer, Incoming
from services.quiz.problems import CONTEST_CHANGED, REASON_NEEDED, WINDOW_APART
from services.quiz.repository import contests
from services.quiz.repository.contests import Definition
from services.runtime import Parts, second
from services.runtime.access import Principal, Role, need
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.problems import Problem
from services.runtime.second import Request
from services.runtime.second_api import Act, Confirmed

MOVING = "contest.window"


@dataclass(frozen=True)
class Asker:
    """Who asks, and when: `now` in the contest's time, `recorded_at` in real time."""

    actor: str
    now: datetime
    recorded_at: datetime


async def ask(connection: Connection, importer: Importer, incoming: Incoming, asker: Asker) -> Applied | None:
    """What waits now for a second person, where the window of an open contest would move; None where it would not.

    Raises 422 where no reason is given, or something else would change along with it.
    """
    rules = incoming.rules
    row = await contests.contest_for_update(connection, rules.id)
    before = msgspec.convert(row["rules"], Rules) if row is not None else None
    if row is None or before is None or before.opens > asker.now or _window(before) == _window(rules):
        return None
    if not incoming.reason:
        raise Problem(REASON_NEEDED, f"{_words(before)} becomes {_words(rules)}; give `reason`.")
    if not await importer.only_window_moves(connection, incoming, before, row["bank_version"]):
        raise Problem(WINDOW_APART, "Apply the rest with the window as it is, then the window by itself.")
    content = {"version": row["version"], "from": _window(before), "to": _window(rules)}
    wanted = second.Asked(MOVING, rules.id, rules.series_id, content, incoming.reason, asker.actor)
    return Applied(
        rules.id, row["version"], row["bank_version"], False, await second.ask(connection, wanted, asker.recorded_at)
    )  # fmt: skip


async def series_of(parts: Parts, contest_id: str) -> str | None:
    """The series of a contest that is defined already."""
    row = await contests.contest(parts.pool, contest_id)
    return None if row is None else str(row["series_id"])


def _window(rules: Rules) -> dict[str, datetime]:
    return {"opens": rules.opens, "closes": rules.closes}


def _words(rules: Rules) -> str:
    return f"{rules.opens.isoformat()} to {rules.closes.isoformat()}"


async def _may(_: Parts, principal: Principal, request: Request) -> None:
    need(principal, request.scope, Role.ORGANISER)


async def _move(parts: Parts, connection: Connection, confirmed: Confirmed) -> None:
    request = confirmed.request
    await repository.hold_closed(connection, request.subject)
    row = await contests.contest_for_update(connection, request.subject)
    if row is None or row["version"] != request.content["version"]:
        raise Problem(CONTEST_CHANGED, "Ask anew for what it says now.", version=row and row["version"])
    before = msgspec.convert(row["rules"], Rules)
    window = {name: datetime.fromisoformat(moment) for name, moment in request.content["to"].items()}
    rules = msgspec.structs.replace(before, **window)
    new = Definition(
        rules, row["version"] + 1, row["bank_version"], request.reason, row["rehearsal"], confirmed.now,
        confirmed.recorded_at,
    )  # fmt: skip
    importer: Importer = parts.state["importer"]
    await importer.redefine(connection, new, before, confirmed.trace)
    moved = {"old": _window(before), "new": {**window, "version": new.version, "asked_by": request.asked_by}}
    await note(connection, confirmed.actor, MOVING, rules.id, request.reason, **moved)


ACTS = {MOVING: Act(MOVING, _may, _move)}

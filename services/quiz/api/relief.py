"""Making good an outage: a try given back to one person, minutes to one or to all papers open between two times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post
from msgspec import Meta, Struct

from services.contracts.ids import contest_from_path
from services.contracts.rules import Rules
from services.quiz import repository
from services.quiz.api.hot import BASE
from services.quiz.book import book_of
from services.quiz.domain.relief import MOST_MINUTES, fits
from services.quiz.problems import BAD_WINDOW, NO_TRY_TO_GIVE
from services.quiz.repository import key_of, relief
from services.quiz.repository.relief import Window
from services.runtime import Parts, idempotency
from services.runtime.access import Principal, Role, actor_of, allow, need
from services.runtime.audit import note
from services.runtime.edge import Edge
from services.runtime.idempotency import Keyed
from services.runtime.problems import Problem

NAMED = 1000
Reason = Annotated[str, Meta(min_length=3, max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]


class TryAsked(Struct, forbid_unknown_fields=True):
    reason: Reason


class TryGiven(Struct):
    contestant_id: UUID
    given: int
    """How many tries of this contest the person was given back so far."""


class MinutesAsked(Struct, forbid_unknown_fields=True):
    """`since` and `until`: every paper open at some time between them and open still; `contestant_id`: only this one's."""

    minutes: Annotated[int, Meta(ge=1, le=MOST_MINUTES)]
    since: datetime
    until: datetime
    reason: Reason
    contestant_id: UUID | None = None


class MinutesGiven(Struct):
    extended: int
    full: int
    """Papers that were given MOST_MINUTES already, and got no more."""
    ran_out: list[str]
    """Whose paper of that time has run out: they can be given a try back (the first 1,000)."""


@post(f"{BASE}/contests/{{contest:str}}/contestants/{{contestant:uuid}}/tries", guards=[allow(Role.ORGANISER)])
async def give_try(
    contest: str, contestant: UUID, data: TryAsked, parts: Parts, principal: Principal, edge: Edge, keyed: Keyed
) -> TryGiven:
    """The person's newest start counts for no limit from now on; what was handed in stays. Logged with the reason."""
    rules = (await book_of(parts).contest(contest_from_path(contest))).rules
    need(principal, rules.series_id, Role.ORGANISER)
    scope = f"{actor_of(principal)} tries {rules.id} {contestant}"
    async with parts.pool.acquire() as connection, connection.transaction():
        await relief.hold_person(connection, str(contestant), rules.id)
        if (known := await idempotency.recall(connection, scope, keyed)) is not None:
            return TryGiven(contestant, int(known))
        nth = await relief.give_try(connection, str(contestant), rules.id, edge.now)
        if nth is None:
            raise Problem(NO_TRY_TO_GIVE, "Every paper that this person has started is given back, or there is none.")
        await idempotency.remember(connection, scope, keyed, str(nth))
        what = {"contestant": str(contestant), "nth": nth}
        await note(connection, actor_of(principal), "try.give", rules.id, data.reason, new=what)
    return TryGiven(contestant, nth)


@post(f"{BASE}/contests/{{contest:str}}/minutes", guards=[allow(Role.ORGANISER)], status_code=200)
async def give_minutes(
    contest: str, data: MinutesAsked, parts: Parts, principal: Principal, edge: Edge, keyed: Keyed
) -> MinutesGiven:
    """Each paper open then and now gets the minutes, past the closing too; pages see it with the next save."""
    rules = (await book_of(parts).contest(contest_from_path(contest))).rules
    need(principal, rules.series_id, Role.ORGANISER)
    _check_span(data, rules, edge.now)
    who = str(data.contestant_id) if data.contestant_id else None
    window, order_id = Window(rules.id, data.since, data.until, who), f"{actor_of(principal)} {keyed.key}"
    async with parts.pool.acquire() as connection, connection.transaction():
        # A repeat at the same moment waits here for the first, and then answers what that one did.
        if await idempotency.remember(connection, f"minutes {actor_of(principal)}", keyed, order_id) is not None:
            return msgspec.convert(await relief.answered(connection, order_id), MinutesGiven)
        await repository.hold_all_open(connection, [rules.id])
        rows = await relief.lock_open(connection, window)
        fitting = [key_of(row) for row in rows if fits(row["extra_ms"], data.minutes)]
        await relief.extend(connection, fitting, data.minutes * 60_000)
        answer = MinutesGiven(len(fitting), len(rows) - len(fitting), await relief.ran_out(connection, window, NAMED))
        await relief.keep_answer(connection, order_id, rules.id, answer)
        what: dict[str, Any] = {
            "minutes": data.minutes, "since": data.since, "until": data.until, "contestant": who, "extended": len(fitting),
        }  # fmt: skip
        await note(connection, actor_of(principal), "minutes.give", rules.id, data.reason, new=what)
    return answer


def _check_span(data: MinutesAsked, rules: Rules, now: datetime) -> None:
    aware = data.since.tzinfo is not None and data.until.tzinfo is not None
    earliest, latest = rules.opens - timedelta(days=1), now + timedelta(days=1)
    if not (aware and earliest <= data.since <= data.until <= latest and data.since <= now):
        raise Problem(BAD_WINDOW, "Give `since` before `until`, both with an offset, while papers could be open.")


routes = [give_try, give_minutes]

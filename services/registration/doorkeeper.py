"""What happens to wrong codes: they are told so later and later, and cost no more than a budget (rule 9)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from services.registration.domain.limits import LONGEST_PAUSE, WINDOW, Failures, Slowed, after_wrong_code
from services.registration.problems import TOO_MANY_WRONG_CODES, WRONG_CODE
from services.registration.repository import signin
from services.runtime import Parts
from services.runtime.logs import logger
from services.runtime.metrics import METRICS
from services.runtime.problems import Problem, ProblemType

MOST_HELD = 32
"""Wrong answers that wait at one time, in this process. Each takes up one of the requests that the gateway lets through at once:
if they could take all, whoever guesses would shut out everybody with a right code."""
FORGET_EVERY = 600.0


class Doorkeeper:
    """Called only for what is wrong; who has the right code never meets it."""

    def __init__(self, parts: Parts, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._parts, self._sleep = parts, sleep
        self._held = 0
        # One at a time: those who count together would each find room for one more.
        self._counting = asyncio.Lock()
        self._spent_until = 0.0

    async def refuse(self, account: bytes, address: bytes, kind: ProblemType = WRONG_CODE) -> NoReturn:
        """Tells that it was wrong, after the pause that account and address have earned. Both are keyed hashes."""
        slowed = await self._count(account, address)
        full = self._held >= MOST_HELD
        METRICS.sign_in_failures.labels("budget" if slowed.refused else "full" if full else "later").inc()
        if slowed.refused or full:
            raise Problem(TOO_MANY_WRONG_CODES, "Wait a little, then look at the code again.", retry_after=slowed.pause)
        self._held += 1
        try:
            await self._sleep(slowed.pause)
        finally:
            self._held -= 1
        raise Problem(kind, "Look at both again; after several wrong ones each answer takes longer.")

    async def _count(self, account: bytes, address: bytes) -> Slowed:
        clock = self._parts.clock
        async with self._counting:
            if clock.monotonic() < self._spent_until:
                # The budget was spent a moment ago: a flood is answered without asking the database each time.
                return Slowed(LONGEST_PAUSE, refused=True)
            now = clock.now()
            async with self._parts.pool.acquire() as connection:
                before = await signin.count_failure(connection, account, address, now, now - WINDOW)
            slowed = after_wrong_code(Failures(before.account + 1, before.address + 1, before.everyone + 1))
            if slowed.refused:
                self._spent_until = clock.monotonic() + 1
                logger("sign-in").warning("the budget for wrong codes is spent")
        return slowed


async def forget_old_failures(parts: Parts) -> None:
    """Background work: what is older than an hour interests nobody."""
    while True:
        await asyncio.sleep(FORGET_EVERY)
        async with parts.pool.acquire() as connection:
            await signin.forget_failures(connection, parts.clock.now() - 6 * WINDOW)

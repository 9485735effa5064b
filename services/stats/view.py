"""The newest snapshots of every contest in memory: one query a second per process, however many people look."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct, field

from services.contracts.events import StatsContest, StatsUnit
from services.contracts.rules import Rules
from services.runtime.database import Connection, Pool
from services.stats.domain.ledger import Key
from services.stats.domain.secrecy import predicted_secret, unrevealed
from services.stats.domain.snapshot import Snapshot, build
from services.stats.domain.source import Newest, Source
from services.stats.domain.tree import Tree
from services.stats.repository import definitions, rollups
from services.stats.repository.definitions import Contest
from services.stats.repository.rollups import Rev, latest

_encode = msgspec.json.Encoder().encode


class Totals(Struct, frozen=True, omit_defaults=True):
    """What the stream sends: at most 300 bytes. Counts in the order of `Counts`; None is withheld."""

    rev: int
    as_of: datetime
    totals: tuple[int | None, int | None, int | None, int | None, int | None]


class Kept(Struct):
    """What is remembered of one scope between two looks."""

    rev: int = 0
    generation: int = 0
    rows: dict[Key, tuple[int, ...]] = field(default_factory=dict)


class ContestNumbers(Struct, frozen=True):
    """One contest with the rows of its units."""

    contest: StatsContest
    units: list[StatsUnit]


class Shown(Struct, frozen=True):
    """A contest's snapshot, and what is made from it once for everybody who asks: the totals message, `ContestNumbers` as JSON."""

    snapshot: Snapshot
    totals: bytes
    numbers: bytes


class View:
    """`refresh` looks; `shown` is what there is to show, by contest id. Waiters of `changed` are woken by new numbers."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._looking = asyncio.Lock()
        self._scopes: dict[str, Kept] = {}
        self._seen: dict[str, tuple[int, int]] = {}
        self._definitions: dict[str, int] = {}
        self._trees: dict[str, Tree] = {}
        self.contests: dict[str, Contest] = {}
        self.revs: dict[str, Rev] = {}
        self.shown: dict[str, Shown] = {}
        self.changed = asyncio.Event()

    async def refresh(self, now: datetime) -> None:
        """Costs one query when nothing moved, and the rows that moved otherwise."""
        async with self._looking, self._pool.acquire() as connection:
            revs = await rollups.revs(connection)
            if all(self._seen.get(rev.scope) == (rev.rev, rev.generation) for rev in revs):
                return
            # One snapshot of the database, so that a unit and its contest cannot tell of different moments.
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                await self._read(connection)
            self._build(now)

    async def _read(self, connection: Connection) -> None:
        self.revs = {rev.scope: rev for rev in await rollups.revs(connection)}
        wanted = {scope: rev.definitions for scope, rev in self.revs.items()}
        if wanted != self._definitions:
            self.contests = await definitions.contests(connection)
            series = {contest.rules.series_id for contest in self.contests.values()}
            self._trees = {one: Tree(await definitions.units(connection, one)) for one in series}
            self._definitions = wanted
        for scope, rev in self.revs.items():
            kept = self._scopes.get(scope)
            if kept is None or kept.generation != rev.generation:
                kept = self._scopes[scope] = Kept(0, rev.generation)
            if kept.rev < rev.rev:
                kept.rows.update(await rollups.since(connection, scope, kept.rev))
                kept.rev = rev.rev

    def _build(self, now: datetime) -> None:
        changed = {rev.scope for rev in self.revs.values() if self._seen.get(rev.scope) != (rev.rev, rev.generation)}
        for contest_id, contest in self.contests.items():
            if {contest_id, contest.rules.series_id} & changed or contest_id not in self.shown:
                snapshot = build(self.source(contest, now))
                self.shown[contest_id] = Shown(snapshot, _totals(snapshot), _numbers(snapshot))
        self._seen = {rev.scope: (rev.rev, rev.generation) for rev in self.revs.values()}
        self.wake()

    def wake(self) -> None:
        """Everybody who waits looks again."""
        woken, self.changed = self.changed, asyncio.Event()
        woken.set()

    def source(self, contest: Contest, now: datetime) -> Source:
        rules = contest.rules
        scopes = dict.fromkeys((rules.series_id, rules.id))
        revs = [self.revs[scope] for scope in scopes if scope in self.revs]
        rows: dict[Key, tuple[int, ...]] = {}
        for scope in scopes:
            rows.update(self._scopes[scope].rows if scope in self._scopes else {})
        own, series = self.revs.get(rules.id), self.revs.get(rules.series_id)
        return Source(
            rules=rules, rev=sum(rev.rev for rev in revs), phase=own.phase if own and own.phase else "not_open", rows=rows,
            tree=self._trees[rules.series_id],
            newest=Newest(
                series.newest.registered_at if series else None, own.newest.submitted_at if own else None
            ),
            secret=self._secret(rules, contest.closed), rehearsal=contest.rehearsal, recorded_at=now,
        )  # fmt: skip

    def _secret(self, rules: Rules, closed: bool) -> frozenset[str]:
        own = frozenset() if closed else predicted_secret(rules) | unrevealed(rules)
        # Registrants are the series': a round that shows them would tell what another one lets people predict.
        others = (
            predicted_secret(other.rules) & {"registrants"}
            for other in self.contests.values()
            if other.rules.series_id == rules.series_id and not other.closed
        )
        return own.union(*others)

    def data_time(self, contest: Contest, now: datetime) -> datetime:
        """Now, as the contest sees it: in a rehearsal the time of its newest fact, because real time means nothing there."""
        if not contest.rehearsal:
            return now
        newest = contest.closed_at
        for scope in (contest.rules.id, contest.rules.series_id):
            if scope in self.revs:
                at = self.revs[scope].newest
                newest = latest(newest, latest(at.registered_at, at.submitted_at))
        return newest or contest.rules.opens - timedelta(microseconds=1)


def _totals(snapshot: Snapshot) -> bytes:
    contest = snapshot.contest
    counts = contest.counts
    return _encode(
        Totals(
            contest.version, contest.time,
            (counts.registrants, counts.participants, counts.attempts, counts.valid, counts.perfect),
        )
    )  # fmt: skip


def _numbers(snapshot: Snapshot) -> bytes:
    return _encode(ContestNumbers(snapshot.contest, list(snapshot.units.values())))

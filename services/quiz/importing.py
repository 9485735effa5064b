"""A contest comes in: checked as a whole, its keys sealed to scoring, and nothing half-applied."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from msgspec import Struct
from nacl.public import PublicKey, SealedBox

from services.contracts.events import AnswerKey
from services.contracts.rules import Rules
from services.folder import Bank, Question
from services.folder.checks import check
from services.quiz import facts, repository
from services.quiz.domain.draw import paper_of
from services.quiz.domain.paper import PublicOption, PublicQuestion
from services.quiz.domain.starting import end_of
from services.quiz.problems import BAD_CONTEST, REASON_NEEDED
from services.quiz.repository import contests, key_of
from services.quiz.repository.contests import Definition, SealedKey
from services.runtime import Parts
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.outbox import Outgoing, put
from services.runtime.problems import Problem
from services.runtime.second import Request


class Incoming(Struct, frozen=True, forbid_unknown_fields=True):
    """What `hoithi contest apply` sends. `reason` is needed where the window of an open contest changes."""

    rules: Rules
    bank: Bank
    reason: str | None = None


class Applied(Struct, frozen=True):
    contest_id: str
    version: int
    bank_version: int
    changed: bool
    confirmation: Request | None = None
    """What a second person must confirm before it applies."""


Before = Callable[[Connection], Awaitable[Applied | None]]


class Importer:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        secrets = parts.settings.secrets_dir
        self._box = SealedBox(PublicKey(b64decode((secrets / "scoring.x25519.pub").read_text())))
        self._mark_key = sha256(b"bank fingerprint" + (secrets / "quiz.ed25519").read_bytes()).digest()

    async def apply(
        self, incoming: Incoming, now: datetime, trace: str, actor: str = "", before: Before | None = None
    ) -> Applied:
        """Safe to repeat: what is equal changes nothing. Raises 422 with every fault.

        `before` runs first in the same transaction; what it answers is the answer, and nothing is applied.
        """
        faults = check(incoming.rules, incoming.bank)
        if faults:
            listed = [{"key": f.key, "value": f.value, "problem": f.problem, "way_out": f.way_out} for f in faults]
            raise Problem(BAD_CONTEST, f"{len(faults)} faults; nothing was applied.", faults=listed)
        async with self._parts.pool.acquire() as connection, connection.transaction():
            await repository.hold_closed(connection, incoming.rules.id)
            if before is not None and (answer := await before(connection)) is not None:
                return answer
            applied = await self._apply(connection, incoming, now, trace)
            if applied.changed:
                new = {
                    "version": applied.version,
                    "bank_version": applied.bank_version,
                    "closes": incoming.rules.closes,
                }
                await note(connection, actor, "contest.defined", applied.contest_id, incoming.reason, new=new)
            return applied

    async def _apply(self, connection: Connection, incoming: Incoming, now: datetime, trace: str) -> Applied:
        rules = incoming.rules
        row = await contests.contest_for_update(connection, rules.id)
        mark = self._mark(rules, incoming.bank)
        bank_version = row["bank_version"] if row is not None else 0
        new_bank = row is None or await contests.fingerprint(connection, rules.id, bank_version) != mark
        before = msgspec.convert(row["rules"], Rules) if row is not None else None
        if row is not None and before == rules and not new_bank:
            return Applied(rules.id, row["version"], bank_version, False)
        if before is not None and before.opens <= now and not incoming.reason:
            _check_window_stands(before, rules)
        version = row["version"] + 1 if row is not None else 1
        rehearsal = row["rehearsal"] if row is not None else self._parts.settings.rehearsal
        new = Definition(
            rules, version, bank_version + new_bank, incoming.reason, rehearsal, now, self._parts.clock.now()
        )
        if new_bank:
            await self._write_bank(connection, new, incoming.bank, mark, trace)
        await self.redefine(connection, new, before, trace)
        return Applied(rules.id, version, new.bank_version, True)

    async def redefine(self, connection: Connection, new: Definition, before: Rules | None, trace: str) -> None:
        """The new version with the bank that stands; open papers get the ends that it gives them."""
        await contests.define(connection, new)
        if before is not None and _cut_at(before) != _cut_at(new.rules):
            await self._move_ends(connection, new.rules)
        await self._announce(connection, new.rules.id, trace)

    async def only_window_moves(self, connection: Connection, incoming: Incoming, before: Rules, bank: int) -> bool:
        """Whether nothing else differs from what stands."""
        same = msgspec.structs.replace(incoming.rules, opens=before.opens, closes=before.closes) == before
        mark = await contests.fingerprint(connection, before.id, bank)
        return same and mark == self._mark(incoming.rules, incoming.bank)

    async def _move_ends(self, connection: Connection, rules: Rules) -> None:
        """Open papers end where the new rules end them, and keep the minutes that they were started with."""
        drawn_by: dict[int, Rules] = {}
        ends = []
        for row in await repository.lock_open(connection, rules.id):
            version = row["definition_version"]
            if version not in drawn_by:
                drawn_by[version] = await contests.definition(connection, rules.id, version) or rules
            paper = paper_of(drawn_by[version], row["paper_group"])
            ends.append(
                (key_of(row), end_of(rules, paper, row["started_at"]) + timedelta(milliseconds=row["extra_ms"]))
            )
        if ends:
            await repository.write_ends(connection, ends)

    async def _write_bank(self, connection: Connection, new: Definition, bank: Bank, mark: bytes, trace: str) -> None:
        public = msgspec.json.encode([_public(question) for question in bank.questions])
        contest_id, version = new.rules.id, new.bank_version
        await contests.add_bank(connection, contest_id, version, public, mark, new.recorded_at)
        keys = [self._sealed(new, question) for question in bank.questions]
        await contests.add_keys(connection, keys)
        rows = [msgspec.structs.asdict(key) for key in keys]
        await put(connection, [Outgoing(facts.sealed(row, new.rehearsal), trace) for row in rows], "quiz")

    def _mark(self, rules: Rules, bank: Bank) -> bytes:
        """Changes with everything that the sealed keys hold, and tells nobody what that is."""
        own = _group_points(rules)
        content = msgspec.json.encode((bank, rules.paper.points, own) if own else (bank, rules.paper.points))
        return hmac.new(self._mark_key, content, sha256).digest()

    def _sealed(self, new: Definition, question: Question) -> SealedKey:
        own = question.points
        points, of_groups = (new.rules.paper.points, _group_points(new.rules)) if own is None else (own, {})
        right = tuple(sorted(question.correct))
        key = AnswerKey(right, points, question.explanation, question.legal_basis, of_groups)
        sealed = b64encode(self._box.encrypt(msgspec.json.encode(key))).decode()
        return SealedKey(new.rules.id, question.id, new.bank_version, sealed, new.time, new.recorded_at)

    async def _announce(self, connection: Connection, contest_id: str, trace: str) -> None:
        row = await contests.contest(connection, contest_id)
        assert row is not None
        event = facts.defined(row, await contests.question_ids(connection, contest_id))
        await put(connection, [Outgoing(event, trace)], "quiz")


def _group_points(rules: Rules) -> dict[str, int]:
    """What groups with a paper of their own get per question, where it is not what the contest's paper gives."""
    papers = {group.id: group.paper for group in rules.groups if group.paper is not None}
    return {group: paper.points for group, paper in papers.items() if paper.points != rules.paper.points}


def _check_window_stands(before: Rules, after: Rules) -> None:
    """Raises 422 where the window of an open contest would change without a word of why."""
    for name in ("opens", "closes"):
        was, becomes = getattr(before, name), getattr(after, name)
        if was != becomes:
            raise Problem(REASON_NEEDED, f"{name}: {was} becomes {becomes}; give `reason`.")


def _cut_at(rules: Rules) -> datetime | None:
    return rules.closes if rules.late_start == "cut" else None


def _public(question: Question) -> PublicQuestion:
    options = tuple(PublicOption(option.id, option.text) for option in question.options)
    return PublicQuestion(
        question.id, question.kind, question.topic, question.difficulty, question.text, options, question.shuffle_options,
        question.groups,
    )  # fmt: skip

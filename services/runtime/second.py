"""The second person (rule 11): one asks, another confirms exactly that, and only then it is done.

Rows live in each service's own database. What was asked is bound by a digest: the second person names the digest of
what they have read, and a row that was changed since does not match it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.problems import OWN_REQUEST, REQUEST_DIFFERS, REQUEST_OVER, UNKNOWN_REQUEST, Problem

LIVES = timedelta(days=3)
"""How long somebody may be waited for."""


class Asked(Struct, frozen=True):
    """Something that one person wants. `content` is JSON of ids and settings: all that is needed to do it.

    `actor`: `staff:<id>` or `machine:<name>`; `scope`: the series or contest whose roles decide, "*" for all.
    """

    action: str
    subject: str
    scope: str
    content: dict[str, Any]
    reason: str | None
    actor: str

    def digest(self) -> bytes:
        return sha256(msgspec.json.encode(self, order="sorted")).digest()


class Request(Struct, frozen=True):
    """What waits for a second person, or what became of it."""

    id: UUID
    action: str
    subject: str
    scope: str
    content: dict[str, Any]
    reason: str | None
    digest: str
    """SHA-256 in hex; to be sent back by whoever confirms."""
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    state: str
    """waiting | confirmed | refused | expired"""
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def asked(self) -> Asked:
        return Asked(self.action, self.subject, self.scope, self.content, self.reason, self.asked_by)


def same_person(one: str, other: str) -> bool:
    """Whoever holds the server's key is one person, under whatever name it was used."""
    return one == other or (one.startswith("machine:") and other.startswith("machine:"))


async def ask(connection: Connection, wanted: Asked, now: datetime) -> Request:
    """Stores what somebody wants; the same again while it waits gives the same request. `now` is real time."""
    asked: Asked = msgspec.structs.replace(wanted, content=msgspec.to_builtins(wanted.content))
    digest = asked.digest()
    await connection.execute(
        "update second_person set state = 'expired' where digest = $1 and state = 'waiting' and expires_at <= $2",
        digest, now,
    )  # fmt: skip
    id_ = await connection.fetchval(
        """
        insert into second_person (id, action, subject, scope, content, reason, digest, asked_by, asked_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (digest) where state = 'waiting' do nothing returning id
        """,
        uuid4(), asked.action, asked.subject, asked.scope, asked.content, asked.reason, digest, asked.actor, now,
        now + LIVES,
    )  # fmt: skip
    if id_ is not None:
        new = {"request": str(id_), "digest": digest.hex(), "content": asked.content}
        await note(connection, asked.actor, f"{asked.action}.asked", asked.subject, asked.reason, new=new)
    row = await connection.fetchrow("select * from second_person where digest = $1 and state = 'waiting'", digest)
    assert row is not None
    return _request(row)


async def find(connection: Connection, id_: UUID, *, lock: bool = False) -> Request:
    """Raises 404. `lock` holds the row until the transaction ends: a request is decided once."""
    statement = "select * from second_person where id = $1" + (" for update" if lock else "")
    row = await connection.fetchrow(statement, id_)
    if row is None:
        raise Problem(UNKNOWN_REQUEST, f"There is no request {id_}.")
    return _request(row)


async def waiting(connection: Connection, now: datetime) -> Sequence[Request]:
    """Everything that can still be confirmed, the oldest first."""
    rows = await connection.fetch(
        "select * from second_person where state = 'waiting' and expires_at > $1 order by asked_at, id limit 500", now
    )
    return [_request(row) for row in rows]


async def decide(connection: Connection, request: Request, *, actor: str, confirmed: bool, now: datetime) -> None:
    """Confirms or refuses a request that `find` locked. Raises 403 for the asker's own yes and 410 when it is over."""
    if request.state != "waiting" or request.expires_at <= now:
        raise Problem(REQUEST_OVER, "Look at `state`; ask anew if it is still wanted.", state=_state(request, now))
    if confirmed and same_person(actor, request.asked_by):
        raise Problem(OWN_REQUEST, "A colleague with the right to do it looks at it and confirms.")
    state = "confirmed" if confirmed else "refused"
    await connection.execute(
        "update second_person set state = $2, decided_by = $3, decided_at = $4 where id = $1",
        request.id, state, actor, now,
    )  # fmt: skip
    new = {"request": str(request.id), "digest": request.digest, "asked_by": request.asked_by}
    await note(connection, actor, f"{request.action}.{state}", request.subject, request.reason, new=new)


def check_digest(request: Request, shown: str) -> None:
    """Raises 409 where the second person read something else, or the stored row is not what was asked for."""
    if shown != request.digest or request.asked.digest().hex() != request.digest:
        raise Problem(REQUEST_DIFFERS, "Read it again, and confirm what it says now.", digest=request.digest)


def _state(request: Request, now: datetime) -> str:
    return "expired" if request.state == "waiting" and request.expires_at <= now else request.state


def _request(row: Any) -> Request:
    return Request(**{**row, "digest": row["digest"].hex()})

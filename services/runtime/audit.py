"""The append-only log of who did what (rule 11): ids only, never names. The table is in every service's database.

Each row has a link in a chain of hashes, made by the database when the transaction commits (migrations/, audit_chain).
Do not write from a transaction above READ COMMITTED: it would not see the newest link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.runtime.database import Connection


async def note(
    connection: Connection, actor: str, action: str, subject: str, reason: str | None = None, **what: Any
) -> None:
    """`what` may name `old` and `new`, which are stored as JSON. Call inside the transaction that does the deed."""
    await connection.execute(
        "insert into audit (actor, action, subject, reason, old, new) values ($1, $2, $3, $4, $5, $6)",
        actor, action, subject, reason, what.get("old"), what.get("new"),
    )  # fmt: skip


class Head(Struct, frozen=True):
    """The newest link; `rows` 0 and no hash for a log without rows."""

    rows: int
    hash: str
    """SHA-256 in hex."""


class Chain(Struct, frozen=True):
    """What checking every link found. `broken_at`: the first link that does not fit its row or the link before."""

    head: Head
    broken_at: int | None
    unlinked: int
    """Rows of the log without a link."""
    then: str | None
    """The hash that link number `at` has, for whoever remembers an earlier head."""

    @property
    def whole(self) -> bool:
        return self.broken_at is None and self.unlinked == 0


class Entry(Struct, frozen=True):
    """One row of the log with its link."""

    id: int
    seq: int
    hash: str
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str | None
    old: Any
    new: Any


@dataclass(frozen=True)
class Wanted:
    """Which rows: `who` and `what` are beginnings of actor and action, `before` a row's id to go on from."""

    who: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 100


async def head(connection: Connection) -> Head:
    row = await connection.fetchrow("select seq, hash from audit_chain order by seq desc limit 1")
    return Head(row["seq"], row["hash"].hex()) if row else Head(0, "")


async def check(connection: Connection, at: int = 0) -> Chain:
    """Computes every link anew from the rows; `at`: a link whose hash is wanted too."""
    row = await connection.fetchrow(
        """
        with links as (
            select c.seq, c.hash, a.id, audit_content(a) as content, lag(c.seq, 1, 0::bigint) over chain as seq_before,
                lag(c.hash, 1, ''::bytea) over chain as hash_before
            from audit_chain c left join audit a on a.id = c.audit_id window chain as (order by c.seq))
        select min(seq) filter (where seq <> seq_before + 1 or id is null or hash <> sha256(hash_before || content))
            as broken_at, (select count(*) from audit where id not in (select audit_id from audit_chain)) as unlinked,
            (select hash from audit_chain where seq = $1) as then
        from links
        """,
        at,
    )
    assert row is not None
    return Chain(await head(connection), row["broken_at"], row["unlinked"], row["then"].hex() if row["then"] else None)


async def entries(connection: Connection, wanted: Wanted) -> Sequence[Entry]:
    """The newest first."""
    rows = await connection.fetch(
        """
        select a.id, c.seq, encode(c.hash, 'hex') as hash, a.at, a.actor, a.action, a.subject, a.reason, a.old, a.new
        from audit a join audit_chain c on c.audit_id = a.id
        where starts_with(a.actor, $1) and starts_with(a.action, $2) and ($3::timestamptz is null or a.at >= $3)
            and ($4::timestamptz is null or a.at < $4) and ($5::bigint is null or a.id < $5)
        order by a.id desc limit $6
        """,
        wanted.who, wanted.what, wanted.since, wanted.until, wanted.before, wanted.limit,
    )  # fmt: skip
    return [Entry(**row) for row in rows]

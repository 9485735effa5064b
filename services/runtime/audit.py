"""The append-only log of who did what (rule 11): ids only, never names. The table is in every service's database."""

from __future__ import annotations

from typing import Any

from services.runtime.database import Connection


async def note(
    connection: Connection, actor: str, action: str, subject: str, reason: str | None = None, **what: Any
) -> None:
    """`what` may name `old` and `new`, which are stored as JSON. Call inside the transaction that does the deed."""
    await connection.execute(
        "insert into audit (actor, action, subject, reason, old, new) values ($1, $2, $3, $4, $5, $6)",
        actor, action, subject, reason, what.get("old"), what.get("new"),
    )  # fmt: skip

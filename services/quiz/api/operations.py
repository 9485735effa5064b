"""Doors for operators: audit, republishing, and the watermark of a rehearsal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import get, post
from msgspec import Struct

from services.contracts.digest import render
from services.quiz import repository, republishing
from services.quiz.api.hot import BASE
from services.quiz.repository import contests
from services.runtime import Parts
from services.runtime.access import Principal, Role, allow


class Republished(Struct, frozen=True):
    facts: int


class Watermark(Struct, frozen=True, forbid_unknown_fields=True):
    until: datetime
    """No later request of the rehearsal will be earlier."""


@get(f"{BASE}/audit", guards=[allow(Role.AUDITOR)])
async def audit(parts: Parts) -> dict[str, Any]:
    """What quiz holds, to compare with what scoring and stats hold: counts and digests, no ids."""
    rows = await contests.facts(parts.pool)
    per_contest = {
        row["contest_id"]: {
            "version": row["version"], "open": row["open"], "submitted": row["submitted"], "abandoned": row["abandoned"],
            "digest": render(row["ids"]), "versions_digest": render(row["versions"]),
            "closed": None if row["closed_at"] is None else {"attempts": row["closed_attempts"], "digest": row["closed_digest"]},
        }
        for row in rows
    }  # fmt: skip
    total = {
        "count": sum(row["submitted"] for row in rows),
        "digest": render(sum(row["versions"] or 0 for row in rows)),
    }
    return {
        "service": "quiz", "outbox": await contests.outbox_rows(parts.pool), "facts": {"attempts": total}, "contests": per_contest,
    }  # fmt: skip


@post(f"{BASE}/republish", guards=[allow(Role.OPERATOR)], status_code=200)
async def republish(parts: Parts, principal: Principal) -> Republished:
    """Puts every fact into the outbox again; repeats are told by key and version."""
    async with parts.pool.acquire() as connection, connection.transaction():
        return Republished(await republishing.republish(parts, connection, f"{principal.kind}:{principal.id}"))


@post(f"{BASE}/rehearsal/watermark", guards=[allow(Role.REHEARSAL)], status_code=200)
async def watermark(data: Watermark, parts: Parts) -> Watermark:
    await repository.raise_watermark(parts.pool, data.until)
    return data


routes = [audit, republish, watermark]

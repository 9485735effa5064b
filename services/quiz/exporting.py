"""What quiz knows of one person: papers under a pseudonymous id, in the contests of one series."""

from __future__ import annotations

from typing import Any

import msgspec

from services.quiz import facts
from services.quiz.domain.answers import given, predicted
from services.quiz.repository import exports
from services.runtime.database import Connection
from services.runtime.export import Export
from services.runtime.problems import UNKNOWN_CONTESTANT, Problem


async def collect(_: Any, connection: Connection, contestant: str, series: str) -> Export:
    if await exports.is_stranger(connection, contestant, series):
        raise Problem(UNKNOWN_CONTESTANT, "Nobody of this series has this id.")
    records = await exports.records(connection, contestant, series)
    for row in records["attempts"]:
        stored = facts.stored_answers(row)
        row |= {"answers": given(stored), "prediction": predicted(stored)}
        row["receipt"] = msgspec.json.decode(row["receipt"]) if row["receipt"] else None
    erased = any(row["erased"] for row in records["rights"])
    return Export("quiz", contestant, erased, records)

"""Answer keys, as the sealed boxes in which they came."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from services.contracts.events import AnswerKeySealed
from services.runtime.database import Connection


class Box(Struct, frozen=True):
    """The box applied now, and the highest version seen."""

    sealed: str
    newest: int


async def boxes(connection: Connection, contest_id: str, questions: Collection[str] | None = None) -> dict[str, Box]:
    """By question id; of the whole contest where `questions` is None."""
    rows = await connection.fetch(
        "select question_id, sealed, newest from answer_keys where contest_id = $1 and ($2::text[] is null or question_id = any($2))",
        contest_id, None if questions is None else list(questions),
    )  # fmt: skip
    return {row[0]: Box(row[1], row[2]) for row in rows}


async def anything_marked(connection: Connection, contest_id: str) -> bool:
    return bool(await connection.fetchval("select exists (select from scores where contest_id = $1)", contest_id))


async def apply(connection: Connection, event: AnswerKeySealed) -> None:
    """This box is the question's key from now on; nothing is pending."""
    await connection.execute(
        """insert into answer_keys (contest_id, question_id, version, sealed, newest) values ($1, $2, $3, $4, $3)
        on conflict (contest_id, question_id) do update set version = $3, sealed = $4, newest = $3, pending_sealed = null""",
        event.contest_id, event.question_id, event.version, event.sealed,
    )  # fmt: skip


async def keep_pending(connection: Connection, event: AnswerKeySealed) -> None:
    await connection.execute(
        "update answer_keys set newest = $3, pending_sealed = $4 where contest_id = $1 and question_id = $2",
        event.contest_id, event.question_id, event.version, event.sealed,
    )  # fmt: skip


async def settle(connection: Connection, event: AnswerKeySealed) -> None:
    """The key applied now was confirmed by a newer equal one."""
    await connection.execute(
        "update answer_keys set newest = $3, pending_sealed = null where contest_id = $1 and question_id = $2",
        event.contest_id, event.question_id, event.version,
    )  # fmt: skip


async def pending(connection: Connection, contest_id: str) -> int:
    return int(
        await connection.fetchval(
            "select count(*) from answer_keys where contest_id = $1 and pending_sealed is not null", contest_id
        )
    )

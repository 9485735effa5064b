"""What one process of quiz holds while it runs."""

from __future__ import annotations

from services.quiz.book import Book
from services.quiz.importing import Importer
from services.quiz.starting import Starts
from services.quiz.sweeping import Sweeper
from services.quiz.taking import Request, Saved, Taker
from services.runtime import Parts
from services.runtime.batcher import Batcher


async def prepare(parts: Parts) -> None:
    book = await Book.open(parts)
    taker = Taker(book, parts.tokens, parts.clock)
    sweeper = Sweeper(parts, book, taker)
    # Submissions have a reserve of their own: a flood of saves never keeps one waiting.
    saves: Batcher[Request, Saved] = Batcher("saves", taker.save, pool=parts.pool, key=_key, max_queue=4000)
    submissions: Batcher[Request, bytes] = Batcher(
        "submissions", taker.submit, pool=parts.pool, key=_key, max_queue=8000
    )
    parts.state |= {
        "book": book, "sweeper": sweeper, "starts": Starts(parts.pool, book, sweeper), "importer": Importer(parts),
        "saves": saves, "submissions": submissions,
    }  # fmt: skip


def _key(request: Request) -> object:
    return request.key

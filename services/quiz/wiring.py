"""What one process of quiz holds while it runs."""

from __future__ import annotations

from services.quiz.admission import Admission
from services.quiz.book import Book
from services.quiz.handing import HandingIn
from services.quiz.importing import Importer
from services.quiz.papers import Papers
from services.quiz.starting import Starts
from services.quiz.sweeping import Sweeper
from services.quiz.taking import Request, Saved, Taker
from services.runtime import Parts
from services.runtime.batcher import Batcher

SUBMISSIONS = 8000
"""How many may wait at once; no more papers are let open than this, so that a submission always finds its place."""


async def prepare(parts: Parts) -> None:
    book = await Book.open(parts)
    papers, handing_in = Papers(), HandingIn(book, parts.tokens, parts.clock)
    taker, sweeper = Taker(book, papers, handing_in), Sweeper(parts, book, handing_in)
    # Submissions have a reserve of their own: a flood of saves never keeps one waiting.
    saves: Batcher[Request, Saved] = Batcher(
        "saves", taker.save, pool=parts.pool, key=_key, max_queue=4000, one_statement=True
    )
    submissions: Batcher[Request, bytes] = Batcher(
        "submissions", taker.submit, pool=parts.pool, key=_key, max_queue=SUBMISSIONS, one_statement=True
    )
    parts.state |= {
        "book": book, "sweeper": sweeper, "starts": Starts(parts.pool, book, sweeper, papers), "importer": Importer(parts),
        "saves": saves, "submissions": submissions, "admission": Admission(parts, places=SUBMISSIONS),
    }  # fmt: skip


def _key(request: Request) -> object:
    return request.key

"""Refusals as RFC 9457 problem details: a stable type, a sentence for people, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

PAUSE = 5.0
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemType:
    """A kind of refusal. `slug` makes the type URI `/problems/<slug>`; each is described in docs/problems.md."""

    slug: str
    status: int
    title: str


class Problem(Exception):
    """A refusal on its way to the client. Extra members go into the document as they are.

    What passes by itself (429, 503) always says after how many seconds to come again.
    """

    def __init__(self, kind: ProblemType, detail: str, *, retry_after: float | None = None, **members: Any) -> None:
        super().__init__(f"{kind.slug}: {detail}")
        self.kind = kind
        self.detail = detail
        self.retry_after = PAUSE if retry_after is None and kind.status in (429, 503) else retry_after
        self.members = members

    def document(self, trace: str) -> bytes:
        head = {
            "type": f"/problems/{self.kind.slug}", "title": self.kind.title, "status": self.kind.status,
            "detail": self.detail, "instance": f"urn:trace:{trace}",
        }  # fmt: skip
        # The five of the RFC come first, and no member can take their place.
        return msgspec.json.encode(head | {name: value for name, value in self.members.items() if name not in head})


BAD_REQUEST = ProblemType("bad-request", 400, "The request cannot be read")
INVALID = ProblemType("invalid", 422, "Some of what was sent is not valid")
NOT_SIGNED_IN = ProblemType("not-signed-in", 401, "Sign in first")
FORBIDDEN = ProblemType("forbidden", 403, "Your role does not allow this")
UNKNOWN_CONTESTANT = ProblemType("unknown-contestant", 404, "There is nobody with this id")
NOT_FOUND = ProblemType("not-found", 404, "There is nothing here")
WRONG_ORIGIN = ProblemType("wrong-origin", 403, "The call does not come from the contest's own pages")
NO_KEY = ProblemType("idempotency-key-missing", 400, "The header Idempotency-Key is missing")
KEY_REUSED = ProblemType("idempotency-key-reused", 422, "This Idempotency-Key was used with another body")
METHOD = ProblemType("method-not-allowed", 405, "This cannot be done here")
TOO_LARGE = ProblemType("too-large", 413, "More was sent than fits")
WRONG_MEDIA_TYPE = ProblemType("unsupported-media-type", 415, "Send JSON")
UNSTORABLE = ProblemType("unstorable-text", 422, "A text holds a character that cannot be stored")
OVERLOADED = ProblemType("overloaded", 503, "Many people are here at once; come again in a moment")
STORE_AWAY = ProblemType("store-away", 503, "The store is away for a moment; send the same again")
BAD_TIME = ProblemType("bad-rehearsal-time", 400, "The rehearsal time is not signed with this run's key")
UNKNOWN_REQUEST = ProblemType("unknown-request", 404, "Nobody asked for anything under this id")
OWN_REQUEST = ProblemType("own-request", 403, "Another person must confirm what you asked for")
REQUEST_OVER = ProblemType("request-over", 410, "This was decided already, or nobody decided it in time")
REQUEST_DIFFERS = ProblemType("request-differs", 409, "What was asked for is not what you were shown")
FAULT = ProblemType("fault", 500, "Something broke on our side")

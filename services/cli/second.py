"""`hoithi confirm list|yes|no`: what one person asked for and a second one must confirm (rule 11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from services.cli.client import Client
from services.cli.terminal import Failure, out

SERVICES = ("registration", "quiz")
"""Those with acts that need two people."""


def listing(*, rehearsal: bool = False) -> None:
    """Show what waits for a second person: what it is, why, who asked, and until when."""
    found = list(_waiting(Client.of(rehearsal)))
    for _, request in found:
        out.print(_words(request), markup=False, soft_wrap=True)
    if not found:
        out.print("Nothing waits.")


def confirm(request: str, *, rehearsal: bool = False) -> None:
    """Confirm what a member of staff asked for, exactly as it is shown. Whoever holds the server's key is one person:
    what was asked from the command line is confirmed by a member of staff on the pages."""
    _decide(Client.of(rehearsal), request, "yes")


def refuse(request: str, *, rehearsal: bool = False) -> None:
    """Refuse it, or take back what was asked from the command line."""
    _decide(Client.of(rehearsal), request, "no")


def _decide(client: Client, id_: str, word: str) -> None:
    service, found = next(((s, r) for s, r in _waiting(client) if r["id"] == id_), (None, None))
    if service is None or found is None:
        raise Failure(f"Nothing waits under {id_}; `hoithi confirm list` shows what does.")
    out.print(_words(found), markup=False, soft_wrap=True)
    done = client.post(f"/api/{service}/v1/confirmations/{id_}/{word}", {"digest": found["digest"]})
    out.print(f"{done['state']}.")


def _waiting(client: Client) -> Iterator[tuple[str, dict[str, Any]]]:
    for service in SERVICES:
        for request in client.get(f"/api/{service}/v1/confirmations")["requests"]:
            yield service, request


def _words(request: dict[str, Any]) -> str:
    content = json.dumps(request["content"], ensure_ascii=False)
    why = f", because: {request['reason']}" if request["reason"] else ""
    return (
        f"{request['id']}  {request['action']} {request['subject']} {content}{why}\n"
        f"    asked by {request['asked_by']} at {request['asked_at']}, until {request['expires_at']}"
    )

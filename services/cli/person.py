"""`hoithi person export|erase`: answering a person's request about their own data, through every service."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec

from deploy.local.postgres import SERVICES
from services.cli.client import Client
from services.cli.terminal import UNSETTLED, Failure, answer_json, out, say
from services.runtime.export import Export, page

SPREAD_WITHIN = 30.0
"""Seconds in which every service must have heard of an erasure over Kafka; a fraction of one is usual."""


def export(contestant: str, *, series: str, html: Path | None = None, rehearsal: bool = False) -> None:
    """Print everything that every service knows of one person, as JSON; --html also writes it as a page to read.

    CONTESTANT is the id that an organiser's list shows. Reading it is logged in each service.
    """
    parts = collected(Client.of(rehearsal), contestant, series)
    if html is not None:
        html.write_text(page(contestant, parts), encoding="utf-8")
        say(f"the page to read: {html}")
    answer_json({part.service: part for part in parts})


def erase(contestant: str, *, series: str, reason: str, rehearsal: bool = False) -> None:
    """Erase one person's identity for good, and wait until every service has heard of it. Safe to repeat.

    --reason stands in the log, without the person's name. Exit code 1: refused (the answer says what holds the file);
    2: erased, but not every service has heard of it yet.
    """
    client = Client.of(rehearsal)
    path = f"/api/registration/v1/series/{series}/contestants/{contestant}/erasure"
    done = client.post(path, {"reason": reason})
    missing = spread(client, contestant, series)
    if missing:
        raise Failure(f"Erased; {', '.join(missing)} have not heard of it yet: is Kafka up? Ask again.", UNSETTLED)
    out.print(f"Erased at {done['erased_at']}; every service has heard of it.", markup=False)


def collected(client: Client, contestant: str, series: str) -> list[Export]:
    """Each service's part, registration's first."""
    found: list[Any] = [
        client.get(f"/api/{service}/v1/series/{series}/contestants/{contestant}/export") for service in SERVICES
    ]
    return msgspec.convert(found, list[Export])


def spread(client: Client, contestant: str, series: str, wait: float = SPREAD_WITHIN) -> list[str]:
    """The services that have not heard of the erasure within `wait` seconds."""
    deadline = time.monotonic() + wait
    while True:
        missing = [part.service for part in collected(client, contestant, series) if not part.erased]
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(0.2)

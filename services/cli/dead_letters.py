"""`hoithi dead-letters list` and `redrive`."""

from __future__ import annotations

import asyncio

from rich.table import Table

from services.cli import place
from services.cli.graveyard import Grave, graves, topics_of
from services.cli.graveyard import redrive as send_again
from services.cli.terminal import answer_json, out


def listing(
    *, service: str | None = None, topic: str | None = None, json: bool = False, rehearsal: bool = False
) -> None:
    """Show the records that a service could not read, where they stood, and why."""
    _, state = place.running(rehearsal)
    _show(asyncio.run(graves(place.kafka_address(state), topics_of(service, topic))), json)


def redrive(
    *, service: str | None = None, topic: str | None = None, json: bool = False, rehearsal: bool = False
) -> None:
    """Send them to their topic again, once what they lacked is mended. Each is sent once."""
    _, state = place.running(rehearsal)
    sent = asyncio.run(send_again(place.kafka_address(state), topics_of(service, topic)))
    _show(sent, json)
    if not json:
        out.print(f"{len(sent)} sent again.")


def _show(found: list[Grave], json: bool) -> None:
    if json:
        answer_json(found)
        return
    if not found:
        out.print("There are none.")
        return
    table = Table()
    for column in ("service", "topic", "partition", "offset", "reason", "error", "redriven"):
        table.add_column(column)
    for grave in found:
        table.add_row(
            grave.service, grave.topic, str(grave.partition), str(grave.offset), grave.reason, grave.error[:120],
            "yes" if grave.redriven else "",
        )  # fmt: skip
    out.print(table)

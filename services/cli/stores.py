"""`hoithi migrate` and `hoithi topics`: what a start does too, on its own."""

from __future__ import annotations

import asyncio

from rich.table import Table

from deploy.local import topics as kafka_topics
from deploy.local.migrations import migrate as apply
from deploy.local.postgres import SERVICES
from services.cli import place
from services.cli.terminal import out
from services.contracts.topics import TOPICS


def migrate(*, rehearsal: bool = False) -> None:
    """Apply the migrations that a database lacks. Safe to repeat."""
    folder, state = place.running(rehearsal)
    server = place.postgres(folder, state)
    for service in SERVICES:
        said = apply(server, service).strip()
        out.print(f"{service}: {said or 'nothing to do'}", markup=False)


def topics(*, rehearsal: bool = False) -> None:
    """Create the topics that are missing, check the others' partitions, and show who writes and reads what."""
    _, state = place.running(rehearsal)
    made = asyncio.run(kafka_topics.create(place.kafka_address(state)))
    table = Table(box=None, padding=(0, 1))
    # Names are copied from here into commands, so none is cut: on a narrow terminal the events stay away instead.
    wide = out.width >= 110
    for column in ("topic", "partitions", "kept", "written by", "read by", *(["events"] if wide else [])):
        table.add_column(column, no_wrap=column in ("topic", "written by", "events"))
    for spec in TOPICS.values():
        kept = "newest per key" if spec.cleanup == "compact" else "for ever"
        readers = [*spec.consumers, *(["portals"] if spec.portals else [])]
        row = [spec.name, str(spec.partitions), kept, spec.producer, ", ".join(readers)]
        table.add_row(*row, *(["\n".join(spec.events)] if wide else []))
    out.print(table)
    out.print(f"Made: {', '.join(made)}" if made else "Every topic was there.")

"""Taking an organiser's list of units: all of it or nothing, and again without effect."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.contracts.rules import Text
from services.registration.changes import Order
from services.registration.domain.units import Diff, Unit, diff, faults
from services.registration.problems import UNITS
from services.registration.repository import units
from services.registration.repository.units import Kept
from services.registration.repository.upkeep import defined
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.outbox import Outgoing, put
from services.runtime.problems import Problem

MOST_FAULTS_TOLD = 200


async def import_units(
    connection: Connection, series_id: str, given: Sequence[Unit], order: Order, *, rehearsal: bool
) -> tuple[int, int, int, int]:
    """(created, changed, unchanged, revision). Raises a Problem that lists every fault."""
    given = [_clean(unit) for unit in given]
    await units.lock_tree(connection, series_id)
    kept = await units.tree(connection, series_id)
    known = {unit_id: each.unit for unit_id, each in kept.items()}
    if found := faults(known, given):
        listed = [vars(fault) for fault in found[:MOST_FAULTS_TOLD]]
        raise Problem(UNITS, f"{len(found)} faults; see `faults`.", faults=listed, count=len(found))
    difference = diff(known, given)
    news = [_kept(unit, kept, order, rehearsal) for unit in (*difference.created, *difference.changed)]
    if news:
        events = [defined(series_id, each) for each in news]
        await units.keep(connection, series_id, events, _positions(given, kept))
        await note(connection, order.actor, "units.import", series_id, order.reason, new=_ids(difference))
        await put(connection, [Outgoing(event, order.trace) for event in events])
    counts = (len(difference.created), len(difference.changed), len(difference.unchanged))
    return *counts, await units.revision(connection, series_id)


def _positions(given: Sequence[Unit], kept: Mapping[str, Kept]) -> dict[str, int]:
    """The order of the list; a single unit that is known stays where it stood."""
    if len(given) == 1 and given[0].id in kept:
        return {given[0].id: kept[given[0].id].position}
    return {unit.id: at for at, unit in enumerate(given)}


def _kept(unit: Unit, kept: Mapping[str, Kept], order: Order, rehearsal: bool) -> Kept:
    version = kept[unit.id].version + 1 if unit.id in kept else 1
    return Kept(unit, version, 0, None, order.now, order.recorded_at, rehearsal)


def _ids(difference: Diff) -> dict[str, list[str]]:
    return {"created": [unit.id for unit in difference.created], "changed": [unit.id for unit in difference.changed]}


def _clean(unit: Unit) -> Unit:
    vi = " ".join(unicodedata.normalize("NFC", unit.name.vi).split())
    return replace(unit, name=Text(vi, unit.name.en), headcounts=dict(unit.headcounts))

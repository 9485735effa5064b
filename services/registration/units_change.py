"""One unit is renamed, or merged into another: everybody's history stays, and the tree is resolved where it is read."""

from __future__ import annotations

from dataclasses import replace

from services.contracts.rules import Text
from services.registration.changes import Order
from services.registration.domain.units import Unit, merge_fault, subtree, under_merges
from services.registration.problems import UNIT_MERGE, UNKNOWN_UNIT
from services.registration.repository import units
from services.registration.repository.units import Kept
from services.registration.repository.upkeep import merged
from services.registration.units_import import import_units
from services.runtime.audit import note
from services.runtime.database import Connection
from services.runtime.outbox import Outgoing, put
from services.runtime.problems import Problem


async def merge_units(connection: Connection, series_id: str, pair: tuple[str, str], order: Order) -> bool:
    """`pair`: (unit, the one it goes into). False where it went there before. Raises a Problem that says why not."""
    unit_id, into = pair
    await units.lock_tree(connection, series_id)
    kept = await units.tree(connection, series_id)
    unit = _known(kept, unit_id)
    if unit.merged_into == into:
        return False
    homes = {each_id: each.merged_into for each_id, each in kept.items()}
    parents = under_merges({each_id: each.unit.parent for each_id, each in kept.items()}, homes)
    if (why := merge_fault(unit_id, into, homes, subtree(parents, unit_id))) is not None:
        raise Problem(UNIT_MERGE, f"into: {why}.", field="into", value=into)
    gone = replace(unit, merged_into=into, merged_at=order.now, merged_recorded_at=order.recorded_at)
    await units.merge(connection, series_id, gone)
    what = {"old": {"into": unit.merged_into}, "new": {"into": into}}
    await note(connection, order.actor, "unit.merge", f"{series_id}|{unit_id}", order.reason, **what)
    await put(connection, [Outgoing(merged(series_id, gone), order.trace)])
    return True


async def rename_unit(connection: Connection, series_id: str, named: tuple[str, Text], order: Order) -> bool:
    """`named`: (unit, its new name). False where it has that name. The old one stands in the log."""
    unit_id, name = named
    await units.lock_tree(connection, series_id)
    kept = _known(await units.tree(connection, series_id), unit_id)
    await import_units(connection, series_id, [replace(kept.unit, name=name)], order, rehearsal=kept.rehearsal)
    after = _known(await units.tree(connection, series_id), unit_id)
    if after.version == kept.version:
        return False
    what = {"old": _name(kept.unit), "new": _name(after.unit)}
    await note(connection, order.actor, "unit.rename", f"{series_id}|{unit_id}", order.reason, **what)
    return True


def _known(kept: dict[str, Kept], unit_id: str) -> Kept:
    found = kept.get(unit_id)
    if found is None:
        raise Problem(UNKNOWN_UNIT, f"unit: this series has none called {unit_id[:80]!r}.")
    return found


def _name(unit: Unit) -> dict[str, str | None]:
    return {"vi": unit.name.vi, "en": unit.name.en}

"""Reads what is stored now and acted on later: ranking, awards, overall, complaints, retention, parts.

The result is plain data in the shape of `later_model.Later`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from services.folder.moments import duration_ms, period
from services.folder.section import Place, Read, Section, Wrong, each
from services.folder.tree import Mapping
from services.folder.values import boolean, choice, integer, slug, string, text

RANKING = ("score", "prediction_distance", "duration", "submitted_at", "started_at", "perfect_attempts")
COLLECTIVE = ("participation_rate", "participants", "attempts", "perfect_attempts", "average_score", "prizes")
COMPARISON = re.compile(r"(>=|>|<=|<)?\s*([0-9]{1,9}(?:\.[0-9]{1,4})?)\s*(%)?")
PRIZES = integer(0, 100_000)
POINTS = integer(0, 1_000_000)


def later(section: Section) -> dict[str, Any]:
    """The later keys of `contest.yaml` that stand there."""
    readers: dict[str, Read[Any]] = {
        "ranking": each(_rank_step),
        "awards": _awards,
        "overall": _overall,
        "complaints": _complaints,
        "retention": _retention,
        "parts": _parts,
    }
    return _present(section, readers)


def _present(section: Section, readers: dict[str, Read[Any]]) -> dict[str, Any]:
    found = {key: section.get(key, read, None) for key, read in readers.items()}
    return {key: _plain(value) for key, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _title(place: Place) -> dict[str, str]:
    found = text(place)
    return {"vi": found.vi} if found.en is None else {"vi": found.vi, "en": found.en}


def _rank_step(place: Place) -> dict[str, Any]:
    if not isinstance(place.node, Mapping):
        return {"by": choice(*RANKING)(place)}
    with Section(place) as section:
        return {"by": "duration", "floor_ms": section.need("duration", _floor, 0)}


def _floor(place: Place) -> int:
    with Section(place) as section:
        return section.need("floor", duration_ms, 0)


def _awards(place: Place) -> dict[str, Any]:
    readers: dict[str, Read[Any]] = {
        "per_person": _per_person,
        "individual": each(_individual),
        "special": each(_special),
        "collective": each(_collective),
    }
    with Section(place) as section:
        return _present(section, readers)


def _per_person(place: Place) -> dict[str, str]:
    with Section(place) as section:
        scope = section.need("scope", choice("series", "contest"), "series")
        return {"scope": scope, "keep": section.need("keep", choice("highest", "all"), "highest")}


def _award(section: Section, more: dict[str, Read[Any]]) -> dict[str, Any]:
    award = {"id": section.need("id", slug, "?"), "prizes": section.get("prizes", PRIZES, 1)}
    return award | _present(section, {"title": _title, **more})


def _individual(place: Place) -> dict[str, Any]:
    only_if = _conditions({"score": _comparison, "perfect": boolean})
    with Section(place) as section:
        return _award(
            section, {"only_if": only_if, "per": choice("group", "category"), "group": slug, "category": slug}
        )


def _special(place: Place) -> dict[str, Any]:
    only_if = _conditions({"score": _comparison, "perfect": boolean})
    with Section(place) as section:
        by = section.need("by", choice("oldest", "youngest", "most_perfect", "first_perfect"), "oldest")
        return _award(section, {"only_if": only_if, "group": slug, "category": slug}) | {"by": by}


def _collective(place: Place) -> dict[str, Any]:
    shares = _conditions({"headcount": _comparison, "participation_rate": _comparison, "participants": _comparison})
    with Section(place) as section:
        if section.has("by") == section.has("points"):
            place.fault("needs either by or points", "order units by figures (by), or let them collect points (points)")
        readers: dict[str, Read[Any]] = {"per": slug, "of": slug, "by": each(choice(*COLLECTIVE)), "only_if": shares}
        return _award(section, {**readers, "points": each(_points)})


def _points(place: Place) -> dict[str, Any]:
    readers: dict[str, Read[Any]] = {key: POINTS for key in COLLECTIVE if key != "prizes"}
    with Section(place) as section:
        found = _present(section, {**readers, "prizes": _points_by_award, "manual": POINTS})
        if len(found) != 1:
            place.fault(
                "gives no points or several", "write one figure a line, such as {participation_rate: 1, cap: 100}"
            )
        return found | _present(section, {"cap": POINTS, "title": _title})


def _points_by_award(place: Place) -> dict[str, int]:
    if not isinstance(place.node, Mapping):
        raise Wrong("is not a mapping", "write it like {nhat: 10, nhi: 8}")
    with Section(place) as section:
        return {award: section.get(award, POINTS, 0) for award in place.node.entries}


def _conditions(readers: dict[str, Read[Any]]) -> Read[dict[str, Any]]:
    def read(place: Place) -> dict[str, Any]:
        with Section(place) as section:
            return _present(section, readers)

    return read


def _comparison(place: Place) -> dict[str, Any]:
    """`">= 50%"`. A number alone is kept as `==`; whether that can be meant is for the checks to say."""
    parts = COMPARISON.fullmatch(string(place))
    if not parts:
        raise Wrong("is not a comparison", 'write it in quotes, such as ">= 50%"')
    value = float(parts[2])
    number = int(value) if value.is_integer() else value
    return {"op": parts[1] or "==", "value": number, "of": "percent" if parts[3] else "number"}


def _overall(place: Place) -> dict[str, Any]:
    with Section(place) as section:
        score = section.need("score", choice("sum", "average", "best"), "sum")
        return {"score": score} | _present(section, {"best_rounds": integer(1, 1000)})


def _complaints(place: Place) -> dict[str, int]:
    with Section(place) as section:
        return {"days": section.need("days", integer(0, 365), 0)}


def _retention(place: Place) -> dict[str, Any]:
    keys: Iterable[str] = ("contestants", "winners", "raw_ip", "audit")
    with Section(place) as section:
        return _present(section, dict.fromkeys(keys, period))


def _parts(place: Place) -> tuple[Any, ...]:
    if place.items():
        raise Wrong("is reserved for an essay part", "leave the list empty: parts: []")
    return ()

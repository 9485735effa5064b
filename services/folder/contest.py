"""Reads `contest.yaml` into one `Rules` per contest: one, or one per round, which inherits what it does not say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from services.contracts.rules import RegistrationRules, Rules, Text, Tries
from services.folder.later import later
from services.folder.moments import duration_ms, moment, zone
from services.folder.paper import NO_PAPER, Counted, counted, group, paper, prediction, tries
from services.folder.registration import Registration, RegistrationReader, consent
from services.folder.section import Place, Read, Section
from services.folder.source import Source
from services.folder.tree import Mapping, Node
from services.folder.values import choice, slug, text

OWN_OF_A_ROUND = (
    *("title", "opens", "closes", "late_start", "grace", "paper", "prediction", "tries"),
    *("counted", "ranking", "awards", "complaints", "groups"),
)
"""What a round may say for itself. Registration, consent and the rest belong to the series: people enter once."""
NEVER, ALWAYS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Stand in for a window that could not be read, so that nothing else seems to lie outside it."""
LATE_START: Read[Literal["finish", "cut"]] = choice("finish", "cut")
DEFAULT_COUNTED: tuple[Counted, bool] = (("score", "submitted_at"), False)


@dataclass(frozen=True, slots=True)
class ContestFile:
    """What `contest.yaml` says; `sources[i]` knows where the keys of `rules[i]` stand."""

    rules: tuple[Rules, ...]
    sources: tuple[Source, ...]
    excluded: str | None


Window = tuple[datetime | None, datetime | None]
"""Opens and closes, where known."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A contest to be read: its merged keys, and what a round adds to them."""

    node: Mapping
    round_id: str | None = None
    series: Window = (None, None)


def read_contest(node: Node, source: Source) -> ContestFile | None:
    """Faults go to `source`; None where the file is no mapping at all."""
    return Place(node, "", node.line, source).read(_read_file, None)


def _read_file(place: Place) -> ContestFile:
    rules, sources, excluded = [], [], None
    for part in _parts(Section(place)):
        source = Source(place.source.file, place.source.faults)
        one, registration = _read_one(Place(part.node, "", part.node.line, source), part)
        source.broken |= place.source.broken
        rules.append(one)
        sources.append(source)
        excluded = registration.excluded
    return ContestFile(tuple(rules), tuple(sources), excluded)


def _parts(whole: Section) -> list[_Part]:
    """One part for a contest without rounds, else one per round: the keys of the whole under those of the round."""
    shared = {key: entry for key, entry in whole.entries.items() if key != "rounds"}
    rounds = whole.all("rounds", _round)
    if not rounds:
        if whole.has("rounds") and not whole.place.source.doubts("rounds"):
            line = whole.entries["rounds"][0]
            whole.place.source.add(line, "rounds", "", "has no round", "add one, or delete the key")
        return [_Part(Mapping(whole.place.node.line, shared, 0))]
    series = _series_window(whole, rounds)
    inherited = {key: entry for key, entry in shared.items() if key not in ("opens", "closes")}
    return [replace(part, node=_over(inherited, part.node), series=series) for part in _distinct(rounds, whole)]


def _over(inherited: dict[str, tuple[int, Node]], own: Mapping) -> Mapping:
    return Mapping(own.line, inherited | own.entries, 0)


def _round(place: Place) -> _Part:
    with Section(place) as section:
        round_id = section.need("id", slug, "?")
        for key in OWN_OF_A_ROUND:
            section.has(key)
        # a key with null is kept: it takes away what the series has
        own = {key: entry for key, entry in section.entries.items() if key in OWN_OF_A_ROUND}
        return _Part(Mapping(place.line, own, 0), round_id)


def _distinct(rounds: tuple[_Part, ...], whole: Section) -> tuple[_Part, ...]:
    seen: set[str | None] = set()
    for part in rounds:
        if part.round_id in seen and part.round_id != "?":
            whole.place.source.add(
                part.node.line, "rounds", str(part.round_id), "is the id of two rounds", "rename one"
            )
        seen.add(part.round_id)
    return rounds


def _series_window(whole: Section, rounds: tuple[_Part, ...]) -> Window:
    """The window of the series as given; its opening is that of the first round where it is not."""
    read = moment(_zone(whole))
    opens, closes = whole.get("opens", read, None), whole.get("closes", read, None)
    if opens is None:
        quiet = Source("", [])
        entries = [part.node.entries["opens"] for part in rounds if "opens" in part.node.entries]
        found = [Place(node, "opens", line, quiet).read(read, None) for line, node in entries]
        opens = min((instant for instant in found if instant is not None), default=None)
    return opens, closes


def _check_within(section: Section, rules: Rules, series: Window) -> None:
    opens, closes = series
    if opens and NEVER < rules.opens < opens:
        section.fault("opens", "is before the series opens", "open the round later, or the series earlier")
    if closes and closes < rules.closes < ALWAYS:
        section.fault("closes", "is after the series closes", "close the round earlier, or the series later")


def _zone(section: Section) -> str:
    return section.get("time_zone", zone, "Asia/Ho_Chi_Minh")


def _read_one(place: Place, part: _Part) -> tuple[Rules, Registration]:
    with Section(place) as section:
        section.ignore("rounds")
        time_zone = _zone(section)
        series = section.need("id", slug, "?")
        opens = section.need("opens", moment(time_zone), NEVER)
        reader = RegistrationReader(part.series[0] or opens, time_zone)
        registration = section.get("registration", reader, Registration(RegistrationRules()))
        which, lottery = section.get("counted", counted, DEFAULT_COUNTED)
        rules = Rules(
            id=f"{series}/{part.round_id}" if part.round_id else series,
            series_id=series,
            title=section.need("title", text, Text("?")),
            opens=opens,
            closes=section.need("closes", moment(time_zone), ALWAYS),
            paper=section.need("paper", paper, NO_PAPER),
            time_zone=time_zone,
            late_start=section.get("late_start", LATE_START, "finish"),
            grace_ms=section.get("grace", duration_ms, 30_000),
            organiser=section.get("organiser", text, None),
            registration=registration.rules,
            consent=section.get("consent", consent, None),
            groups=section.all("groups", group),
            prediction=section.get("prediction", prediction, None),
            tries=section.get("tries", tries, Tries()),
            counted=which,
            lottery_accepted=lottery,
            later=later(section),
        )
        _check_within(section, rules, part.series)
    return rules, registration

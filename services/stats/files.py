"""The public files, written from events alone: what was read, which files are older than that, and their writing."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from services.contracts.events import ContestDefined, Event, StatsContest, StatsUnit
from services.contracts.ids import contest_to_path
from services.runtime.files import replace_whole
from services.stats.bulletin import LOCALES, bulletin
from services.stats.documents import board, contests, totals, window
from services.stats.domain.choice import in_order

_encode = msgspec.json.Encoder().encode
PROMPT = ("window", "totals")
"""Small, and told at most once a second: these are written as soon as they are read."""
KINDS = (*PROMPT, "board")
"""In the order in which they are written: nobody's totals wait for a board."""
WAIT = 2.0
"""Seconds for which a board waits for the units that were counted with its contest's newest numbers; where only the contest has
changed, none come."""
WORTH_COMPRESSING = 1_000
"""Bytes. Beside such a file stands a `.gz` of it, which the gateway sends as it is: compressing a board for each of a thousand
readers a second would take more than everything else about it."""


class Board:
    """What was read, and which contests' files are older than that."""

    def __init__(self, public_dir: Path) -> None:
        self._folder = public_dir
        self._defined: dict[str, ContestDefined] = {}
        self._contests: dict[str, StatsContest] = {}
        self._units: dict[str, dict[str, StatsUnit]] = {}
        self._dirty: set[tuple[str, str]] = set()
        # The newest version that a unit of a contest was told with, and since when a contest's numbers are ahead of it.
        self._units_at: dict[str, int] = {}
        self._ahead_since: dict[str, float] = {}

    def take(self, event: Event) -> None:
        """The newest of each key stands. Equal versions too: a new leader says the same again, or says it better."""
        if isinstance(event, ContestDefined) and _newer(event, self._defined.get(event.contest_id)):
            self._defined[event.contest_id] = event
            self._dirty.add((event.contest_id, "window"))
        elif isinstance(event, StatsContest) and _newer(event, self._contests.get(event.contest_id)):
            self._contests[event.contest_id] = event
            self._dirty.update(((event.contest_id, "totals"), (event.contest_id, "board")))
        elif isinstance(event, StatsUnit):
            units = self._units.setdefault(event.contest_id, {})
            if _newer(event, units.get(event.unit_id)):
                # A unit that was merged away stays known, so that an older word about it does not bring it back.
                units[event.unit_id] = event
                self._units_at[event.contest_id] = max(event.version, self._units_at.get(event.contest_id, 0))
                self._dirty.add((event.contest_id, "board"))

    def write(self, kinds: Sequence[str] = KINDS, now: float | None = None) -> int:
        """Replaces what is older than what was read; a reader sees the old file or the new one. How many files.

        `now`: seconds of a clock that never goes back, by which a board waits for its units; None: it waits for nothing. One that
        was written without them would stay so on every page that reads it: a page asks again when the totals are newer.
        """
        dirty = [
            (contest_id, kind)
            for kind in kinds
            for contest_id, of in sorted(self._dirty)
            if of == kind and not (kind == "board" and now is not None and self._waits(contest_id, now))
        ]
        self._dirty.difference_update(dirty)
        count = 0
        for path, content in self._contents(dirty):
            replace(self._folder / path, content)
            count += 1
        return count

    def _waits(self, contest_id: str, now: float) -> bool:
        contest = self._contests.get(contest_id)
        ahead = contest is not None and contest.version > self._units_at.get(contest_id, 0)
        if ahead and now - self._ahead_since.setdefault(contest_id, now) < WAIT:
            return True
        self._ahead_since.pop(contest_id, None)
        return False

    def _contents(self, dirty: Sequence[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
        for contest_id, kind in dirty:
            yield from self._files(contest_id, kind)
        if any(kind == "board" for _, kind in dirty):
            yield from self._front()

    def _files(self, contest_id: str, kind: str) -> Iterator[tuple[str, bytes]]:
        folder = f"contests/{contest_to_path(contest_id)}"
        contest = self._contests.get(contest_id)
        if kind == "window":
            yield f"{folder}/window.json", _encode(window(self._defined[contest_id]))
        elif kind == "totals":
            yield f"{folder}/totals.json", _encode(totals(self._contests[contest_id]))
        elif contest is not None:
            yield f"{folder}/board.json", _encode(board(contest, list(self._of(contest_id))))

    def _front(self) -> Iterator[tuple[str, bytes]]:
        """What a page needs that names no contest: all of them in order, and the first one's numbers as HTML."""
        ordered = in_order(self._contests.values())
        if ordered:
            yield "contests.json", _encode(contests(ordered))
            units = [unit for unit in self._of(ordered[0].contest_id) if unit.into is None]
            for locale in LOCALES:
                yield f"board.{locale}.html", bulletin(ordered[0], units, locale).encode()

    def _of(self, contest_id: str) -> Iterable[StatsUnit]:
        return self._units.get(contest_id, {}).values()


def _newer(event: Event, held: Event | None) -> bool:
    return held is None or event.version >= held.version


def replace(path: Path, content: bytes) -> None:
    """Writes beside and renames. A file that already reads so is left alone: its ETag stays."""
    if path.exists() and path.read_bytes() == content:
        return
    compressed = path.with_name(f"{path.name}.gz")
    if len(content) >= WORTH_COMPRESSING:
        replace_whole(compressed, gzip.compress(content, 6, mtime=0))
    else:
        compressed.unlink(missing_ok=True)
    replace_whole(path, content)

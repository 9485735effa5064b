"""The board for whoever has no JavaScript: the numbers and a sentence, as HTML that the gateway puts into the page.

It says nothing that `board.json` does not say, in the classes of `web/src/board/board.css`; the page's script draws over it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from services.contracts.events import Counts, StatsContest, StatsUnit
from services.contracts.ids import contest_to_path
from services.contracts.rules import Text
from services.stats.bulletin_words import WORDS, Locale, Words

LOCALES: tuple[Locale, ...] = ("vi", "en")
COUNTS = ("registrants", "participants", "attempts", "valid", "perfect")


def bulletin(contest: StatsContest, units: Sequence[StatsUnit], locale: Locale) -> str:
    """`units`: of the contest, without those merged away; the upper two levels of the tree are shown."""
    words = WORDS[locale]
    say = _texts(locale)
    as_of = _moment(contest.time, contest.time_zone, locale)
    return (
        f'<div data-contest="{escape(contest_to_path(contest.contest_id))}">'
        f"<h1>{escape(say(contest.title))}</h1>"
        f'<p class="state"><strong>{words.phases[contest.phase]}</strong></p>'
        + (f'<p class="notice warn">{words.rehearsal}</p>' if contest.rehearsal else "")
        + f"<p>{_sentence(contest, as_of, words)}</p>"
        f'<section class="card"><dl class="counts five">{_tiles(contest, words)}</dl></section>'
        f"{_table(_upper(units), words, say) if units else ''}"
        f'<p class="noprint"><a href="/api/stats/v1/contests/{escape(contest_to_path(contest.contest_id))}/units.csv">'
        f"{words.csv}</a></p>"
        f'<noscript><p class="notice">{words.no_script}</p></noscript></div>'
    )


def _texts(locale: Locale) -> Callable[[Text], str]:
    return lambda text: text.en if locale == "en" and text.en else text.vi


def _sentence(contest: StatsContest, as_of: str, words: Words) -> str:
    told, hidden = [], []
    for name in COUNTS:
        number = getattr(contest.counts, name)
        if number is None:
            hidden.append(words.counts[name])
        else:
            told.append(f"{_number(number, words)} {words.counts[name]}")
    sentence = words.sentence.format(as_of=as_of, counts=", ".join(told))
    return sentence + (f" {words.hidden.format(names=', '.join(hidden))}" if hidden else "")


def _tiles(contest: StatsContest, words: Words) -> str:
    numbers = ((name, getattr(contest.counts, name)) for name in COUNTS)
    return "".join(
        f"<div><dt>{words.counts[name]}</dt>"
        + (
            f'<dd class="held">{words.held}</dd></div>'
            if n is None
            else f'<dd class="num">{_number(n, words)}</dd></div>'
        )
        for name, n in numbers
    )


def _table(units: Sequence[StatsUnit], words: Words, say: Callable[[Text], str]) -> str:
    head = "".join(
        f'<th scope="col" class="n">{title}</th>' for title in (words.took_part, words.rate, words.counts["attempts"])
    )
    rows = "".join(_row(unit, words, say) for unit in units)
    return (
        f'<h2>{words.units}</h2><div class="card scroll" tabindex="0" role="region" aria-label="{words.units}"><table>'
        f'<thead><tr><th scope="col">{words.unit}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(unit: StatsUnit, words: Words, say: Callable[[Text], str]) -> str:
    counts: Counts = unit.counts
    took_part = _shown(counts.participants, words)
    if unit.headcount is not None:
        took_part += f"/{_number(unit.headcount, words)}"
    rate = "—" if unit.rate is None else f"{unit.rate * 100:.1f}".replace(".", words.decimal) + "\u00a0%"
    cells = (took_part, rate, _shown(counts.attempts, words))
    return (
        f'<tr><th scope="row">{escape(say(unit.name))}</th>'
        + "".join(f'<td class="n">{c}</td>' for c in cells)
        + "</tr>"
    )


def _upper(units: Sequence[StatsUnit]) -> list[StatsUnit]:
    """The roots and those right below them, each root before its own."""
    roots = sorted((unit for unit in units if unit.parent is None), key=lambda unit: unit.unit_id)
    below = {root.unit_id: [unit for unit in units if unit.parent == root.unit_id] for root in roots}
    return [one for root in roots for one in (root, *sorted(below[root.unit_id], key=lambda unit: unit.unit_id))]


def _shown(number: int | None, words: Words) -> str:
    return "—" if number is None else _number(number, words)


def _number(number: int, words: Words) -> str:
    return f"{number:,}".replace(",", words.thousands)


def _moment(at: datetime, zone: str, locale: Locale) -> str:
    """As the pages write it: `23:41:07, 30/9/2023 (giờ Việt Nam)`."""
    words, there = WORDS[locale], at.astimezone(ZoneInfo(zone))
    day = f"{there:%d}/{there.month}/{there.year}" if locale == "vi" else f"{there.day} {there:%B %Y}"
    return f"{there:%H:%M:%S}, {day} ({words.zones.get(zone, zone)})"

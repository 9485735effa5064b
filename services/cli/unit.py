"""`hoithi unit`: a unit changes while people are under it. Their history goes along."""

from __future__ import annotations

from urllib.parse import quote

from services.cli.client import Client
from services.cli.terminal import out
from services.contracts.ids import contest_to_path


def rename(series: str, unit: str, name: str, *, reason: str, en: str | None = None, rehearsal: bool = False) -> None:
    """Give a unit another name, the Vietnamese one and with --en the English one. Its id, people and numbers stay."""
    body = {"name": {"vi": name, "en": en}, "reason": reason}
    answer = Client.of(rehearsal).put(f"{_path(series, unit)}/name", body)
    out.print(f"{unit} is called {name}." if answer["changed"] else f"{unit} had that name.", markup=False)


def merge(series: str, unit: str, into: str, *, reason: str, rehearsal: bool = False) -> None:
    """Let a unit go into another one: its people and numbers show there, both names are kept, nobody new enters it.

    It cannot be undone: a merged unit stays merged. Its headcount is added to that of the other one; where that one's
    figure covers both already, apply the folder with 0 for the merged one.
    """
    answer = Client.of(rehearsal).post(f"{_path(series, unit)}/merge", {"into": into, "reason": reason})
    out.print(f"{unit} is part of {into}." if answer["changed"] else f"{unit} was merged there before.", markup=False)


def _path(series: str, unit: str) -> str:
    return f"/api/registration/v1/series/{contest_to_path(series)}/units/{quote(unit, safe='')}"

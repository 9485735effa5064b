"""`hoithi contest check` and `apply`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from services.cli.client import Client
from services.cli.terminal import UNSETTLED, Failure, out, say
from services.contracts.ids import contest_to_path
from services.contracts.rules import Rules
from services.folder import ContestFolder, read_folder, shift_window, to_wire
from services.folder.cost import costs_of
from services.folder.cost_words import sentences
from services.folder.moments import instant
from services.folder.section import Wrong

KNOWN_WITHIN = 30.0
"""Seconds in which registration must have heard of a contest over Kafka; a fraction of one is usual."""


def check(folder: Path) -> None:
    """Read a contest folder and report every fault with file, line, key and the way out. Exit code 1 where there is one.

    Of a folder without a fault it says what its rules cost: how many questions a person may meet, and after how many
    tries a script knows a paper that is the same for everybody.
    """
    found = read_folder(folder)
    contests = ", ".join(rules.id for rules in found.rules)
    out.print(f"{contests}: {len(found.bank.questions)} questions, {len(found.units)} units; nothing to mend.")
    for sentence in (sentence for cost in costs_of(found) for sentence in sentences(cost)):
        out.print(sentence, markup=False, soft_wrap=True)


def apply(folder: Path, *, closes: str | None = None, reason: str | None = None, rehearsal: bool = False) -> None:
    """Check a contest folder and send it to the services. Safe to repeat: what is equal changes nothing.

    --closes 2026-05-31T24:00 moves the whole window so that it ends then, as long as it was (rounds move together); without
    an offset it is in the contest's time zone. --reason is needed where the end of an open contest moves; everybody can read
    it. Exit code 1: a fault, or refused; 2: stored, but registration has not heard of it yet.
    """
    found = read_folder(folder)
    for sentence in send(Client.of(rehearsal), moved(found, closes) if closes else found, reason):
        out.print(sentence, markup=False)


def send(client: Client, folder: ContestFolder, reason: str | None = None) -> list[str]:
    """Sends contests and units, and waits until people can register; what was done, by sentences.

    These are several acts of two services, and no transaction holds them together: a Failure says which were done before it.
    """
    done: list[str] = []
    try:
        for sentence in _acts(client, folder, reason):
            done.append(sentence)
    except Failure as failure:
        if not done:
            raise
        lines = [
            "Not all of it was done.",
            *done,
            str(failure),
            "Mend that and apply again: what was done is not done twice.",
        ]
        raise Failure("\n".join(lines), failure.code) from failure
    return done


def _acts(client: Client, folder: ContestFolder, reason: str | None) -> Iterator[str]:
    """Units may come before their series is known, people may not: registration learns of it from quiz over Kafka."""
    units, contests = to_wire(folder)
    for contest_id, rules, bank in contests:
        path = f"/api/quiz/v1/contests/{contest_to_path(contest_id)}"
        answer = client.put(path, {"rules": rules, "bank": bank, "reason": reason})
        what = "applied" if answer["changed"] else "is as it was"
        yield f"{contest_id} {what} (version {answer['version']})."
        if (request := answer.get("confirmation")) is not None:
            yield f"Its window moves when an organiser has confirmed it on the pages (request {request['id']})."
    series = f"/api/registration/v1/series/{contest_to_path(folder.rules[0].series_id)}"
    taken = client.put(f"{series}/units", {"units": units})
    yield f"Units: {taken['created']} new, {taken['changed']} changed, {taken['unchanged']} as they were."
    yield from _bar(client, series, folder)
    _wait_known(client, series, folder.rules)


def _bar(client: Client, series: str, folder: ContestFolder) -> list[str]:
    """Who may not enter (`excluded.csv`); without a file nobody. The reasons stay in the folder."""
    fields = ("name", "birth_date", "phone", "id_number")
    people = [{name: getattr(each, name) for name in fields} for each in folder.excluded]
    taken = client.put(f"{series}/not-eligible", {"people": msgspec.to_builtins(people)})
    if not people:
        return []
    registered = taken["registered"]
    known = f"; {len(registered)} of them are registered: {', '.join(registered)}" if registered else ""
    return [f"Who may not enter: {len(people)}{known}."]


def _wait_known(client: Client, series: str, rules: Sequence[Rules]) -> None:
    """A series may have more contests than the folder: it is known once it ends no earlier than they do."""
    closes, deadline, told = max(each.closes for each in rules), time.monotonic() + KNOWN_WITHIN, False
    while True:
        known = client.find(series)
        if known is not None and datetime.fromisoformat(known["closes"]) >= closes:
            return
        if time.monotonic() > deadline:
            raise Failure(
                "The contest is stored, but registration has not heard of it, so nobody can register yet: is Kafka up? "
                "`hoithi status` shows it; apply again to be sure.",
                UNSETTLED,
            )
        if not told:
            say("waiting for registration to hear of it")
        told = True
        time.sleep(0.1)


def moved(folder: ContestFolder, closes: str) -> ContestFolder:
    """The folder with the whole window moved so that its last contest ends at `closes`, written as in contest.yaml."""
    last = max(folder.rules, key=lambda rules: rules.closes)
    try:
        by = instant(closes, last.time_zone) - last.closes
    except Wrong as wrong:
        raise Failure(f"--closes {closes} {wrong.problem}; {wrong.way_out}.") from wrong
    rules = tuple(shift_window(each, each.closes + by) for each in folder.rules)
    return msgspec.structs.replace(folder, rules=rules)

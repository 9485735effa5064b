"""`hoithi contest check` and `apply`."""

from __future__ import annotations

from pathlib import Path

from services.cli.client import Client
from services.cli.terminal import out, say
from services.contracts.ids import contest_to_path
from services.folder import ContestFolder, read_folder, to_wire


def check(folder: Path) -> None:
    """Read a contest folder and report every fault with file, line, key and the way out. Exit code 1 where there is one."""
    found = read_folder(folder)
    contests = ", ".join(rules.id for rules in found.rules)
    out.print(f"{contests}: {len(found.bank.questions)} questions, {len(found.units)} units; nothing to mend.")


def apply(folder: Path, *, reason: str | None = None, rehearsal: bool = False) -> None:
    """Check a contest folder and send it to the services. Safe to repeat: what is equal changes nothing.

    --reason is needed where the end of an open contest moves; everybody can read it.
    """
    send(Client.of(rehearsal), read_folder(folder), reason)


def send(client: Client, folder: ContestFolder, reason: str | None = None) -> None:
    """The contests first: registration takes units only for a series that it knows of."""
    units, contests = to_wire(folder)
    for contest_id, rules, bank in contests:
        path = f"/api/quiz/v1/contests/{contest_to_path(contest_id)}"
        answer = client.put(path, {"rules": rules, "bank": bank, "reason": reason})
        what = "applied" if answer["changed"] else "is as it was"
        out.print(f"{contest_id} {what} (version {answer['version']}).")
    series = folder.rules[0].series_id
    client.put(f"/api/registration/v1/series/{contest_to_path(series)}/units", {"units": units})
    say(f"{len(units)} units of {series}")

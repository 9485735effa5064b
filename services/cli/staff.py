"""`hoithi staff invite`: how the first person gets in, and every one with more than a unit (rule 11)."""

from __future__ import annotations

from typing import Literal

from services.cli.client import Client
from services.cli.terminal import say

StaffRole = Literal["organiser", "unit_officer", "helpdesk", "operator", "auditor"]


def invite(
    *, role: StaffRole, series: str | None = None, unit: str | None = None, login: str | None = None, rehearsal: bool = False
) -> None:  # fmt: skip
    """Print a link that makes one account with one role, once. It is shown here and never again.

    --unit needs --series: the officer sees that unit and all below it.
    """
    body = {"role": role, "series_id": series, "unit_id": unit, "login": login}
    invited = Client.of(rehearsal).post("/api/registration/v1/staff/invitations", body)
    print(invited["link"])
    if (request := invited["confirmation"]) is not None:
        say(f"it works once an organiser has confirmed it on the pages (request {request['id']})")
    say(f"good once, until {invited['expires_at']}; hand it over on a channel that only that person reads")

"""`hoithi staff`: how the first person gets in, and every one with more than a unit (rule 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from rich.table import Table

from services.cli.client import Client
from services.cli.terminal import out, say

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


def listing(*, rehearsal: bool = False) -> None:
    """Show every role in force and every open invitation. The reading is logged, because it shows names."""
    found = Client.of(rehearsal).get("/api/registration/v1/staff")
    table = Table()
    for column in ("staff id", "login", "name", "role", "series", "unit", "app"):
        table.add_column(column, overflow="fold")
    for each in found["roles"]:
        app = "yes" if each["second_factor"] else "–"
        table.add_row(each["staff_id"], each["login"], each["name"], *_grant(each), app)
    for each in found["invitations"]:
        waits = "waits for a second person" if each["waits"] else "can be taken"
        table.add_row(each["invitation_id"], f"(invited; {waits})", "", *_grant(each), "")
    out.print(table)


def revoke(
    staff_id: str, *, role: StaffRole, reason: str, series: str | None = None, unit: str | None = None,
    rehearsal: bool = False,
) -> None:  # fmt: skip
    """Take one role of one member back. The last organiser of a series stays: invite another one first."""
    body = {"role": role, "series_id": series, "unit_id": unit, "reason": reason}
    Client.of(rehearsal).post(f"/api/registration/v1/staff/{staff_id}/revocation", body)
    out.print(f"{staff_id} is no longer {role}.")


def _grant(each: Mapping[str, Any]) -> tuple[str, str, str]:
    return each["role"], each["series_id"] or "all", each["unit_id"] or ""

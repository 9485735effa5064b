"""`hoithi audit-log`: who did what, over all services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from cyclopts import Parameter
from cyclopts.validators import Number

from deploy.local.postgres import SERVICES
from services.cli.client import Client
from services.cli.terminal import Failure, answer_json, out

Most = Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))]
PAGE = 1000


def audit_log(
    *, who: str = "", what: str = "", since: str | None = None, most: Most = 1000, json: bool = False,
    rehearsal: bool = False,
) -> None:  # fmt: skip
    """Show who did what, when and why, in every service, the newest last. Ids only; no log holds a name.

    --who staff:ID, or machine: for the command line; --what contestant. for everything done to people, role.grant,
    contest.window, keys.viewed and so on: both are beginnings. --since 2026-05-01 or 2026-05-01T08:00+07:00 (without an
    offset in this machine's time zone). --most: how many, the newest of each service.
    """
    client, asked = Client.of(rehearsal), {"who": who, "what": what}
    if since is not None:
        asked["since"] = _moment(since).isoformat()
    found = [{"service": service, **entry} for service in SERVICES for entry in entries(client, service, asked, most)]
    # As times: of two texts the one without a fraction of a second would come after all others of that second.
    found.sort(key=lambda entry: (datetime.fromisoformat(entry["at"]), entry["seq"]))
    if json:
        answer_json(found[-most:])
        return
    for entry in found[-most:]:
        out.print(_line(entry), markup=False, soft_wrap=True)


def entries(client: Client, service: str, asked: dict[str, str], most: int) -> Iterator[dict[str, Any]]:
    """The newest `most` rows of a service's log, page by page. `asked`: who, what, since as the service takes them."""
    before: dict[str, int] = {}
    while most > 0:
        query = urlencode({**asked, "limit": min(most, PAGE), **before})
        page = client.get(f"/api/{service}/v1/audit-log?{query}")
        yield from page["entries"]
        most -= len(page["entries"])
        if page["next"] is None:
            return
        before = {"before": page["next"]}


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as fault:
        raise Failure(f"--since {text!r} is no time; write 2026-05-01 or 2026-05-01T08:00+07:00.") from fault


def _line(entry: dict[str, Any]) -> str:
    changed = "".join(f" {name}={entry[name]}" for name in ("old", "new") if entry[name] is not None)
    why = f" because: {entry['reason']}" if entry["reason"] else ""
    return f"{entry['at']} {entry['service']} {entry['actor']} {entry['action']} {entry['subject']}{changed}{why}"

"""Somebody of a replay as whom a visitor of the demo can sign in: made up, like everybody in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from bench.identity import Identity, identity
from bench.plan import Plan
from bench.player import scene
from services.cli.client import Client
from services.folder import ContestFolder


class Guest(Struct):
    """`number` is the contestant number, `code` the entry code; both together sign in."""

    name: str
    number: str
    code: str


def guest(client: Client, folder: ContestFolder, plan: Plan, shift: timedelta, until: datetime) -> Guest | None:
    """The first grown-up with a phone who had registered by `until`, signed in to see that it works.

    None where nobody had. Raises Failure where signing in is refused.
    """
    latest = round((until - shift).timestamp() * 1000)
    who = next(_grown_ups(plan, scene(folder, plan, shift).run, latest), None)
    if who is None:
        return None
    login = {"series_id": folder.rules[0].series_id, "login": who.phone, "code": who.code}
    return Guest(who.name, client.post("/api/registration/v1/sessions", login)["number"], who.code)


def _grown_ups(plan: Plan, run: str, latest_ms: int) -> Iterator[Identity]:
    people = plan.people
    for person, (category, at_ms) in enumerate(zip(people.category, people.registers_ms, strict=True)):
        if at_ms < latest_ms and category != "hoc-sinh":
            who = identity(run, person, category)
            if who.phone:
                yield who

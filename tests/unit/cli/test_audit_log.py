"""`hoithi audit-log`: the logs of all services as one, in the order in which things were done."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.cli import audit_log
from services.cli.client import Client
from services.cli.terminal import Failure


class Services:
    """Answers as the services do: the newest first, in pages, and where the next one begins."""

    def __init__(self, *done: tuple[str, str]) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.logs: dict[str, list[dict[str, Any]]] = {}
        for seq, (service, at) in enumerate(done, 1):
            line = {"seq": seq, "at": at, "actor": "staff:1", "action": "a", "subject": str(seq)}
            self.logs.setdefault(service, []).insert(0, {**line, "reason": None, "old": None, "new": None})

    def get(self, path: str) -> dict[str, Any]:
        query = parse_qs(urlsplit(path).query)
        self.asked.append(query)
        before, limit = int(query.get("before", ["1000000"])[0]), int(query["limit"][0])
        older = [entry for entry in self.logs.get(path.split("/")[2], []) if entry["seq"] < before]
        page = older[:limit]
        return {"entries": page, "next": page[-1]["seq"] if len(older) > limit else None}


def told(services: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **asked: Any) -> Any:
    monkeypatch.setattr(Client, "of", classmethod(lambda *_: services))
    audit_log.audit_log(json=True, **asked)
    return [(entry["service"], entry["subject"]) for entry in json.loads(capsys.readouterr().out)]


DONE = (
    ("quiz", "2026-05-01T08:00:00Z"), ("registration", "2026-05-01T08:00:00.500000Z"),
    ("quiz", "2026-05-01T08:00:01Z"), ("scoring", "2026-05-01T08:00:01.000001Z"),
)  # fmt: skip


def test_what_was_done_stands_in_its_order_whichever_service_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(Services(*DONE), monkeypatch, capsys)
    assert found == [("quiz", "1"), ("registration", "2"), ("quiz", "3"), ("scoring", "4")]


def test_the_most_that_is_asked_for_are_the_newest_of_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(Services(*DONE), monkeypatch, capsys, most=2) == [("quiz", "3"), ("scoring", "4")]


def test_a_long_log_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 2)
    services = Services(*[("stats", f"2026-05-01T08:00:0{n}Z") for n in range(7)])
    assert told(services, monkeypatch, capsys, most=5) == [("stats", str(n)) for n in range(3, 8)]


def test_who_what_and_since_when_are_passed_on_with_an_offset(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    services = Services(*DONE)
    told(services, monkeypatch, capsys, who="staff:1", what="contestant.", since="2026-05-01T08:00+07:00")
    assert {(query["who"][0], query["what"][0]) for query in services.asked} == {("staff:1", "contestant.")}
    since = {datetime.fromisoformat(query["since"][0]) for query in services.asked}
    assert since == {datetime.fromisoformat("2026-05-01T01:00+00:00")}


def test_a_time_that_is_none_is_refused_with_the_way_to_write_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Failure, match="--since 'yesterday' is no time; write 2026-05-01"):
        told(Services(), monkeypatch, capsys, since="yesterday")

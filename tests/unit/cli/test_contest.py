"""Sending a contest folder: the window moved, and people let in only when registration knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from deploy.local.paths import ROOT
from services.cli import contest
from services.cli.client import Refused
from services.cli.contest import moved, send
from services.cli.terminal import UNSETTLED, Failure
from services.folder import ContestFolder, read_folder

MONTH = timedelta(days=30)


@pytest.fixture(scope="module")
def folder() -> ContestFolder:
    return read_folder(ROOT / "contests" / "bac-giang-2023")


class Services:
    """What quiz and registration answer; registration hears of the contest after `deaf` questions."""

    def __init__(self, closes: datetime, deaf: int = 0, refuses: str = "nothing") -> None:
        self.calls: list[str] = []
        self.refuses, self.known = refuses, dict[str, Any]()
        self._closes, self._deaf = closes, deaf

    def put(self, path: str, body: Any) -> Any:
        self.calls.append(f"PUT {path}")
        if path.endswith(self.refuses):
            raise Refused(f"PUT {path}: 503 The store is away for a moment", 503)
        before, self.known[path] = self.known.get(path), body
        if path.endswith("/units"):
            return {"created": len(body["units"]), "changed": 0, "unchanged": 0, "revision": 1}
        if path.endswith("/not-eligible"):
            return {"people": len(body["people"]), "registered": []}
        return {"changed": before != body, "version": 1}

    def find(self, path: str) -> Any:
        self.calls.append(f"GET {path}")
        self._deaf -= 1
        return None if self._deaf >= 0 else {"closes": self._closes.isoformat().replace("+00:00", "Z")}


@pytest.fixture
def time_flies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clock = iter(range(10_000))
    monkeypatch.setattr(contest.time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(contest.time, "sleep", lambda _: None)
    return


def test_a_folder_is_sent_to_quiz_first_and_then_its_units_to_registration(folder: ContestFolder) -> None:
    services = Services(folder.rules[0].closes)
    done = send(services, folder)  # type: ignore[arg-type]
    assert services.calls == [
        "PUT /api/quiz/v1/contests/bg-thads-2023",
        "PUT /api/registration/v1/series/bg-thads-2023/units",
        "PUT /api/registration/v1/series/bg-thads-2023/not-eligible",
        "GET /api/registration/v1/series/bg-thads-2023",
    ]
    assert done[0] == "bg-thads-2023 applied (version 1)."
    assert done[1].startswith(f"Units: {len(folder.units)} new")


@pytest.mark.parametrize(("refuses", "done"), [("/units", 1), ("/not-eligible", 2)])
def test_what_was_done_before_a_failure_is_told_and_applying_again_does_the_rest(
    folder: ContestFolder, refuses: str, done: int
) -> None:
    services = Services(folder.rules[0].closes, refuses=refuses)
    with pytest.raises(Failure) as failure:
        send(services, folder)  # type: ignore[arg-type]
    told = str(failure.value).splitlines()
    assert (told[0], told[1]) == ("Not all of it was done.", "bg-thads-2023 applied (version 1).")
    assert [line.partition(" ")[0] for line in told[1 : 1 + done]] == ["bg-thads-2023", "Units:"][:done]
    assert refuses in told[1 + done]
    assert "apply again" in told[-1]
    services.refuses = "nothing"
    again = send(services, folder)  # type: ignore[arg-type]
    assert again[0] == "bg-thads-2023 is as it was (version 1)."
    assert services.known.keys() == {call.partition(" ")[2] for call in services.calls if call.startswith("PUT")}


def test_a_contest_that_is_refused_sends_nothing_else(folder: ContestFolder) -> None:
    services = Services(folder.rules[0].closes, refuses="bg-thads-2023")
    with pytest.raises(Refused):
        send(services, folder)  # type: ignore[arg-type]
    assert services.calls == ["PUT /api/quiz/v1/contests/bg-thads-2023"]


@pytest.mark.usefixtures("time_flies")
def test_nobody_is_told_to_come_before_registration_has_heard_of_the_contest(folder: ContestFolder) -> None:
    services = Services(folder.rules[0].closes, deaf=5)
    send(services, folder)  # type: ignore[arg-type]
    assert services.calls.count("GET /api/registration/v1/series/bg-thads-2023") == 6


@pytest.mark.usefixtures("time_flies")
@pytest.mark.parametrize(("deaf", "late"), [(10_000, timedelta()), (0, timedelta(seconds=1))], ids=["never", "old end"])
def test_a_registration_that_stays_deaf_is_not_settled(folder: ContestFolder, deaf: int, late: timedelta) -> None:
    services = Services(folder.rules[0].closes - late, deaf)
    with pytest.raises(Failure, match="hoithi status") as failure:
        send(services, folder)  # type: ignore[arg-type]
    assert failure.value.code == UNSETTLED


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-05-31T24:00", datetime(2026, 5, 31, 17, tzinfo=UTC)),
        ("2026-06-01T00:00", datetime(2026, 5, 31, 17, tzinfo=UTC)),
        ("2026-06-01T00:00Z", datetime(2026, 6, 1, tzinfo=UTC)),
    ],
)
def test_a_moved_window_ends_as_written_in_the_contests_time_zone_and_is_as_long(
    folder: ContestFolder, written: str, meant: datetime
) -> None:
    [rules] = moved(folder, written).rules
    assert (rules.opens, rules.closes) == (meant - MONTH, meant)


def test_rounds_move_together(folder: ContestFolder) -> None:
    last = folder.rules[0]
    first = msgspec.structs.replace(
        last, id="bg-thads-2023/tuan-1", opens=last.opens - MONTH, closes=last.closes - MONTH
    )
    two = msgspec.structs.replace(folder, rules=(first, last))
    one, other = moved(two, "2026-06-01T00:00Z").rules
    assert other.closes - one.closes == MONTH
    assert other.closes == datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("written", ["2026-05-31", "2026-02-30T10:00", "soon", "1999-01-01T00:00"])
def test_an_end_that_is_no_time_is_refused_with_the_way_out(folder: ContestFolder, written: str) -> None:
    with pytest.raises(Failure, match=f"--closes {written} .*; "):
        moved(folder, written)

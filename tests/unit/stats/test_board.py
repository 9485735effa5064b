"""The public files: window.json and board.json, written from events alone."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.contracts.events import ContestDefined, Counts, StatsContest, StatsUnit
from services.contracts.rules import Paper, Rules, Text
from services.stats import stream
from services.stats.domain.snapshot import Snapshot
from services.stats.files import PROMPT, WAIT, Board, replace
from services.stats.stream import Viewers
from services.stats.table import units_csv
from services.stats.view import View
from tests.support.settling import settled

T = datetime(2023, 8, 31, 17, tzinfo=UTC)
COUNTS = Counts(61, 47, None, 79, None)


def defined(version: int = 1, closes: datetime = T + timedelta(30), reason: str | None = None) -> ContestDefined:
    rules = Rules(id="s/1", series_id="s", title=Text("Thi"), opens=T, closes=closes, paper=Paper(minutes=20))
    return ContestDefined(
        version=version,
        time=T,
        recorded_at=T,
        contest_id="s/1",
        series_id="s",
        rules=rules,
        bank_version=1,
        reason=reason,
    )


def contest(version: int, counts: Counts = COUNTS) -> StatsContest:
    return StatsContest(
        version=version, time=T + timedelta(minutes=version), recorded_at=T, contest_id="s/1", series_id="s",
        title=Text("Thi"), phase="open", time_zone="Asia/Ho_Chi_Minh", opens=T, closes=T, counts=counts,
    )  # fmt: skip


def unit(version: int, unit_id: str = "a", counts: Counts = COUNTS, **more) -> StatsUnit:
    return StatsUnit(
        version=version, time=T, recorded_at=T, contest_id="s/1", unit_id=unit_id, name=Text(f"Đơn vị {unit_id}"),
        counts=counts, **more,
    )  # fmt: skip


@pytest.fixture
def read(tmp_path):
    return lambda name: json.loads((tmp_path / "contests" / "s~1" / f"{name}.json").read_text())


def test_the_window_tells_what_a_moved_deadline_changes_and_never_the_time_now(tmp_path, read):
    board = Board(tmp_path)
    board.take(defined())
    board.take(defined(2, T + timedelta(31), "Mất điện"))
    board.take(defined())
    board.write()
    assert read("window") == {
        "opens": "2023-08-31T17:00:00Z", "closes": "2023-10-01T17:00:00Z", "late_start": "finish", "grace_ms": 30000,
        "minutes": 20, "version": 2, "reason": "Mất điện", "rehearsal": False,
    }  # fmt: skip


def test_a_board_waits_for_the_units_that_were_counted_with_its_contest_but_not_for_ever(tmp_path, read):
    board = Board(tmp_path)
    board.take(contest(1))
    assert board.write(now=10.0) == 1, "the totals"
    board.take(contest(2))
    assert board.write(now=11.0) == 1, "the totals: newer numbers begin no new wait, which would never end"
    board.take(unit(2))
    assert board.write(now=11.5) > 0
    assert (read("board")["rev"], len(read("board")["units"])) == (2, 1)
    board.take(contest(3))
    assert board.write(now=20.0) == 1
    assert board.write(now=20.0 + WAIT - 0.1) == 0
    assert board.write(now=20.0 + WAIT) > 0, "a phase began: no unit counts anything else"
    assert read("board")["rev"] == 3


def test_the_newest_of_each_key_stands_whatever_comes_late(tmp_path, read):
    board = Board(tmp_path)
    for event in (contest(5), unit(5), contest(4, Counts(0, 0, 0, 0, 0)), unit(4, counts=Counts(0, 0, 0, 0, 0))):
        board.take(event)
    board.write()
    assert (read("board")["rev"], read("board")["as_of"]) == (5, "2023-08-31T17:05:00Z")
    assert read("board")["contest"]["counts"]["registrants"] == 61
    assert read("board")["units"][0]["n"] == [61, 47, None, 79, None]


def test_a_unit_that_was_merged_away_leaves_the_board(tmp_path, read):
    board = Board(tmp_path)
    for event in (contest(1), unit(1), unit(1, "b"), unit(2, into="b")):
        board.take(event)
    board.write()
    assert [row["id"] for row in read("board")["units"]] == ["b"]


def test_a_window_and_totals_are_written_while_the_boards_wait_for_their_pace(tmp_path, read):
    board = Board(tmp_path)
    for event in (defined(), contest(1)):
        board.take(event)
    board.write()
    for event in (defined(2, T + timedelta(31)), contest(2)):
        board.take(event)
    assert board.write(PROMPT) == 2
    assert (read("window")["version"], read("totals")["rev"], read("board")["rev"]) == (2, 2, 1)
    board.write()
    assert read("board")["rev"] == 2


def test_totals_are_in_their_file_before_a_board_is_made(tmp_path, read, monkeypatch):
    def too_long(*_):
        assert read("totals")["rev"] == 1
        raise InterruptedError

    monkeypatch.setattr("services.stats.files.board", too_long)
    board = Board(tmp_path)
    for event in (unit(1), contest(1)):
        board.take(event)
    with pytest.raises(InterruptedError):
        board.write()


def test_units_without_their_contest_make_no_board(tmp_path):
    board = Board(tmp_path)
    board.take(unit(1))
    assert board.write() == 0


def test_a_file_is_replaced_whole_and_left_alone_when_it_already_reads_so(tmp_path):
    path = tmp_path / "board.json"
    replace(path, b"1")
    inode = path.stat().st_ino
    replace(path, b"1")
    assert path.stat().st_ino == inode
    replace(path, b"2")
    assert path.stat().st_ino != inode
    assert [file.name for file in tmp_path.iterdir()] == ["board.json"]


def test_the_csv_opens_with_every_mark_and_leaves_withheld_cells_empty():
    lines = units_csv(Snapshot(contest(1), {"a": unit(1, headcount=100, rate=0.47)})).encode()
    assert lines.startswith(b"\xef\xbb\xbfunit_id,name,")
    row = lines.decode("utf-8-sig").splitlines()[1]
    assert row == "a,Đơn vị a,,unit,61,47,,79,,100,0.47,,2023-08-31T17:01:00+00:00"


@pytest.mark.parametrize("name", ["=1+1", "+84", "-x", "@x"])
def test_a_name_that_a_spreadsheet_would_take_for_a_formula_is_guarded(name):
    shown = units_csv(Snapshot(contest(1), {"a": _named(name)}))
    assert f",'{name}," in shown


def _named(name: str) -> StatsUnit:
    return StatsUnit(version=1, time=T, recorded_at=T, contest_id="s/1", unit_id="a", name=Text(name), counts=COUNTS)


def test_a_long_file_has_its_compressed_twin_beside_it_and_a_short_one_has_none(tmp_path):
    path, twin = tmp_path / "board.json", tmp_path / "board.json.gz"
    for content in (b"1" * 5000, b"2" * 5000):
        replace(path, content)
        assert gzip.decompress(twin.read_bytes()) == content
    replace(path, b"3")
    assert not twin.exists()


class Viewer:
    """One open page: what it was sent, and a way to leave."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self._left = asyncio.Event()

    def leave(self) -> None:
        self._left.set()

    async def receive(self):
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message) -> None:
        self.sent.append(message.get("body", b""))


def view_of(totals: bytes, version: int = 7) -> View:
    view = View(cast(Any, None))
    view.shown = {"c": cast(Any, shown_as(totals, version))}
    return view


def shown_as(totals: bytes, version: int) -> SimpleNamespace:
    return SimpleNamespace(totals=totals, snapshot=SimpleNamespace(contest=SimpleNamespace(version=version)))


async def test_a_viewer_gets_the_current_state_at_once_then_what_is_new_and_ends_when_it_leaves():
    view, viewer, viewers = view_of(b"{1}"), Viewer(), Viewers()
    watching = asyncio.create_task(viewers.watch(view, "c", viewer.receive, viewer.send))
    await settled()
    assert viewer.sent[1].startswith(b"retry: ")
    assert viewer.sent[2] == b"id: 7\ndata: {1}\n\n"
    view.shown = {"c": cast(Any, shown_as(b"{2}", 8))}
    view.wake()
    await settled()
    assert viewer.sent[3] == b"id: 8\ndata: {2}\n\n"
    viewer.leave()
    await settled()
    view.wake()
    await asyncio.wait_for(watching, 10)


async def test_a_viewer_hears_a_beat_in_silence_and_not_more_often_than_it_must(monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT", 0.08)
    monkeypatch.setattr(stream, "PULSE", 0.03)
    view, viewer, viewers = view_of(b"{1}"), Viewer(), Viewers()
    watching = asyncio.create_task(viewers.watch(view, "c", viewer.receive, viewer.send))
    parts = SimpleNamespace(state={"view": view, "viewers": viewers}, draining=False)
    pulsing = asyncio.create_task(stream.pulse(cast(Any, parts)))
    began = time.monotonic()
    async with asyncio.timeout(10):
        while len(viewer.sent) < 8:  # noqa: ASYNC110 (the viewer is the test's own)
            await asyncio.sleep(0.01)
    beats, passed = viewer.sent[3:], time.monotonic() - began
    assert set(beats) == {b"event: beat\ndata:\n\n"}
    assert 5 <= len(beats) <= passed / 0.05 + 1
    parts.draining = True
    await asyncio.wait_for(watching, 10)
    assert viewer.sent[-1] == b"", "whoever watches a process that ends is sent on at once"
    pulsing.cancel()


async def test_viewers_are_capped_and_a_place_is_free_again_when_one_leaves():
    viewers, viewer, view = Viewers(most=1), Viewer(), view_of(b"{}")
    watching = asyncio.create_task(viewers.watch(view, "c", viewer.receive, viewer.send))
    await settled()
    assert not viewers.room
    viewer.leave()
    await settled()
    view.wake()
    await asyncio.wait_for(watching, 10)
    assert viewers.room

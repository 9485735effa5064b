"""What is served to whoever has no JavaScript, which contest a site is about, and what a portal is told to embed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services.contracts.events import Counts, StatsContest, StatsUnit
from services.contracts.rules import Text
from services.runtime.problems import Problem
from services.stats.bulletin import LOCALES, bulletin
from services.stats.domain.choice import in_order
from services.stats.files import Board
from services.stats.oembed import oembed
from services.stats.problems import NO_CONTEST, NO_PAGE, NO_UNIT, ONLY_JSON

T = datetime(2023, 9, 30, 16, 41, 7, tzinfo=UTC)
COUNTS = Counts(57342, 55120, 282063, 279004, None)


def contest(contest_id: str = "c", *, counts: Counts = COUNTS, **more: Any) -> StatsContest:
    about = {"phase": "open", "opens": T - timedelta(30), "closes": T + timedelta(1), "title": Text("Thi <b>", "Quiz")}
    return StatsContest(
        version=1, time=T, recorded_at=T, contest_id=contest_id, series_id=contest_id, time_zone="Asia/Ho_Chi_Minh",
        counts=counts, **(about | more),
    )  # fmt: skip


def unit(unit_id: str, parent: str | None = None, counts: Counts = COUNTS, **more: Any) -> StatsUnit:
    return StatsUnit(
        version=1, time=T, recorded_at=T, contest_id="c", unit_id=unit_id, name=Text(f"Đơn vị <{unit_id}>"),
        parent=parent, counts=counts, **more,
    )  # fmt: skip


def test_the_numbers_and_a_sentence_stand_in_the_page_with_their_time_in_the_contests_zone():
    page = bulletin(contest(), [], "vi")
    assert "Tính đến 23:41:07, 30/9/2023 (giờ Việt Nam), cuộc thi có 57.342 người đăng ký, 55.120 người dự thi" in page
    assert '<dd class="num">282.063</dd>' in page
    assert "As of 23:41:07, 30 September 2023 (Vietnam time): 57,342 registered" in bulletin(contest(), [], "en")


def test_what_is_withheld_says_so_in_the_page_and_its_number_stands_nowhere():
    page = bulletin(contest(), [unit("a", counts=Counts(9, 4, None, None, None), withheld={})], "vi")
    assert "Tạm ẩn đến khi kết thúc: lượt thi đúng tất cả." in page
    assert '<dd class="held">Tạm ẩn đến khi kết thúc</dd>' in page
    assert '<td class="n">4</td><td class="n">—</td><td class="n">—</td>' in page


@pytest.mark.parametrize("locale", LOCALES)
def test_no_name_becomes_markup(locale):
    page = bulletin(contest(title=Text("<script>alert(1)</script>")), [unit("a")], locale)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Đơn vị &lt;a&gt;" in page


def test_the_upper_two_levels_of_the_tree_stand_in_the_page_each_below_its_own():
    units = [unit("z"), unit("a2", "a"), unit("a"), unit("deep", "a2"), unit("z1", "z")]
    page = bulletin(contest(), units, "vi")
    order = [page.index(f"&lt;{name}&gt;") for name in ("a", "a2", "z", "z1")]
    assert order == sorted(order)
    assert "deep" not in page


def test_a_rate_passes_a_hundred_percent_and_names_what_it_divides_by():
    page = bulletin(contest(), [unit("a", headcount=46000, rate=1.1982)], "vi")
    assert "55.120/46.000" in page
    assert "119,8\u00a0%" in page


def test_a_site_is_about_the_open_contest_then_the_next_then_the_newest_that_is_over():
    day = timedelta(1)
    contests = [
        contest("old", phase="published", closes=T - 9 * day),
        contest("over", phase="closed", closes=T - day),
        contest("later", phase="not_open", opens=T + 5 * day),
        contest("next", phase="not_open", opens=T + day),
        contest("open"),
    ]
    assert [one.contest_id for one in in_order(contests)] == ["open", "next", "later", "over", "old"]


def test_the_writer_keeps_the_list_of_contests_their_totals_and_a_page_in_each_language(tmp_path):
    writer = Board(tmp_path)
    for event in (contest("s/1", phase="closed"), contest("s/2"), unit("a")):
        writer.take(event)
    writer.write()
    told = json.loads((tmp_path / "contests.json").read_text())["contests"]
    assert [(one["id"], one["phase"]) for one in told] == [("s/2", "open"), ("s/1", "closed")]
    totals = json.loads((tmp_path / "contests" / "s~2" / "totals.json").read_text())
    assert totals["contest"]["counts"]["attempts"] == 282063
    assert "units" not in totals
    assert 'data-contest="s~2"' in (tmp_path / "board.vi.html").read_text()
    assert "registered" in (tmp_path / "board.en.html").read_text()


def test_totals_say_nothing_that_the_board_does_not(tmp_path):
    writer = Board(tmp_path)
    writer.take(contest())
    writer.write()
    totals = json.loads((tmp_path / "contests" / "c" / "totals.json").read_text())
    whole = json.loads((tmp_path / "contests" / "c" / "board.json").read_text())
    assert totals["contest"].items() <= whole["contest"].items()


async def ask(url: str, **more: Any) -> Any:
    """The answer's document, as a portal is given it."""
    shown = {
        one.contest_id: SimpleNamespace(snapshot=SimpleNamespace(contest=one, units={"a": unit("a")}))
        for one in (contest("s/1", phase="closed"), contest("s/2"))
    }
    parts: Any = SimpleNamespace(
        settings=SimpleNamespace(origin="https://thi.vn"), state={"view": SimpleNamespace(shown=shown)}
    )
    return (await oembed.fn(parts, url, **more)).content


async def test_a_portal_that_gives_the_boards_address_is_given_a_sandboxed_frame():
    got = await ask("https://thi.vn/so-lieu/")
    assert (got.version, got.type, got.width, got.height) == ("1.0", "rich", 360, 340)
    assert 'src="https://thi.vn/nhung/?cuoc-thi=s~2"' in got.html
    assert "allow-same-origin" not in got.html
    assert "Thi &lt;b&gt;" in got.html


async def test_the_frame_is_of_the_unit_the_contest_and_the_language_of_the_address():
    got = await ask("/en/so-lieu/a/?cuoc-thi=s~1", maxwidth=300, maxheight=200)
    assert 'src="https://thi.vn/en/nhung/a/?cuoc-thi=s~1"' in got.html
    assert (got.width, got.height) == (300, 200)


@pytest.mark.parametrize(
    ("url", "more", "kind"),
    [
        ("https://elsewhere.vn/so-lieu/", {}, NO_PAGE),
        ("/thi/", {}, NO_PAGE),
        ('/so-lieu/a/"><script>/', {}, NO_PAGE),
        ("/so-lieu/nobody/", {}, NO_UNIT),
        ("/so-lieu/?cuoc-thi=none", {}, NO_CONTEST),
        ("/so-lieu/", {"format": "xml"}, ONLY_JSON),
    ],
)
async def test_what_cannot_be_embedded_is_refused_with_the_way_out(url, more, kind):
    with pytest.raises(Problem) as refusal:
        await ask(url, **more)
    assert refusal.value.kind is kind

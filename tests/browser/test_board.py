"""B1 … B11: the public board, against the real stack."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from deploy.local.plain import PLAIN
from tests.browser.axe import Eye
from tests.browser.conftest import DESK, Make
from tests.browser.paper import eventually
from tests.browser.sitting import counted, crowd, sit
from tests.support.site import Site

COUNT = "[data-count={}] dd"
PEOPLE = 6


def open_board(make: Make, site: Site, unit: str = "", **options: Any) -> Any:
    page = make(**options).open(f"/so-lieu/{unit and unit + '/'}?cuoc-thi={site.rules.id}")
    page.locator("#units, #take").first.wait_for()
    return page


def count(page: Any, name: str) -> str:
    return str(page.locator(COUNT.format(name)).inner_text())


def colour(page: Any, of: str) -> str:
    return str(page.locator(of).first.evaluate("each => getComputedStyle(each).color"))


def board(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.get(f"/data/contests/{site.rules.id}/board.json").json()
    return found


class Files:
    """The board's file: a first one of before, or later ones that were only counted again."""

    def __init__(self, *, first: dict[str, Any] | None = None, later_by: int = 0) -> None:
        self._first, self._later_by = first, later_by
        self._given = 0

    def __call__(self, route: Any) -> None:
        document = route.fetch().json()
        if self._given:
            document["rev"] += self._later_by
        elif self._first is not None:
            document |= self._first
        self._given += 1
        route.fulfill(json=document)


def changed(page: Any, **changes: Any) -> None:
    """The board's file as it would be with other members of its contest."""

    def tell(route: Any) -> None:
        document = route.fetch().json()
        document["contest"] |= changes
        route.fulfill(json=document)

    page.route("**/board.json", tell)


@pytest.mark.alone
def test_b1_a_counted_submission_is_on_an_open_page_within_5_seconds_and_the_time_never_runs_back(
    device: Make, site: Site
) -> None:
    people = crowd(site, 2)
    page = open_board(device, site)
    before = page.locator("[data-as-of]").get_attribute("data-as-of")
    page.locator("[data-fresh=live]").wait_for()
    sit(site, people[0])
    counted(site, 3)
    assert eventually(page, lambda: count(page, "attempts") == "3", 5)
    after = page.locator("[data-as-of]").get_attribute("data-as-of")
    assert datetime.fromisoformat(after) > datetime.fromisoformat(before)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(None, id="as they are", marks=pytest.mark.alone),
        pytest.param({"first": {"rev": 1, "as_of": "2023-09-01T00:00:00Z"}}, id="the first behind the stream"),
        pytest.param({"later_by": 1}, id="counted again"),
    ],
)
def test_b2_a_cut_stream_is_told_within_10_seconds_and_heals_without_a_reload(
    device: Make, site: Site, files: dict[str, Any] | None
) -> None:
    people = crowd(site, 1)
    phone = device()
    if files is not None:
        # The page polls at once: what it then reads is a newer file, of the same moment as the stream's last word.
        phone.page.add_init_script("Math.random = () => 0")
        phone.page.route("**/board.json", Files(**files))
    page = phone.open(f"/so-lieu/?cuoc-thi={site.rules.id}")
    page.locator("[data-fresh=live]").wait_for()
    page.evaluate("window.same = true")
    grey = colour(page, "#units ~ .line .muted")
    assert colour(page, COUNT.format("attempts")) != grey
    site.stack.hold("stats-1")
    try:
        page.get_by_text(re.compile(r"Số liệu lúc \d\d:\d\d, đang kết nối lại")).wait_for(timeout=10_000)
        assert count(page, "attempts") == "1"
        told = COUNT.format("attempts"), "[data-unit] .attempts"
        assert {colour(page, of) for of in told} == {grey}, "what is no longer fresh stays, greyed"
        eye = Eye()
        eye.look(page, "stale")
        eye.close()
    finally:
        site.stack.release("stats-1")
    sit(site, people[0])
    assert eventually(page, lambda: count(page, "attempts") == "2", 60)
    assert page.evaluate("window.same") is True
    assert eventually(page, lambda: colour(page, COUNT.format("attempts")) != grey, 20)


def test_b3_without_a_headcount_there_is_no_rate_and_above_a_hundred_it_is_shown_as_it_is(
    device: Make, site: Site
) -> None:
    crowd(site, 1)
    phone = device()

    def tell(route: Any) -> None:
        document = route.fetch().json()
        for row in document["units"]:
            row.pop("headcount", None)
            row.pop("rate", None)
        document["units"][0] |= {"headcount": 10, "rate": 1.2, "n": [12, 12, 30, 30, None]}
        route.fulfill(json=document)

    phone.page.route("**/board.json", tell)
    units = board(site)["units"]
    page = phone.open(f"/so-lieu/{units[0]['id']}/?cuoc-thi={site.rules.id}")
    page.get_by_text("120,0\u00a0% (12 trên 10 người)").wait_for()
    assert page.get_by_text("bao gồm người ngoài danh sách của đơn vị").first.is_visible()
    page = phone.open(f"/so-lieu/{units[1]['id']}/?cuoc-thi={site.rules.id}")
    page.get_by_text("Chưa có tổng số người của đơn vị này").wait_for()


def test_b4_children_add_up_to_their_parent_for_every_count(site: Site) -> None:
    crowd(site, PEOPLE)
    units = board(site)["units"]
    for parent in units:
        children = [unit["n"] for unit in units if unit.get("parent") == parent["id"]]
        for n, whole in enumerate(parent["n"]):
            parts = [child[n] for child in children]
            if children and whole is not None and None not in parts:
                assert whole == sum(parts), (parent["id"], n)


def test_b5_units_are_cards_at_360_px_and_a_table_with_a_standing_first_column_from_720_px(
    device: Make, site: Site
) -> None:
    crowd(site, 1)
    page = open_board(device, site)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("[data-unit]").first.evaluate("row => getComputedStyle(row).display") == "grid"
    page.set_viewport_size({"width": 720, "height": 800})
    assert page.locator("[data-unit]").first.evaluate("row => getComputedStyle(row).display") == "table-row"
    assert page.locator("[data-unit] th").first.evaluate("cell => getComputedStyle(cell).position") == "sticky"
    page.get_by_role("searchbox").fill(page.locator("[data-unit] a").first.inner_text()[:9])
    assert page.locator("[data-unit]").count() >= 1


def test_b6_moving_numbers_move_no_layout_take_no_focus_and_speak_only_on_request(device: Make, site: Site) -> None:
    people = crowd(site, 2)
    page = open_board(device, site, viewport=DESK)
    page.locator("[data-fresh=live]").wait_for()
    page.get_by_role("searchbox").focus()
    page.evaluate(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift'})"
    )
    sit(site, people[0])
    assert eventually(page, lambda: count(page, "attempts") == "3", 20)
    assert page.evaluate("window.shift") <= 0.02
    assert page.evaluate("document.activeElement.id") == "find"
    said = page.locator(".asof [role=status]")
    assert said.inner_text() == ""
    page.get_by_role("button", name="Đọc số liệu").click()
    assert eventually(page, lambda: "3 lượt thi" in said.inner_text())


def test_b7_an_open_board_asks_for_files_and_a_stream_and_no_service_that_would_query(device: Make, site: Site) -> None:
    crowd(site, 1)
    phone = device()
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url.removeprefix(site.origin)))
    phone.open(f"/so-lieu/?cuoc-thi={site.rules.id}").locator("[data-fresh=live]").wait_for()
    assert [path for path in asked if path.startswith("/api/")] == [f"/api/stats/v1/contests/{site.rules.id}/stream"]


def test_b8_arrow_keys_move_the_charts_cursor_and_speak_and_a_table_holds_the_same(device: Make, site: Site) -> None:
    crowd(site, 2)
    page = open_board(device, site)
    chart = page.get_by_role("slider", name="Lượt thi theo ngày")
    chart.focus()
    newest = chart.get_attribute("aria-valuetext")
    assert "2 lượt thi (chưa kết thúc)" in newest
    page.get_by_role("button", name="Theo giờ").click()
    hours = page.get_by_role("slider", name="Lượt thi theo giờ")
    hours.focus()
    hours.press("Home")
    assert re.search(r"\d\d:00–\d\d:00", hours.get_attribute("aria-valuetext"))
    page.get_by_text("Xem dạng bảng").click()
    assert page.get_by_role("cell", name="2", exact=True).first.is_visible()


def test_b9_a_frame_in_anothers_page_shows_numbers_without_cookie_or_storage_and_tells_its_height(
    device: Make, site: Site
) -> None:
    crowd(site, 1)
    phone = device()
    address = f"{site.origin}/so-lieu/?cuoc-thi={site.rules.id}"
    embed = httpx.get(f"{site.origin}/api/stats/v1/oembed", params={"url": address}, **PLAIN).json()
    around = f"<!doctype html><title>Báo</title><script>onmessage = e => window.told = e.data</script>{embed['html']}"
    phone.page.route("**/portal.html", lambda route: route.fulfill(body=around, content_type="text/html"))
    # The sandbox gives the frame an origin that is nobody's, so any page around it is a stranger's.
    phone.open("/portal.html")
    frame = phone.page.frame_locator("iframe")
    frame.locator("[data-count=attempts]", has_text="1").wait_for()
    assert eventually(phone.page, lambda: (phone.page.evaluate("window.told?.height") or 0) > 100, 5)
    inside = next(each for each in phone.page.frames if "/nhung/" in each.url)
    assert inside.evaluate("origin") == "null"
    assert phone.context.cookies() == []
    assert "cuoc-thi" in frame.get_by_role("link").get_attribute("href")


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("not_open", "Chưa bắt đầu"),
        ("closing", "Đã hết giờ vào thi"),
        ("closed", "Số liệu đã chốt, không đổi từ"),
        ("published", "Đã công bố kết quả"),
    ],
)
def test_b10_before_after_sealed_and_published_have_headers_of_their_own(
    device: Make, site: Site, phase: str, words: str
) -> None:
    crowd(site, 1)
    phone, eye = device(), Eye()
    changed(phone.page, phase=phase, opens=(datetime.now(UTC) + timedelta(1)).isoformat())
    page = phone.open(f"/so-lieu/?cuoc-thi={site.rules.id}")
    page.get_by_text(words).first.wait_for()
    page.locator("#take").wait_for()
    eye.look(page, phase)
    eye.close()


def test_b11_the_csv_has_a_fixed_address_a_byte_order_mark_every_mark_and_the_time_of_the_page(site: Site) -> None:
    crowd(site, 1)
    answer = site.get(f"/api/stats/v1/contests/{site.rules.id}/units.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    assert "Khối cơ quan, đơn vị cấp tỉnh" in text
    told = datetime.fromisoformat(text.splitlines()[1].rsplit(",", 1)[1])
    assert told == datetime.fromisoformat(board(site)["as_of"])


def test_without_javascript_the_numbers_and_a_sentence_are_there(device: Make, site: Site) -> None:
    crowd(site, 2)
    page = device(java_script_enabled=False)

    def served() -> bool:
        # The numbers in the page are a file of their own, written after the board's.
        text = site.get("/so-lieu/").text
        return f'data-contest="{site.rules.id}"' in text and "2 người dự thi" in text

    assert eventually(page.page, served, 10)
    page.open("/so-lieu/")
    assert page.page.get_by_text(re.compile("Tính đến .*, cuộc thi có 2 người đăng ký, 2 người dự thi")).is_visible()
    assert page.page.get_by_text("Tạm ẩn đến khi kết thúc").first.is_visible()


def test_a_units_page_has_its_numbers_its_registration_link_and_a_poster_on_one_sheet(device: Make, site: Site) -> None:
    crowd(site, PEOPLE)
    phone, eye = device(), Eye()
    page = phone.open(f"/so-lieu/{site.unit}/?cuoc-thi={site.rules.id}")
    page.get_by_label("Đường dẫn đăng ký").wait_for()
    assert page.get_by_label("Đường dẫn đăng ký").input_value() == f"{site.origin}/dang-ky/?don-vi={site.unit}"
    assert count(page, "participants") == str(PEOPLE)
    eye.look(page, "unit")
    page.get_by_role("link", name="Áp phích để in").click()
    page.get_by_role("img", name=re.compile("Mã QR")).wait_for()
    eye.look(page, "poster")
    assert pages_of(page.pdf()) == 1
    eye.close()


def test_a_unit_that_the_contest_does_not_have_is_told_with_a_way_on(device: Make, site: Site) -> None:
    crowd(site, 1)
    eye = Eye()
    page = device().open(f"/so-lieu/khong-co/?cuoc-thi={site.rules.id}")
    page.get_by_text("Cuộc thi không có đơn vị mang mã khong-co").wait_for()
    assert page.locator("main a").count() >= 1
    eye.look(page, "unknown unit")
    eye.close()


def test_the_distribution_of_scores_is_a_table_of_counts_and_shares_once_it_may_be_shown(
    device: Make, site: Site
) -> None:
    crowd(site, 2)
    phone, eye = device(), Eye()
    scores = [0] * 17 + [1, 0, 3]
    changed(phone.page, distribution=scores, withheld={})
    page = phone.open(f"/so-lieu/?cuoc-thi={site.rules.id}")
    section = page.get_by_role("region", name="Phân bố điểm")
    section.wait_for()
    rows = section.locator("tbody tr").all_inner_texts()
    assert len(rows) == len(scores)
    for right, told in ((17, "17 câu đúng 1 25,0 %"), (18, "18 câu đúng 0 0,0 %"), (19, "19 câu đúng 3 75,0 %")):
        assert " ".join(rows[right].split()) == told
    eye.look(page, "scores")
    eye.close()


def test_the_five_counts_are_explained_on_tap_and_the_frame_to_embed_is_copied(device: Make, site: Site) -> None:
    crowd(site, 1)
    phone = device()
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.open(f"/so-lieu/?cuoc-thi={site.rules.id}")
    page.locator("#take").wait_for()
    meanings = page.locator("dl.meanings dd")
    assert not meanings.first.is_visible()
    page.get_by_text("Năm con số này nghĩa là gì?").click()
    assert all(each.is_visible() for each in meanings.all())
    assert meanings.count() == 5
    page.locator("summary", has_text="Nhúng").click()
    code = page.locator("#embed").input_value()
    page.locator("#embed ~ p button").click()
    page.get_by_text("Đã sao chép").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == code
    assert f'src="{site.origin}/nhung/?cuoc-thi={site.rules.id}"' in code
    assert 'sandbox="allow-scripts allow-popups' in code
    assert "allow-same-origin" not in code


def test_the_board_prints_on_one_page(device: Make, site: Site) -> None:
    crowd(site, 2)
    page = open_board(device, site, viewport=DESK)
    assert pages_of(page.pdf()) == 1


def pages_of(document: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", document))

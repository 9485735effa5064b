"""No JavaScript gets words; motion is short, and none for those who asked for none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Make
from tests.browser.test_static_files import addresses
from tests.support.site import Site

# The longest time that anything on the page moves, in milliseconds; a pause before something appears is no motion.
MOTION = """() => Math.max(0, ...[...document.querySelectorAll("*")].flatMap((each) => ["", "::before", "::after", "::backdrop"]
    .map((part) => getComputedStyle(each, part || null))
    .flatMap(({ transitionDuration, animationDuration, scrollBehavior }) => [
        ...`${transitionDuration}, ${animationDuration}`.split(", ").map((time) => parseFloat(time) * (time.endsWith("ms") ? 1 : 1000)),
        scrollBehavior === "smooth" ? 1000 : 0,
    ])))"""


@pytest.mark.parametrize(("asked", "most"), [("reduce", 0), ("no-preference", 120)])
def test_motion_takes_at_most_120_ms_and_none_where_less_is_asked_for(
    device: Make, site: Site, asked: Any, most: int
) -> None:
    site.contest()
    phone = device(reduced_motion=asked)
    for address in addresses(site):
        if not address.startswith("/en/"):
            phone.open(address)
            assert phone.page.evaluate(MOTION) <= most, address
    page = phone.start_paper(site.person())
    page.get_by_role("button", name="Bảng câu hỏi").click()
    page.get_by_role("dialog").wait_for()
    assert page.evaluate(MOTION) <= most


def said(page: Any) -> str:
    """The sentence for browsers without scripts, as it is shown."""
    return str(page.locator("noscript p:visible").first.inner_text())


def test_without_javascript_the_landing_and_the_rules_read_and_every_other_page_says_what_it_needs(
    device: Make, site: Site
) -> None:
    phone = device(java_script_enabled=False)
    page = phone.open("/")
    assert "thi hành án dân sự" in page.get_by_role("heading", level=1).inner_text()
    card = page.locator("[data-card]").inner_text()
    assert "giờ Việt Nam" in card
    assert "19 câu trắc nghiệm, 20 phút" in card
    assert "Cần JavaScript để xem đồng hồ" in said(page)
    page.get_by_role("link", name="Đọc thể lệ").click()
    assert page.locator("#rules li").count() > 10
    for address in ("/dang-ky/", "/dang-nhap/", "/thi/", "/ket-qua/", "/thong-tin-cua-toi/", "/bien-nhan/"):
        page = phone.open(address)
        assert "cần JavaScript để" in said(page), address
        assert page.get_by_role("link", name="Trang chủ").first.is_visible(), address

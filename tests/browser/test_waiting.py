"""Loading, for every page that asks before it shows: its shape at once, "Đang tải" after 1 s, "Mạng chậm" after 8 s."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.axe import Eye
from tests.browser.conftest import Make
from tests.browser.paper import eventually
from tests.support.site import Site

PAGES = (
    "/dang-ky/", "/dang-nhap/", "/thi/", "/ket-qua/", "/nguoi-giam-ho/", "/thong-tin-cua-toi/", "/so-lieu/", "/ap-phich/x/",
    "/nhung/",
)  # fmt: skip
# When each of the two was first to be seen, in milliseconds since the page was opened.
WATCH = """
window.seen = {};
const look = () => {
    for (const name of ["late", "slow"]) {
        const each = document.querySelector(`main .${name}`);
        if (each?.checkVisibility({ visibilityProperty: true })) window.seen[name] ??= performance.now();
    }
    requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
LATE, SLOW = 1000, 8000
ROOM = 1500
"""Milliseconds that a busy machine may need to draw."""


class Held:
    """Requests that are not answered while it is shut.

    Once it is open, new ones pass and those that it holds stay held. To take the route away would let those pass too: the
    page would then go on by itself, sometimes before the test has pressed what is there for who waits no longer.
    """

    def __init__(self) -> None:
        self.open = False

    def __call__(self, route: Any) -> None:
        if self.open:
            route.continue_()


@pytest.mark.parametrize("what", ["scripts", "data"])
@pytest.mark.alone
def test_what_is_late_is_said_after_one_second_and_after_eight_with_a_way_to_try_again(
    device: Make, site: Site, what: str
) -> None:
    site.contest()
    phone, eye = device(service_workers="block"), Eye()
    phone.sign_in(site.person())
    phone.context.add_init_script(WATCH)
    held = Held()
    phone.context.route("**/assets/*.js" if what == "scripts" else "**/{api,data}/**", held)
    tabs = {address: phone.context.new_page() for address in PAGES}
    for address, tab in tabs.items():
        tab.goto(site.origin + address, wait_until="commit")
    for address, tab in tabs.items():
        tab.bring_to_front()
        assert eventually(tab, lambda tab=tab: "slow" in tab.evaluate("window.seen"), 12), address  # type: ignore[misc]
        seen = tab.evaluate("window.seen")
        if tab is next(iter(tabs.values())):
            assert LATE <= seen["late"] <= LATE + ROOM, (address, seen)
        assert seen["late"] < SLOW <= seen["slow"] <= SLOW + ROOM + 10_000, (address, seen)
        assert tab.locator("main h1").inner_text() != "", address
        # The table that the gateway puts there scrolls in a box of its own.
        if address != "/so-lieu/":
            eye.look(tab, address)
    held.open = True
    tab = tabs["/dang-ky/"]
    # What asks for data goes on by itself after a quarter of a minute; what has no script yet can only be loaded again.
    if what == "scripts":
        tab.get_by_role("link", name="Tải lại").click()
    tab.locator("#name").wait_for(timeout=30_000)
    eye.close()


@pytest.mark.alone
def test_a_server_that_never_answers_is_called_away_and_asked_again(device: Make, site: Site) -> None:
    site.contest()
    phone = device(service_workers="block")
    held = Held()
    phone.context.route("**/api/quiz/v1/contests", held)
    tabs = {address: phone.context.new_page() for address in ("/dang-ky/", "/thi/", "/ket-qua/")}
    for address, tab in tabs.items():
        tab.goto(site.origin + address, wait_until="commit")
    for tab in tabs.values():
        tab.get_by_text("sẽ tự động thử lại sau").wait_for(timeout=25_000)
    held.open = True
    tabs["/dang-ky/"].locator("#name").wait_for(timeout=20_000)


def test_a_unit_in_the_address_outlives_loading_again(device: Make, site: Site) -> None:
    site.contest()
    phone = device(service_workers="block")
    held = Held()
    phone.context.route("**/assets/*.js", held)
    page = phone.page
    page.goto(f"{site.origin}/dang-ky/?don-vi={site.unit}", wait_until="commit")
    page.get_by_role("link", name="Tải lại").wait_for(timeout=30_000)
    held.open = True
    page.get_by_role("link", name="Tải lại").click()
    page.get_by_role("button", name="Chọn đơn vị khác").wait_for()


def test_without_javascript_no_page_pretends_to_be_loading(device: Make, site: Site) -> None:
    site.contest()
    phone = device(java_script_enabled=False)
    for address in PAGES:
        page = phone.open(address)
        assert page.locator("main .late").count() == 1, address
        assert not page.locator("main .late").is_visible(), address
        assert not page.locator("main .slow").is_visible(), address

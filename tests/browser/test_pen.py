"""C5: one device writes, the other says so, and taking the pen back loses nothing silently."""

from __future__ import annotations

from tests.browser.conftest import Make, offline
from tests.browser.paper import choose, go, locked, stored, wait_saved
from tests.support.site import Site

TAKE = "Tiếp tục làm bài trên thiết bị này"


def test_c5_a_second_device_goes_on_with_the_same_paper_and_the_first_is_read_only_after_its_next_save(
    device: Make, site: Site
) -> None:
    site.contest()
    person, first, second = site.person(), device(), device()
    page = first.start_paper(person)
    question = go(page, 1)
    option = choose(page)
    wait_saved(page, 1)

    # What it asks by itself waits: it would know of the other device before its next save.
    page.route("**/head", lambda _: None)
    second.sign_in(person)
    other = second.open("/thi/")
    other.get_by_role("button", name="Tiếp tục bài đang làm").click()
    sheet = "attempt => JSON.parse(localStorage.getItem('hoithi.paper.' + attempt)).questions"
    attempt = site.attempts(person)[-1]["id"]
    assert go(other, 1) == question
    assert other.evaluate(sheet, attempt) == page.evaluate(sheet, attempt)
    assert other.locator(f"input[value='{option}']").is_checked()
    wait_saved(other, 1)
    second_question = go(other, 2)
    theirs = choose(other, 2)
    wait_saved(other, 2)

    go(page, 3)
    choose(page)
    page.get_by_text("Bài thi đang mở ở thiết bị hoặc thẻ khác").wait_for(timeout=3_000)
    assert locked(page)
    page.unroute("**/head")

    page.get_by_role("button", name=TAKE).click()
    wait_saved(page, 3)
    go(page, 2)
    assert page.locator(f"input[value='{theirs}']").is_checked()
    held = stored(site, person)
    assert len(held) == 3
    assert held[second_question] == [theirs]
    other.get_by_text("Bài thi đang mở ở thiết bị hoặc thẻ khác").wait_for(timeout=16_000)


def test_c5_what_the_other_device_answered_later_stands_and_the_page_names_it(device: Make, site: Site) -> None:
    site.contest()
    person, first, second = site.person(), device(), device()
    page = first.start_paper(person)
    question = go(page, 1)
    with offline(first):
        choose(page, 0)
        second.sign_in(person)
        other = second.open("/thi/")
        other.get_by_role("button", name="Tiếp tục bài đang làm").click()
        go(other, 1)
        theirs = choose(other, 2)
        wait_saved(other, 1)
    page.get_by_text("Bài thi đang mở ở thiết bị hoặc thẻ khác").wait_for(timeout=16_000)
    page.get_by_role("button", name=TAKE).click()
    page.get_by_text("câu trả lời mới hơn từ thiết bị khác: Câu 1/19").wait_for()
    assert page.locator(f"input[value='{theirs}']").is_checked()
    assert stored(site, person)[question] == [theirs]


def test_c5_a_second_tab_says_that_the_paper_is_open_elsewhere_and_can_take_over(device: Make, site: Site) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    tab = phone.context.new_page()
    tab.goto(f"{site.origin}/thi/")
    tab.get_by_text("Bài thi đang mở ở thiết bị hoặc thẻ khác").wait_for()
    choose(page)
    wait_saved(page, 1)
    tab.get_by_role("button", name=TAKE).click()
    go(tab, 2)
    choose(tab)
    wait_saved(tab, 2)
    page.get_by_text("Bài thi đang mở ở thiết bị hoặc thẻ khác").wait_for()
    assert len(stored(site, person)) == 2

"""What a test does on the paper, in the words of the page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.support.site import Person, Site

SAVED = "Đã lưu {}/19"


def choose(page: Any, option: int = 0) -> str:
    """Chooses on the question that is shown; the id of the option."""
    box = page.locator("fieldset .choice input").nth(option)
    box.check()
    return str(box.get_attribute("value"))


def shown(page: Any, n: int) -> None:
    page.get_by_role("heading", name=f"Câu {n}/19", exact=True).wait_for(state="attached")


def go(page: Any, n: int) -> str:
    """Shows question `n` (from 1); its id."""
    page.evaluate(f"location.hash = 'cau-{n}'")
    shown(page, n)
    return str(page.locator("fieldset .choice input").first.get_attribute("name"))


def ticks(page: Any) -> int:
    return int(page.locator("fieldset .mark.saved").count())


def wait_saved(page: Any, n: int, timeout: float = 10_000) -> None:
    page.get_by_text(SAVED.format(n)).first.wait_for(timeout=timeout)


def eventually(page: Any, check: Callable[[], bool], seconds: float = 10) -> bool:
    """Waits through the page: a routed request is only answered while Playwright runs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        page.wait_for_timeout(100)
    return check()


def locked(page: Any) -> bool:
    return bool(page.locator("fieldset .choice input").first.is_disabled())


def stored(site: Site, person: Person) -> dict[str, list[str]]:
    """The answers as the server's row has them."""
    answers: dict[str, list[str]] = site.stored(person)["answers"]
    return answers


def kept(page: Any, person: Person, site: Site) -> dict[str, Any]:
    """The work on the paper as it lies on the device."""
    attempt = site.attempts(person)[-1]["id"]
    text = page.evaluate("key => localStorage.getItem(key)", f"hoithi.work.{attempt}")
    return dict(json.loads(text))


def remaining(page: Any) -> int:
    """Seconds on the page's clock."""
    parts = [int(part) for part in page.get_by_role("timer").inner_text().split(":")]
    return sum(part * 60**n for n, part in enumerate(reversed(parts)))


def submit(page: Any, prediction: str = "100") -> None:
    page.evaluate("location.hash = 'xem-lai'")
    page.locator("#prediction").fill(prediction)
    page.locator(".stack .btn").first.click()

"""What a test does on the paper, in the words of the page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.support.site import Person, Site

SAVED = "Đã lưu {}/19"
PATIENCE = 30.0
"""Seconds for what has no limit of its own: with three browsers and three stacks on two cores ten were too few."""


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


def go_single(page: Any) -> str:
    """Shows the first question that takes one answer (papers are drawn: it may be any); its id."""
    for n in range(1, 20):
        question = go(page, n)
        if page.locator("fieldset .choice input").first.get_attribute("type") == "radio":
            return question
    raise AssertionError("no question of this paper takes one answer")


def ticks(page: Any) -> int:
    return int(page.locator("fieldset .mark.saved").count())


def wait_saved(page: Any, n: int, timeout: float | None = None) -> None:
    page.get_by_text(SAVED.format(n)).first.wait_for(timeout=timeout)


def eventually(page: Any, check: Callable[[], bool], seconds: float = PATIENCE) -> bool:
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


def listen(page: Any) -> None:
    """From now on writes down every text of the page's polite voice; see `said`."""
    page.evaluate(
        """() => {
            const voice = document.querySelector("main [role=status].sr");
            window.said = [];
            new MutationObserver(() => window.said.push(voice.textContent)).observe(voice,
                { characterData: true, childList: true, subtree: true });
        }"""
    )


def said(page: Any) -> list[str]:
    return list(page.evaluate("window.said"))


def kept_for_offline(page: Any) -> None:
    """Waits until the worker holds the page and every file of it."""
    page.wait_for_function(
        """async () => {
            const files = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
            const wanted = [location.pathname, ...files.filter((file) => file.startsWith("/assets/"))];
            const kept = (await (await caches.open("thi-1")).keys()).map(({ url }) => new URL(url).pathname);
            return navigator.serviceWorker.controller !== null && wanted.every((file) => kept.includes(file));
        }"""
    )


def watch_for_ticks(page: Any) -> None:
    """Writes down the first moment at which the page says that something is saved; see `told_saved`."""
    page.evaluate(
        """() => {
            window.told = null;
            const look = () => {
                const text = document.querySelector("main").textContent;
                const green = document.querySelector(".mark.saved, ol button.saved");
                if (green || /✓ *[^ ]|Đã lưu [1-9]/.test(text.replace(/✓ đã lưu/g, "")))
                    window.told ??= performance.timeOrigin + performance.now();
            };
            new MutationObserver(look).observe(document.querySelector("main"),
                { attributes: true, characterData: true, childList: true, subtree: true });
            look();
        }"""
    )


def told_saved(page: Any) -> float | None:
    """Seconds since the epoch; None while nothing was said to be saved."""
    told = page.evaluate("window.told")
    return None if told is None else told / 1000

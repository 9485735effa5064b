"""A real Chromium against the real stack. See tests/README.md; web.md names what each test proves (C1 … C14)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api

from deploy.local.paths import ROOT
from tests.browser.paper import PATIENCE
from tests.support import chromium as package
from tests.support.site import Person, Site

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
# What a browser says when a request is refused or cut on purpose.
EXPECTED = ("Failed to load resource", "net::ERR_")


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    assert (ROOT / "web" / "dist" / "index.html").exists(), "build the pages first: python scripts/web.py build"
    with tempfile.TemporaryDirectory(prefix="hoithi-") as folder:
        running = Site.start(Path(folder))
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="package")
def chromium(site: Site) -> Iterator[Any]:
    installed = package.unpacked()
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed.program, args=installed.arguments, env=dict(installed.environment)
        )
        yield browser
        browser.close()


class Device:
    """A phone or computer: one browser context, watched for what a page must never say or ask for elsewhere."""

    def __init__(self, chromium: Any, site: Site, **options: Any) -> None:
        self.site = site
        self.context = chromium.new_context(
            **{"viewport": PHONE, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", **options}
        )
        self.context.set_default_timeout(PATIENCE * 1000)
        self.complaints: list[str] = []
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        self.context.on("request", self._asked)
        self.page = self.context.new_page()

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((f"{self.site.origin}/", "data:", f"blob:{self.site.origin}/")):
            self.complaints.append(f"asked another origin: {request.url}")

    def _heard(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.complaints.append(message.text)

    def sign_in(self, person: Person) -> None:
        """As after registering: the cookie, and who it is."""
        self.context.add_cookies([{"name": "hoithi_session", "value": person.cookie, "url": self.site.origin}])
        who = f'{{"contestant_id":"{person.contestant_id}","number":"{person.number}"}}'
        self.page.goto(f"{self.site.origin}/trinh-duyet/")
        self.page.evaluate("who => localStorage.setItem('hoithi.who', who)", who)

    def open(self, path: str) -> Any:
        self.page.goto(self.site.origin + path)
        return self.page

    def start_paper(self, person: Person) -> Any:
        self.sign_in(person)
        page = self.open("/thi/")
        page.get_by_role("button", name="Bắt đầu làm bài").click()
        page.get_by_role("heading", name="Câu 1/19").wait_for(state="attached")
        return page


Make = Callable[..., Device]


@pytest.fixture
def device(site: Site, chromium: Any) -> Iterator[Make]:
    """`device(**options)` makes one; its console must stay silent, and nothing may be asked of another origin."""
    made: list[Device] = []

    def make(**options: Any) -> Device:
        made.append(Device(chromium, site, **options))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
    assert [complaint for each in made for complaint in each.complaints] == []


@contextmanager
def offline(device: Device) -> Iterator[None]:
    device.context.set_offline(True)
    try:
        yield
    finally:
        device.context.set_offline(False)

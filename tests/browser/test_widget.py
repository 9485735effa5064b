"""B9: the frame for other sites, of the whole contest or one unit, light or dark, and only where the list allows it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from deploy.local.caddy import Caddy
from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from deploy.local.processes import end, free_port
from scripts.web import node_folder
from tests.browser.axe import Eye
from tests.browser.conftest import Device, Make
from tests.browser.paper import eventually
from tests.browser.sitting import crowd
from tests.support.site import Site

PEOPLE = 6
"""Enough for a unit's attempts to be public."""
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(23, 32, 50)"


def portal(phone: Device, around: str) -> Any:
    """Another site's page with something in it."""
    body = f"<!doctype html><title>Báo</title><script>onmessage = e => window.told = e.data</script>{around}"
    phone.page.route("**/portal.html", lambda route: route.fulfill(body=body, content_type="text/html"))
    return phone.open("/portal.html")


def test_b9_a_units_own_frame_has_its_name_its_numbers_its_rate_and_leads_to_its_page(device: Make, site: Site) -> None:
    crowd(site, PEOPLE)
    phone, eye = device(), Eye()
    address = f"{site.origin}/so-lieu/{site.unit}/?cuoc-thi={site.rules.id}"
    embed = httpx.get(f"{site.origin}/api/stats/v1/oembed", params={"url": address}, **PLAIN).json()
    page = portal(phone, embed["html"])
    frame = page.frame_locator("iframe")
    frame.locator("[data-count=participants]", has_text=str(PEOPLE)).wait_for()

    def told() -> dict[str, Any]:
        units = site.get(f"/data/contests/{site.rules.id}/board.json").json()["units"]
        return next(each for each in units if each["id"] == site.unit)

    # A board may be written before its units were told.
    assert eventually(page, lambda: told()["n"][1] == PEOPLE, 15)
    row = told()
    assert frame.get_by_role("heading").inner_text() == row["name"]["vi"]
    assert frame.locator("[data-contest]").inner_text() == site.rules.title.vi
    shown = frame.locator("dd").all_inner_texts()
    assert shown[:3] == [str(n) for n in row["n"][:3]]
    assert shown[4] == "Tạm ẩn đến khi kết thúc"
    rate = f"{row['rate'] * 100:.1f}".replace(".", ",")
    assert frame.locator("[data-rate]").inner_text() == f"{rate}\u00a0%"
    assert frame.locator("[data-headcount]").inner_text() == f"dự thi trên {row['headcount']} người"
    assert frame.get_by_role("link").get_attribute("href") == f"/so-lieu/{site.unit}/?cuoc-thi={site.rules.id}"
    assert eventually(page, lambda: (page.evaluate("window.told?.height") or 0) > 100, 5)
    eye.look(phone.open(f"/nhung/{site.unit}/?cuoc-thi={site.rules.id}"), "by itself")
    eye.close()


@pytest.mark.parametrize(
    ("query", "system", "background"),
    [
        ("", "light", LIGHT),
        ("", "dark", DARK),
        ("&nen=sang", "dark", LIGHT),
        ("&nen=toi", "light", DARK),
    ],
)
def test_b9_the_frame_is_light_or_dark_as_the_address_says_or_follows_the_reader(
    device: Make, site: Site, query: str, system: Any, background: str
) -> None:
    crowd(site, 1)
    page = device(color_scheme=system).open(f"/nhung/?cuoc-thi={site.rules.id}{query}")
    page.locator("[data-count=attempts]", has_text="1").wait_for()
    assert page.evaluate(BACKGROUND) == background


def test_b9_with_scripts_off_the_frame_says_so_and_links_to_the_board(device: Make, site: Site) -> None:
    crowd(site, 1)
    page = device(java_script_enabled=False).open(f"/nhung/?cuoc-thi={site.rules.id}")
    assert "cần JavaScript" in page.locator("noscript p:visible").inner_text()
    assert page.get_by_role("link", name="Xem số liệu đầy đủ").get_attribute("href") == "/so-lieu/"


@contextmanager
def framed_by(site: Site, folder: Path, ancestors: str) -> Iterator[str]:
    """A gateway of its own before the same pages, built for a list of who may frame them; its origin."""
    pages = folder / "pages"
    shutil.copytree(site.pages, pages)
    write = (
        'import { writeFileSync } from "node:fs"; import { headers } from "./build/headers.ts";'
        'import { pages } from "./pages.ts";'
        "writeFileSync(process.argv[1], headers(pages, process.env.HOITHI_FRAME_ANCESTORS));"
    )
    argv = [str(node_folder() / "node"), "--input-type=module", "--eval", write, str(pages / "headers.caddy")]
    environment = {**os.environ, "HOITHI_FRAME_ANCESTORS": ancestors}
    subprocess.run(argv, cwd=ROOT / "web", env=environment, check=True, timeout=60)
    ports = {"stats": [site.stack.ports["stats-1"]]}
    public = site.stack.layout.public_dir
    gateway = Caddy(folder / "caddy", free_port(), public, ports, folder / "log", site=pages)
    pid = gateway.start()
    try:
        yield f"http://localhost:{gateway.port}"
    finally:
        end(pid)


@contextmanager
def portal_site(body: dict[str, str]) -> Iterator[str]:
    """Another site, which really stands elsewhere: a page that is only made up may ask nothing of this machine. It
    shows what is in `body`; its origin."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Báo</title>{body['html']}".encode())

        def log_message(self, *_: Any) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("listed", [True, False])
def test_b9_only_who_stands_in_the_list_of_ancestors_may_frame_the_numbers(
    device: Make, site: Site, tmp_path: Path, listed: bool
) -> None:
    crowd(site, 1)
    phone, body = device(), {"html": ""}
    with portal_site(body) as around:
        ancestors = f"https://bacgiang.gov.vn {around if listed else 'https://*.edu.vn'}"
        with framed_by(site, tmp_path, ancestors) as origin:
            body["html"] = f'<iframe src="{origin}/nhung/?cuoc-thi={site.rules.id}" title="Số liệu"></iframe>'
            phone.page.goto(around)
            refused = lambda: any("frame-ancestors" in each for each in phone.complaints)  # noqa: E731
            if listed:
                frame = phone.page.frame_locator("iframe")
                frame.locator("[data-count=attempts]", has_text="1").wait_for()
            assert eventually(phone.page, lambda: refused() is not listed, 5)
    # The other site, and a gateway of its own, are asked on purpose.
    phone.complaints[:] = [each for each in phone.complaints if around not in each and origin not in each]

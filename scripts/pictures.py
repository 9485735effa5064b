"""Takes the pictures of README from a running stack, such as the one that `make demo` leaves open.

`python scripts/pictures.py [ORIGIN]` (http://localhost:8080) registers somebody, answers three questions and hands in, as
a person does on a phone, and writes `docs/pictures/*.webp`. The board is taken where the site has one.
"""

from __future__ import annotations

import re
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
QUALITY = 82
LARGEST = 100_000


def take(page: Any, name: str, theme: str = "light") -> None:
    """What the window shows, as WebP, which Playwright itself does not write."""
    page.emulate_media(color_scheme=theme)
    page.evaluate("document.fonts.ready")
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    picture = b64decode(shot["data"])
    if len(picture) > LARGEST:
        raise SystemExit(f"{name}: {len(picture)} bytes are more than the {LARGEST} a picture may have")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(picture)
    print(f"docs/pictures/{name}.webp: {len(picture) / 1000:.0f} kB")
    page.emulate_media(color_scheme="light")


def register(page: Any) -> None:
    page.goto("/dang-ky/")
    page.locator("#name").fill("Nguyễn Thị Ẵm")
    for part, value in (("day", "27"), ("month", "3"), ("year", "1990")):
        page.locator(f"#birth-{part}").fill(value)
    page.get_by_label("Người dân").check()
    page.get_by_role("combobox").fill("viet yen")
    page.get_by_role("option").first.click()
    for purpose in ("run_contest", "prevent_fraud"):
        page.locator(f"#consent-{purpose}").check()
    page.get_by_role("button", name="Đăng ký", exact=True).click()
    page.get_by_role("button", name="Tôi đã lưu mã").click(timeout=60_000)


def contestant(page: Any) -> None:
    page.goto("/")
    page.locator("[data-state]", has_text=re.compile(r"\S")).wait_for()
    take(page, "landing")
    register(page)
    page.goto("/thi/")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    for n in range(1, 4):
        page.evaluate(f"location.hash = 'cau-{n}'")
        page.get_by_role("heading", name=f"Câu {n}/", exact=False).wait_for(state="attached")
        page.locator("fieldset .choice input").nth(n % 2).check()
        page.get_by_text(f"Đã lưu {n}/").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    take(page, "paper")
    take(page, "paper-dark", "dark")
    page.get_by_role("button", name="Bảng câu hỏi").click()
    take(page, "palette")
    page.keyboard.press("Escape")
    page.evaluate("location.hash = 'xem-lai'")
    page.locator("#prediction").fill("52000")
    page.locator(".stack .btn").first.click()
    page.get_by_role("heading", name="Đã nộp bài").wait_for()
    page.evaluate("scrollTo(0, 0)")
    take(page, "receipt")


def board(page: Any, name: str) -> None:
    if page.goto("/so-lieu/").status != 200:
        return print("The site has no board at /so-lieu/.")
    # The numbers stand, whatever the board's parts are called.
    page.wait_for_function("/\\d/.test(document.querySelector('main').innerText)")
    return take(page, name)


def main(origin: str = "http://localhost:8080") -> None:
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from tests.support.chromium import unpacked

    installed = unpacked()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed.program, args=installed.arguments, env=dict(installed.environment)
        )
        options: dict[str, Any] = {"base_url": origin, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
        phone = browser.new_context(**options, viewport=PHONE, device_scale_factor=2).new_page()
        contestant(phone)
        board(phone, "board-phone")
        board(browser.new_context(**options, viewport=DESK).new_page(), "board")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

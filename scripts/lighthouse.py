"""Lighthouse over the pages of a stack of its own: `python scripts/lighthouse.py [PAGE…]`; without names, all of them.

Opens each page cold three times in the Chromium of the browser tests, on Lighthouse's phone (150 ms, 1.6 Mbps, CPU ÷ 4 of the
machine that the browser tests' budgets were set on), takes the median of each figure, and keeps `bench/reports/lighthouse.*`.
Exits with 1 where a page misses its budget, and with 2 where a name is no page. Pages that are not named keep the figures that
the report has of them. Build the pages first.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402
import psutil  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from bench.keeping import keep, kept  # noqa: E402
from scripts import web  # noqa: E402
from tests.browser.conftest import Device  # noqa: E402
from tests.browser.paper import choose, go, submit, wait_saved  # noqa: E402
from tests.browser.sitting import crowd  # noqa: E402
from tests.browser.test_speed import WORK, WORK_MS  # noqa: E402
from tests.support import chromium  # noqa: E402
from tests.support.site import Person, Site  # noqa: E402

ENGINES = ROOT / "web" / "engines"
REPORTS = ROOT / "bench" / "reports"
RUNS = 3
PEOPLE = 6
SHIFT = 0.02
# Page: performance, largest paint in seconds (both web.md section 9; a form's where it has none of its own).
BUDGETS = {
    "landing": (98, 1.2), "rules": (98, 1.2), "receipt check": (98, 1.2), "register": (95, 1.8), "sign-in": (95, 1.8),
    "before the paper": (95, 1.8), "paper": (95, 1.8), "receipt": (95, 1.8), "results": (95, 1.8),
    "board": (95, 2.0), "unit board": (95, 2.0), "widget": (98, 1.2),
}  # fmt: skip


class Page(msgspec.Struct):
    """Medians of the runs: scores 0 to 100, times in ms. `weak`: what Lighthouse found fault with, in any run."""

    name: str
    performance: float
    accessibility: float
    lcp: float
    cls: float
    tbt: float
    weak: list[str]
    date: str

    def missed(self) -> list[str]:
        performance, paint = BUDGETS[self.name]
        told = {
            f"performance < {performance}": self.performance < performance, "accessibility < 100": self.accessibility < 100,
            f"largest paint > {paint} s": self.lcp > paint * 1000, f"shift > {SHIFT}": self.cls > SHIFT,
        }  # fmt: skip
        return [what for what, bad in told.items() if bad]


class Report(msgspec.Struct):
    machine: str
    lighthouse: str
    runs: int
    pages: list[Page]


def visits(site: Site) -> list[dict[str, Any]]:
    """Each page with what it says when it is itself, and the session of somebody who may see it."""
    person = crowd(site, PEOPLE)[0]
    board = f"?cuoc-thi={site.rules.id}"
    own = {"hoithi_session": person.cookie}, _who(person)
    nobody: tuple[dict[str, str], dict[str, str]] = ({}, {})
    running, done = site.person(), site.person()
    pages = {
        "landing": ("/", "Đăng ký dự thi", nobody), "rules": ("/the-le/", "Thể lệ", nobody),
        "receipt check": ("/bien-nhan/", "Kiểm tra biên nhận", nobody), "register": ("/dang-ky/", "Họ và tên", nobody),
        "sign-in": ("/dang-nhap/", "Mã đăng nhập", nobody), "before the paper": ("/thi/", "Bắt đầu làm bài", own),
        "paper": ("/thi/", "Đã lưu 3/19", ({"hoithi_session": running.cookie}, _device(site, running))),
        "receipt": ("/thi/", "Đã nộp bài", ({"hoithi_session": done.cookie}, _device(site, done, to_the_end=True))),
        "results": ("/ket-qua/", "Kết quả của tôi", own), "board": (f"/so-lieu/{board}", "Tính đến", nobody),
        "unit board": (f"/so-lieu/{site.unit}/{board}", "Áp phích để in", nobody),
        "widget": (f"/nhung/{board}", "Tính đến", nobody),
    }  # fmt: skip
    return [
        {"name": name, "url": site.origin + path, "shows": shows, "cookies": cookies, "storage": storage}
        for name, (path, shows, (cookies, storage)) in pages.items()
    ]


def _who(person: Person) -> dict[str, str]:
    return {"hoithi.who": json.dumps({"contestant_id": person.contestant_id, "number": person.number})}


def _device(site: Site, person: Person, *, to_the_end: bool = False) -> dict[str, str]:
    """What a device keeps of a paper with three answers, or of its receipt: made by the pages themselves."""
    installed = chromium.unpacked()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed.program, args=installed.arguments, env=dict(installed.environment)
        )
        page = Device(browser, site).start_paper(person)
        for n in (1, 2, 3):
            go(page, n)
            choose(page)
        wait_saved(page, 3)
        if to_the_end:
            submit(page)
            page.get_by_role("heading", name="Đã nộp bài").wait_for()
        storage: dict[str, str] = page.evaluate("({ ...localStorage })")
        browser.close()
    return storage


def measured(visited: list[dict[str, Any]]) -> Iterator[Page]:
    """Page by page, as soon as its runs are done."""
    installed = chromium.unpacked()
    task = {
        "program": str(installed.program), "arguments": installed.arguments, "environment": installed.environment,
        "runs": RUNS, "work": {"script": WORK, "ms": WORK_MS}, "visits": visited,
    }  # fmt: skip
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with web.started("node", "measure.ts", folder=ENGINES, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(task))
        process.stdin.close()
        for visit in visited:
            lines = [process.stdout.readline() for _ in range(RUNS)]
            if not all(lines):
                raise SystemExit(f"{visit['name']}: Lighthouse gave no result; see above.")
            yield _page(visit["name"], [json.loads(line) for line in lines])
        process.wait()


def _page(name: str, runs: list[dict[str, Any]]) -> Page:
    figures = {key: median(run[key] for run in runs) for key in ("performance", "lcp", "cls", "tbt")}
    # Accessibility does not depend on the machine: the worst run counts.
    accessibility = min(run["accessibility"] for run in runs)
    weak = sorted({fault.partition(":")[0] for run in runs for fault in run["weak"]})
    return Page(name=name, accessibility=accessibility, weak=weak, date=f"{datetime.now(UTC):%Y-%m-%d}", **figures)


def written(report: Report) -> str:
    lines = [
        "# Lighthouse", "",
        f"Medians of {report.runs} cold runs by `python scripts/lighthouse.py`, Lighthouse {report.lighthouse}, on a phone as it "
        f"imagines one (150 ms, 1.6 Mbps, CPU ÷ 4 of the machine that the budgets were set on), {report.machine}. The budgets are "
        f"accessibility 100, a layout shift of {SHIFT} at most, and for each page what stands after the stroke.", "",
        "| page | performance | accessibility | largest paint, s | shift | blocked, ms | holds | what Lighthouse would mend |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for page in report.pages:
        performance, paint = BUDGETS[page.name]
        lines.append(
            f"| {page.name} | {page.performance:.0f} / {performance} | {page.accessibility:.0f} | {page.lcp / 1000:.2f} / "
            f"{paint} | {page.cls:.3f} | {page.tbt:.0f} | {', '.join(page.missed()) or 'yes'} | {', '.join(page.weak)} |"
        )
    return "\n".join([*lines, ""])


def main(names: list[str]) -> int:
    if unknown := sorted(set(names) - set(BUDGETS)):
        print(f"No page is called {', '.join(unknown)}; there are: {', '.join(BUDGETS)}.")
        return 2
    # The stack must not outlive whoever is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    web.install(ENGINES)
    web.run("npx", "tsc", "--project", "engines")
    version = json.loads((ENGINES / "package.json").read_text())["devDependencies"]["lighthouse"]
    before = kept("lighthouse", REPORTS, Report)
    pages = {page.name: page for page in before.pages} if before else {}
    machine = f"{psutil.cpu_count()} cores, shared with the stack"
    with tempfile.TemporaryDirectory(prefix="hoithi-") as folder:
        site = Site.start(Path(folder))
        try:
            for page in measured([each for each in visits(site) if not names or each["name"] in names]):
                pages[page.name] = page
                print(
                    f"{page.name}: performance {page.performance:.0f}, accessibility {page.accessibility:.0f}, "
                    f"{page.lcp / 1000:.2f} s, shift {page.cls:.3f}, blocked {page.tbt:.0f} ms: "
                    f"{', '.join(page.missed()) or 'holds'}",
                    flush=True,
                )
                report = Report(machine, version, RUNS, [pages[name] for name in BUDGETS if name in pages])
                keep(report, "lighthouse", written(report), REPORTS)
        finally:
            site.stop()
    return int(any(page.missed() for page in pages.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

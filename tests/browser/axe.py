"""What is wrong with a page as it stands: axe-core in light and dark, on a phone and on a desk; and whether it still
fits a window of 320 px (1280 px at 400 % zoom) and letters of twice the size."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from deploy.local.paths import ROOT

WIDTHS = ({"width": 360, "height": 740}, {"width": 1280, "height": 900})
NARROW = {"width": 320, "height": 640}
THEMES = ("light", "dark")
# By default axe runs WCAG 2 to 2.2, A and AA, and best practices, all but the size of targets.
RUN = """async () => {
    const options = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} `
        + (node.any[0] ?? node.all[0] ?? node.none[0])?.message));
}"""
# What stands out of the window to the right, or is cut off by a box that hides what does not fit.
OUTSIDE = """() => {
    const width = document.documentElement.clientWidth;
    const found = [];
    if (document.documentElement.scrollWidth > width) found.push(`scrolls sideways to ${document.documentElement.scrollWidth}`);
    for (const each of document.querySelectorAll("body *")) {
        const box = each.getBoundingClientRect();
        if (!each.checkVisibility() || each.closest(".sr, .skip") || box.width === 0) continue;
        if (box.right > width + 1) found.push(`${each.outerHTML.slice(0, 100)} ends at ${Math.round(box.right)}`);
        if (getComputedStyle(each).overflowX === "hidden" && each.scrollWidth > each.clientWidth + 1)
            found.push(`${each.outerHTML.slice(0, 100)} is cut off`);
    }
    return found.slice(0, 5);
}"""


@cache
def _script() -> str:
    return (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()


def violations(page: Any) -> list[str]:
    """Every violation that axe finds. The page is as it was afterwards."""
    found: list[str] = []
    before = page.viewport_size
    page.evaluate(f"() => {{ if (!window.axe) {{ {_script()} }} }}")
    for width in WIDTHS:
        page.set_viewport_size(width)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            found += [f"{width['width']} px, {theme}: {each}" for each in page.evaluate(RUN)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
    return found


def outside(page: Any) -> list[str]:
    """What does not fit at 320 px, or at 360 px with letters of 200 %."""
    before = page.viewport_size
    page.set_viewport_size(NARROW)
    found = [f"320 px: {each}" for each in page.evaluate(OUTSIDE)]
    page.set_viewport_size(WIDTHS[0])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += [f"200 %: {each}" for each in page.evaluate(OUTSIDE)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(before)
    return found


@dataclass
class Eye:
    """Collects faults over a walk, so that one walk tells them all."""

    faults: list[str] = field(default_factory=list)

    def look(self, page: Any, state: str) -> None:
        self.faults += [f"{state}: {each}" for each in (*violations(page), *outside(page))]

    def close(self) -> None:
        """Nothing was wrong in any state."""
        assert not self.faults, "\n".join(self.faults)

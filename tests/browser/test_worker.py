"""A new build while papers are open: no page mixes two builds, and no paper is lost."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cramjam
import pytest

from tests.browser.conftest import Make, offline
from tests.browser.paper import choose, go, kept_for_offline, stored, wait_saved
from tests.support.site import Site

HASHED = re.compile(r"([\w.-]+-)([\w-]{8})(\.(?:js|css|woff2))")
LOADED = """() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)
    .filter((path) => path.startsWith("/assets/"))"""


def rebuild(pages: Path) -> None:
    """As a build of changed sources leaves it: every hashed file has another name, and the old ones are gone."""
    names = {file.name for file in (pages / "assets").iterdir() if HASHED.fullmatch(file.name)}
    new = {name: HASHED.sub(lambda found: f"{found[1]}{found[2][::-1]}{found[3]}", name) for name in names}
    for file in [each for each in pages.rglob("*") if each.suffix in (".html", ".js", ".css")]:
        text = re.sub(
            r"[\w.-]+-[\w-]{8}\.(?:js|css|woff2)", lambda found: new.get(found[0], found[0]), file.read_text()
        )
        file.write_text(text)
        Path(f"{file}.br").write_bytes(bytes(cramjam.brotli.compress(text.encode())))
        Path(f"{file}.gz").write_bytes(gzip.compress(text.encode()))
    for name in names:
        for ending in ("", ".br", ".gz"):
            if (old := pages / "assets" / f"{name}{ending}").exists():
                old.rename(pages / "assets" / f"{new[name]}{ending}")


@pytest.fixture
def pages(site: Site, tmp_path: Path) -> Iterator[Path]:
    """The served pages, put back afterwards."""
    shutil.copytree(site.pages, tmp_path / "kept")
    yield site.pages
    for each in (site.pages, tmp_path / "kept"):
        assert each.exists()
    for each in site.pages.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    shutil.copytree(tmp_path / "kept", site.pages, dirs_exist_ok=True)


def loaded(page: Any) -> set[str]:
    return set(page.evaluate(LOADED))


@pytest.mark.parametrize("workers", ["allow", "block"])
def test_a_new_build_is_never_mixed_with_the_old_one_and_the_open_paper_goes_on(
    device: Make, site: Site, pages: Path, workers: Any
) -> None:
    site.contest()
    person, phone = site.person(), device(service_workers=workers)
    page = phone.start_paper(person)
    if workers == "allow":
        kept_for_offline(page)
    choose(page)
    wait_saved(page, 1)
    old = loaded(page)
    assert len(old) >= 4

    rebuild(pages)
    go(page, 2)
    choose(page)
    wait_saved(page, 2)
    page.get_by_role("button", name="Bảng câu hỏi").click()
    assert page.get_by_role("button", name="Câu 2/19, đã lưu").is_visible()

    page.reload()
    wait_saved(page, 2)
    assert len(loaded(page)) >= 4
    assert loaded(page) & old == set()
    go(page, 3)
    choose(page)
    wait_saved(page, 3)
    assert len(stored(site, person)) == 3


def test_without_network_the_old_build_opens_as_it_was_and_the_new_one_comes_with_the_network(
    device: Make, site: Site, pages: Path
) -> None:
    site.contest()
    person, phone = site.person(), device()
    page = phone.start_paper(person)
    kept_for_offline(page)
    old = loaded(page)
    rebuild(pages)
    with offline(phone):
        page.reload()
        go(page, 1)
        choose(page)
        page.get_by_text("1 câu chỉ có trên thiết bị này").first.wait_for()
        assert loaded(page) <= old
    wait_saved(page, 1)
    page.reload()
    wait_saved(page, 1)
    assert loaded(page) & old == set()
    kept_for_offline(page)
    with offline(phone):
        page.reload()
        wait_saved(page, 1)
        assert loaded(page) & old == set()

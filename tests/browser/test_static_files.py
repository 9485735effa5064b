"""The built files as the gateway serves them: hashed, immutable, compressed in advance, under a strict policy."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import cramjam
import httpx
import pytest

from deploy.local.paths import ROOT
from deploy.local.plain import PLAIN
from services.folder import read_folder
from services.folder.wire import to_wire
from tests.browser.conftest import Make
from tests.support.site import Site

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
ELSEWHERE = re.compile(r"""(?:src|href|action)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import|sourceMappingURL""")


def files(site: Site, *endings: str) -> Iterator[tuple[str, Path]]:
    """(address, file) of the built files."""
    for file in sorted(site.pages.rglob("*")):
        if file.is_file() and (not endings or file.suffix in endings):
            yield f"/{file.relative_to(site.pages)}", file


def addresses(site: Site) -> list[str]:
    """Every page in both languages."""
    return [name.removesuffix("index.html") for name, _ in files(site, ".html")]


def lively(site: Site) -> list[str]:
    """Pages into which the gateway puts what the board's writer keeps: they cannot be compressed in advance."""
    return [page for page in addresses(site) if "{{readFile" in (site.pages / page[1:] / "index.html").read_text()]


def get(site: Site, path: str, encoding: str = "identity") -> tuple[httpx.Headers, bytes]:
    with httpx.stream("GET", site.origin + path, headers={"accept-encoding": encoding}, timeout=20, **PLAIN) as answer:
        assert answer.status_code == 200, path
        return answer.headers, b"".join(answer.iter_raw())


def test_scripts_styles_and_fonts_carry_a_hash_in_their_name_and_are_immutable(site: Site) -> None:
    assets = list(files(site, ".js", ".css", ".woff2"))
    assert len(assets) > 10
    for address, _ in assets:
        if address == "/thi-worker.js":
            continue
        assert re.fullmatch(r"/assets/[\w.-]+-[\w-]{8}\.(js|css|woff2)", address), address
        headers, _ = get(site, address)
        assert headers["cache-control"] == "public, max-age=31536000, immutable", address


def test_pages_and_the_worker_are_asked_for_anew_each_time(site: Site) -> None:
    for address in [*addresses(site), "/thi-worker.js"]:
        headers, _ = get(site, address)
        assert headers["cache-control"] == "no-cache", address
        # A page into which the gateway puts the newest numbers is another one each second.
        assert address in lively(site) or headers["etag"], address


def test_every_text_file_is_served_as_it_was_compressed_in_advance(site: Site) -> None:
    written = {f"{address}index.html" for address in lively(site)}
    for address, file in files(site, ".html", ".js", ".css", ".svg"):
        if address in written:
            continue
        for encoding, ending, decompress in (
            ("br", ".br", cramjam.brotli.decompress),
            ("gzip", ".gz", cramjam.gzip.decompress),
        ):
            headers, body = get(site, address.removesuffix("index.html"), encoding)
            assert headers["content-encoding"] == encoding, address
            assert body == Path(f"{file}{ending}").read_bytes(), address
            assert bytes(decompress(body)) == file.read_bytes(), address


def test_the_policy_allows_nothing_inline_but_the_pages_own_script_by_its_hash(site: Site) -> None:
    for address in addresses(site):
        headers, body = get(site, address)
        policy = headers["content-security-policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert (rules["connect-src"], rules["style-src"], rules["base-uri"]) == ("'self'", "'self'", "'none'")
        assert "unsafe" not in policy, address
        assert "http" not in policy, address
        framed = re.fullmatch(r"(/en)?/nhung/", address) is not None
        assert rules["frame-ancestors"] == ("*" if framed else "'none'"), address
        text = body.decode()
        for script in INLINE.findall(text):
            digest = b64encode(sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in rules["script-src"], address
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), address


def test_no_built_file_names_another_origin(site: Site) -> None:
    for address, file in files(site, ".html", ".js", ".css", ".svg"):
        found = ELSEWHERE.search(file.read_text())
        assert found is None, f"{address}: {found and found[0]}"


def test_no_page_asks_another_origin_or_complains_on_the_console(device: Make, site: Site) -> None:
    """In English; every other browser test watches the Vietnamese ones likewise."""
    site.contest()
    phone = device()
    for address in addresses(site):
        if not address.startswith("/en/"):
            continue
        phone.open(address)
        phone.page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("address", ["/nothing-here", "/thi/nothing/", "/assets/nothing-12345678.js"])
def test_an_address_where_nothing_is_says_404_in_words_and_is_never_another_page(site: Site, address: str) -> None:
    answer = httpx.get(site.origin + address, timeout=20, **PLAIN)
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text


def test_no_built_file_holds_a_question_of_the_bank(site: Site) -> None:
    [(_, _, bank)] = to_wire(read_folder(ROOT / "contests" / "bac-giang-2023"))[1]
    questions = [question["text"]["vi"] for question in bank["questions"]]
    assert len(questions) > 100
    for address, file in files(site, ".html", ".js"):
        text = file.read_text()
        assert [question for question in questions if question in text] == [], address

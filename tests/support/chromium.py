"""A Chromium without root and without a browser's download: npm's `@sparticuz/chromium` carries the binary.

Its own unpacker writes to one folder of the system's temporary directory, where a second user of the machine meets files
that are not theirs, and it brings its libraries only where a cloud's variables are set. So it is unpacked here, into the
clone, with the libraries (NSS, NSPR, expat) and the fonts that the package carries, and matplotlib's for signs such as
✓ and ⚑ that every phone has: the machine's own never matter.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cramjam
import matplotlib

from deploy.local.paths import ROOT

PACKAGE = ROOT / "web" / "node_modules" / "@sparticuz" / "chromium"
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><dir>{signs}</dir><cachedir>{folder}/font-cache</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Browser:
    """`folder` holds the unpacked package."""

    folder: Path

    @property
    def program(self) -> Path:
        return self.folder / "chromium"

    @property
    def environment(self) -> dict[str, str]:
        """What the process must be started with."""
        folder = str(self.folder)
        return {
            **os.environ, "LD_LIBRARY_PATH": f"{folder}/lib", "FONTCONFIG_FILE": f"{folder}/fonts.conf",
            "HOME": folder, "XDG_CONFIG_HOME": f"{folder}/config", "XDG_CACHE_HOME": f"{folder}/cache",
        }  # fmt: skip

    @property
    def arguments(self) -> list[str]:
        """No sandbox: it needs privileges that a container and a normal user lack, and the pages are our own."""
        return ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def unpacked() -> Browser:
    """The browser of the installed package, unpacked once per version into `.cache/chromium`."""
    assert PACKAGE.exists(), "install the packages of the pages first: python scripts/web.py build"
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    browser = Browser(ROOT / ".cache" / "chromium" / version)
    if not browser.folder.exists():
        browser.folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=browser.folder.parent))
        _unpack(fresh)
        try:
            fresh.rename(browser.folder)
        except OSError:  # Another run was quicker.
            shutil.rmtree(fresh)
    signs = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    fonts, wanted = browser.folder / "fonts.conf", FONTS.format(folder=browser.folder, signs=signs)
    # Another run's browser may be reading it.
    if not fonts.exists() or fonts.read_text() != wanted:
        fonts.write_text(wanted)
    return browser


def _unpack(folder: Path) -> None:
    # The Python of Debian 12 (3.11.2) has no filters yet. What is unpacked comes out of a wheel whose hash is locked.
    given: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    for name in ("al2023", "fonts"):
        with tarfile.open(fileobj=io.BytesIO(_read(f"{name}.tar.br"))) as archive:
            archive.extractall(folder, **given)
    program = folder / "chromium"
    program.write_bytes(_read("chromium.br"))
    program.chmod(0o755)


def _read(name: str) -> bytes:
    return bytes(cramjam.brotli.decompress((PACKAGE / "bin" / name).read_bytes()))

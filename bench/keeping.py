"""Reports as files: JSON with everything, and beside it the page that people read."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

R = TypeVar("R", bound=Struct)


def keep(report: Struct, name: str, page: str, folder: Path) -> Path:
    """Writes `<name>.json` and `<name>.md`; the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    file = folder / f"{name}.md"
    file.write_text(page, encoding="utf-8")
    return file


def kept(name: str, folder: Path, kind: type[R]) -> R | None:
    """The one that was kept last, if there is one."""
    file = folder / f"{name}.json"
    return msgspec.json.decode(file.read_bytes(), type=kind) if file.exists() else None

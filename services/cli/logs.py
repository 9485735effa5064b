"""`hoithi logs SERVICE`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from services.cli import place
from services.cli.terminal import Failure


def logs(service: str, *, follow: bool = False, lines: int = 100, rehearsal: bool = False) -> None:
    """Print the newest lines of a service (all its replicas) or of kafka, postgres, caddy, board, supervisor."""
    files = _files(place.layout(rehearsal).folder / "logs", service)
    for file in files:
        for line in _newest(file, lines):
            _print(file, line, len(files))
    if follow:
        _follow(files)


def _files(folder: Path, service: str) -> list[Path]:
    files = sorted(folder.glob(f"{service}.log")) or sorted(folder.glob(f"{service}-*.log"))
    if not files:
        names = ", ".join(sorted(file.stem for file in folder.glob("*.log"))) or "none yet"
        raise Failure(f"There is no log of {service!r}. Logs: {names}.")
    return files


def _newest(file: Path, lines: int) -> list[str]:
    # Enough for long JSON lines; a log of gigabytes is not read whole for its end.
    with file.open("rb") as source:
        size = source.seek(0, 2)
        source.seek(max(0, size - lines * 4096))
        return source.read().decode(errors="replace").splitlines()[-lines:]


def _print(file: Path, line: str, of: int) -> None:
    sys.stdout.write(f"{file.stem} | {line}\n" if of > 1 else f"{line}\n")


def _follow(files: list[Path]) -> None:
    positions = {file: file.stat().st_size for file in files}
    while True:
        sys.stdout.flush()
        time.sleep(0.3)
        for file, position in positions.items():
            with file.open("rb") as source:
                source.seek(position)
                text = source.read()
            whole = text[: text.rfind(b"\n") + 1]
            positions[file] = position + len(whole)
            for line in whole.decode(errors="replace").splitlines():
                _print(file, line, len(files))

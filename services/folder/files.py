"""Opens the files of a folder: only those inside it, only of a sane size, only UTF-8."""

from __future__ import annotations

import re
from pathlib import Path

from services.folder.source import Unreadable

LIMIT_BYTES = 10 * 1024 * 1024
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
SAVE_AS = "save the file as UTF-8 (Notepad: Save as, Encoding: UTF-8; Excel: CSV UTF-8)"


def read_text(folder: Path, name: str) -> str:
    """The text of one file with `\\n` line ends and without BOM. Its size is looked at before its content.

    Raises `Unreadable`."""
    path = folder / name
    if not path.is_symlink() and not path.exists():
        raise Unreadable(None, "is missing", "add it to the folder, or look for a misspelt file name")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Unreadable(None, "is a link that leads out of the folder", "put the file itself into the folder")
    if not path.is_file():
        raise Unreadable(None, "is no file", "put a plain text file there")
    if path.stat().st_size > LIMIT_BYTES:
        size = path.stat().st_size / 1_000_000
        raise Unreadable(None, f"has {size:.0f} MB, more than the limit of 10 MiB", "check that it is the right file")
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise Unreadable(None, f"cannot be read ({error.strerror})", "check its permissions") from None
    return _decoded(data)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(None, "is UTF-16, not UTF-8", SAVE_AS)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the error counts from after the BOM where there is one
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data.count(b"\n", 0, start) + 1
        column = start - data.rfind(b"\n", 0, start)
        problem = f"byte 0x{data[start]:02X} (byte {column} of the line) is not UTF-8 (perhaps Windows-1258)"
        raise Unreadable(line, problem, SAVE_AS) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if control := FORBIDDEN.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(line, f"holds the control character U+{ord(control[0]):04X}", "delete it")
    return text

"""CSV files as rows of named cells with line numbers. Comma, semicolon (as Excel in Vietnam saves) or tab."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from unicodedata import normalize

from services.folder.section import Place
from services.folder.source import Source, Unreadable
from services.folder.tree import Mapping, Node, Scalar

MAX_ROWS = 100_000


def read_table(text: str, source: Source) -> Iterator[Place]:
    """Each row as a mapping of column name to cell, like a mapping of YAML; empty cells and empty rows are left out.

    Raises `Unreadable` where the file is no table."""
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    columns: list[str] = []
    try:
        for number, cells in enumerate(rows):
            if number > MAX_ROWS:
                raise Unreadable(rows.line_num, f"is row number {MAX_ROWS + 1}", "split the file")
            clean = [normalize("NFC", cell).strip() for cell in cells]
            if not any(clean):
                continue
            if not columns:
                columns = _header(clean, rows.line_num)
            elif len(clean) > len(columns) and any(clean[len(columns) :]):
                source.add(
                    rows.line_num, "", clean[-1], "stands beyond the last column", "quote texts that hold a comma"
                )
            else:
                yield _row(dict(zip(columns, clean, strict=False)), rows.line_num, source)
    except csv.Error as error:
        raise Unreadable(rows.line_num, f"is no table ({error})", "save it as CSV UTF-8 from the spreadsheet") from None


def _delimiter(text: str) -> str:
    header = text.lstrip("\n").split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _header(cells: list[str], line: int) -> list[str]:
    columns = [cell.lower() for cell in cells]
    for column in columns:
        if column and columns.count(column) > 1:
            raise Unreadable(line, f"column '{column}' stands twice", "keep one of them")
    return columns


def _row(cells: dict[str, str], line: int, source: Source) -> Place:
    entries: dict[str, tuple[int, Node]] = {
        column: (line, Scalar(line, value, plain=False)) for column, value in cells.items() if value
    }
    return Place(Mapping(line, entries, 0), "", line, source)

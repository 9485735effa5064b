"""Everything that a service knows of one person, as JSON and as a page that can be read (Law 91/2025: on request)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import msgspec
from msgspec import Struct

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:0 0 1.5rem;width:100%}th,td{border:1px solid #999;padding:.25rem .5rem;text-align:left;
vertical-align:top;overflow-wrap:anywhere}th{width:14rem;font-weight:600}"""

TITLES = {
    "registration": "Đăng ký – Registration", "quiz": "Bài thi – Papers", "scoring": "Chấm điểm – Scores",
    "stats": "Thống kê – Counts", "person": "Thông tin cá nhân – Personal data", "consents": "Sự đồng ý – Consents",
    "guardians": "Người giám hộ – Guardians", "notices": "Thông báo – Notices", "tickets": "Phiếu cấp lại mã – Tickets",
    "corrections": "Đính chính – Corrections", "took_part": "Đã dự thi – Took part", "holds": "Lý do lưu giữ – Holds",
    "published": "Dữ kiện đã công bố (không định danh) – Published facts", "log": "Nhật ký – Log",
    "slips": "Phiếu mời – Slips", "attempts": "Lượt thi – Attempts", "tries_given": "Lượt được cấp lại – Tries given back",
    "scores": "Kết quả – Scores", "facts": "Lượt được đếm – Counted attempts", "rights": "Quyền dự thi – Rights",
}  # fmt: skip


class Export(Struct):
    """One service's part. `records`: by kind, rows as they are stored."""

    service: str
    contestant_id: str
    erased: bool
    records: dict[str, list[dict[str, Any]]]


def page(contestant_id: str, parts: Iterable[Export]) -> str:
    """HTML that needs nothing else: Vietnamese first, what is empty is said to be."""
    body = [f"<h1>Dữ liệu về thí sinh – Data about one person</h1><p><code>{escape(contestant_id)}</code></p>"]
    for part in parts:
        body.append(f"<h2>{_title(part.service)}</h2>")
        if part.erased:
            body.append("<p>Danh tính đã được xóa. – The identity was erased.</p>")
        for kind, rows in part.records.items():
            body.append(f"<h3>{_title(kind)}</h3>")
            body += [_table(row) for row in rows] or ["<p>Không có. – None.</p>"]
    head = f'<meta charset="utf-8"><title>Dữ liệu về thí sinh</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="vi"><head>{head}</head><body>{"".join(body)}</body></html>'


def _title(name: str) -> str:
    return escape(TITLES.get(name, name))


def _table(row: Mapping[str, Any]) -> str:
    lines = (f"<tr><th>{escape(name)}</th><td>{escape(_words(value))}</td></tr>" for name, value in row.items())
    return f"<table>{''.join(lines)}</table>"


def _words(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode().strip('"')

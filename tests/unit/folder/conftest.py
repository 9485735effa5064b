"""A small folder without a fault, to be spoilt in one place at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from services.folder import ContestFolder, FolderFaults, read_folder

CONTEST = """\
id: thu-nghiem
title: {vi: Cuộc thi thử}
opens: 2023-09-01T00:00
closes: 2023-10-01T00:00
registration:
  fields: {name: required, birth_date: required, unit: required, category: required}
  categories: [can-bo, hoc-sinh]
  eligible: {age: {from: 14, at: opens}, excluded: excluded.csv}
  guardian: {under: 16}
consent: {version: 2023-1, purposes: [run_contest, prevent_fraud]}
paper:
  minutes: 20
  draw:
    - {topic: chung, count: 1}
    - {difficulty: kho, count: 1}
prediction:
  ask: {vi: Có bao nhiêu lượt đúng tất cả?}
  of: perfect_attempts
tries: {day: 3, gap: 60m}
counted: {by: [score, submitted_at]}
ranking: [score, prediction_distance, {duration: {floor: 3m}}, submitted_at]
awards:
  individual:
    - {id: nhat, prizes: 1, only_if: {perfect: true}}
  collective:
    - {id: tap-the, prizes: 3, per: block, by: [participation_rate], only_if: {headcount: ">= 50"}}
retention: {contestants: P90D}
"""
QUESTIONS = """\
questions:
- id: Q1
  type: single
  topic: chung
  difficulty: de
  text: Câu hỏi một?
  options:
    A: Phương án một
    B: Phương án hai
  correct: [B]
- id: Q2
  type: multiple
  topic: rieng
  difficulty: kho
  text: Câu hỏi hai?
  options:
    A: Phương án một
    B: Phương án hai
    C: Phương án ba
  correct: [A, C]
"""
UNITS = """\
tree:
  code: T
  name: Tỉnh
  kind: province
  children:
  - code: K1
    name: Khối một
    kind: block
    headcount: 120
    children:
    - {code: K1-A, name: Đơn vị A, headcount: 70, headcounts: {can-bo: 60, hoc-sinh: 10}, target: 80%}
    - {code: K1-B, name: Đơn vị B, headcount: 50}
  - {code: TD, name: Thí sinh tự do, kind: open}
"""
EXCLUDED = "name,birth_date,phone\nNguyễn Văn A,1980-01-02,\n,,0912345678\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """A folder on disk that a test spoils."""

    path: Path

    def restore(self) -> Draft:
        """The folder without a fault."""
        self.write("contest.yaml", CONTEST).write("questions.yaml", QUESTIONS)
        return self.write("units.yaml", UNITS).write("excluded.csv", EXCLUDED)

    def write(self, name: str, content: str | bytes) -> Draft:
        data = content.encode() if isinstance(content, str) else content
        (self.path / name).write_bytes(data)
        return self

    def change(self, name: str, old: str, new: str) -> Draft:
        """Replace one passage, which must be there once."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        return self.write(name, text.replace(old, new))

    def read(self) -> ContestFolder:
        return read_folder(self.path)

    def faults(self) -> list[str]:
        """Rendered faults; a folder that reads well has none."""
        try:
            self.read()
        except FolderFaults as found:
            return [fault.render() for fault in found.faults]
        return []


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft(tmp_path).restore()

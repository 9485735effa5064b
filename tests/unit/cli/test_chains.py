"""What `hoithi audit` says of a log that was tampered with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.cli.chains import HEADS, Head, check, compare, remembered

WHOLE = {"head": {"rows": 7, "hash": "ab" * 32}, "broken_at": None, "unlinked": 0, "then": "cd" * 32}
BEFORE = Head(5, "cd" * 32)


class Logs:
    """Four services that answer about their chains."""

    def __init__(self, **changed: Any) -> None:
        self.answer, self.asked = {**WHOLE, **changed}, list[str]()

    def get(self, path: str) -> Any:
        self.asked.append(path)
        return self.answer


@pytest.mark.parametrize(
    "changed",
    [{"broken_at": 3}, {"unlinked": 1}, {"then": None}, {"then": "ef" * 32}],
    ids=["a link does not fit", "a row without a link", "the end was cut off", "another log stands there"],
)
def test_a_log_that_is_not_whole_or_does_not_go_on_differs(changed: dict[str, Any]) -> None:
    assert compare("quiz", WHOLE, BEFORE).equal
    assert not compare("quiz", {**WHOLE, **changed}, BEFORE).equal


def test_the_head_of_a_whole_log_is_remembered_outside_the_database_and_that_of_a_broken_one_is_not(
    tmp_path: Path,
) -> None:
    logs = Logs()
    assert all(each.equal for each in check(logs, tmp_path))  # type: ignore[arg-type]
    assert remembered(tmp_path)["quiz"] == Head(7, "ab" * 32)
    stored = (tmp_path / HEADS).read_bytes()
    broken = Logs(broken_at=2, head={"rows": 9, "hash": "00" * 32}, then="ab" * 32)
    assert not any(each.equal for each in check(broken, tmp_path))  # type: ignore[arg-type]
    assert broken.asked[0].endswith("?at=7")
    assert (tmp_path / HEADS).read_bytes() == stored

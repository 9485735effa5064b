"""Where checks put what they find. They know keys; files and lines are known only to whoever read the files."""

from __future__ import annotations

from services.folder.faults import Fault

CONTEST, QUESTIONS = "contest.yaml", "questions.yaml"


class Findings(list[Fault]):
    """Faults without lines."""

    def rules(self, key: str, value: object, problem: str, way_out: str) -> None:
        self.append(Fault(CONTEST, None, key, str(value), problem, way_out))

    def bank(self, key: str, value: object, problem: str, way_out: str) -> None:
        self.append(Fault(QUESTIONS, None, key, str(value), problem, way_out))

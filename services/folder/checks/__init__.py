"""Whether rules and bank, each well written, make a contest that can work. No files: quiz checks again on import."""

from __future__ import annotations

from services.contracts.rules import Rules
from services.folder.checks.awards import check_awards
from services.folder.checks.bank import check_bank, check_question_groups
from services.folder.checks.counting import check_counting
from services.folder.checks.draw import check_papers
from services.folder.checks.findings import Findings
from services.folder.checks.people import check_people
from services.folder.checks.shape import check_shape
from services.folder.checks.window import check_window
from services.folder.faults import Fault
from services.folder.model import Bank

__all__ = ["check", "check_bank"]


def check(rules: Rules, bank: Bank) -> list[Fault]:
    """Every fault found, without lines; an empty list for a contest that can run."""
    found = Findings()
    check_shape(rules, found)
    if found:
        return list(found)
    check_window(rules, found)
    check_people(rules, found)
    check_counting(rules, found)
    check_awards(rules, bank, found)
    check_question_groups(rules, bank, found)
    found.extend(check_bank(bank))
    check_papers(rules, bank, found)
    return list(found)

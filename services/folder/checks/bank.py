"""Questions that cannot be answered, and questions that cannot be told apart."""

from __future__ import annotations

from services.contracts.rules import Rules
from services.folder.checks.findings import Findings
from services.folder.model import Bank, Question
from services.folder.values import meant


def check_bank(bank: Bank) -> Findings:
    found = Findings()
    first: dict[str, int] = {}
    for number, question in enumerate(bank.questions):
        key = f"questions[{number}]"
        if question.id in first:
            problem = f"is also the id of questions[{first[question.id]}]"
            found.bank(f"{key}.id", question.id, problem, "give each question its own id")
        first.setdefault(question.id, number)
        _check_options(question, key, found)
        _check_right_options(question, key, found)
    return found


def check_question_groups(rules: Rules, bank: Bank, found: Findings) -> None:
    groups = [group.id for group in rules.groups]
    for number, question in enumerate(bank.questions):
        for group in question.groups:
            if group not in groups:
                found.bank(f"questions[{number}].groups", group, f"is no group of {rules.id}", meant(group, groups))


def _check_options(question: Question, key: str, found: Findings) -> None:
    if len(question.options) < 2:
        found.bank(f"{key}.options", "", f"of {question.id} leave nothing to choose", "give at least two options")
    texts: dict[str, str] = {}
    ids: set[str] = set()
    for option in question.options:
        plain = " ".join(option.text.vi.casefold().split())
        if plain in texts:
            problem = f"reads the same as {texts[plain]} in {question.id}"
            found.bank(f"{key}.options.{option.id}", option.text.vi, problem, "word one of them differently")
        if option.id in ids:
            found.bank(f"{key}.options", option.id, f"names two options of {question.id}", "give each its own letter")
        texts.setdefault(plain, option.id)
        ids.add(option.id)


def _check_right_options(question: Question, key: str, found: Findings) -> None:
    where = f"{key}.correct"
    ids = [option.id for option in question.options]
    if not question.correct:
        found.bank(where, "", f"names no right option of {question.id}", "add the letter of the right option")
    for option in question.correct:
        if option not in ids:
            found.bank(where, option, f"is not an option of {question.id}", f"use one of: {', '.join(ids)}")
    if question.kind == "single" and len(question.correct) > 1:
        problem = f"are {len(question.correct)} right options of {question.id}, which is of type single"
        found.bank(where, ", ".join(question.correct), problem, "keep one, or write type: multiple")
    if len(set(question.correct)) < len(question.correct):
        found.bank(where, ", ".join(question.correct), "names an option twice", "keep each letter once")

"""What `hoithi contest check` says of what rules cost."""

from __future__ import annotations

from services.folder.cost import Cost


def sentences(cost: Cost) -> list[str]:
    """The first of everybody's paper; further ones only where something can be done."""
    where = f"{cost.key}, {cost.group}" if cost.group else cost.key
    said = [
        f"{cost.contest_id} ({where}): {cost.on_paper} questions of {cost.pool}, {_tries(cost)}: "
        f"a person may meet {cost.may_meet}."
    ]
    if cost.may_meet_in_all > cost.may_meet:
        said.append(
            f"{where}: other rounds ask the same questions; with theirs a person may meet {cost.may_meet_in_all} of them; "
            "give each round its own questions."
        )
    if cost.is_learnt:
        said.append(
            f"{where}: every paper is the same, and a script knows it after {cost.learned_after} tries at most"
            f"{_beside(cost)}; draw from a larger bank, limit tries, or set reveal: nothing."
        )
    elif cost.learned_after is not None:
        said.append(
            f"{where}: every paper is the same; a script needs {cost.learned_after} tries at most to know it, "
            f"and has not so many{_beside(cost)}."
        )
    if cost.known_before:
        said.append(
            f"{where}: {cost.known_before} of its questions are answered by earlier rounds that reveal answers; "
            "give each round its own questions, or set reveal: score."
        )
    return said


def _tries(cost: Cost) -> str:
    if cost.tries is None:
        return "no limit of tries"
    return f"at most {cost.tries} {'try' if cost.tries == 1 else 'tries'}"


def _beside(cost: Cost) -> str:
    if cost.tries_beside == 0:
        return ""
    count = "without limit" if cost.tries_beside is None else cost.tries_beside
    return f", counting those of other rounds with the same paper ({count})"

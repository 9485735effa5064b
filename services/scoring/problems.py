"""The refusals that only scoring gives."""

from __future__ import annotations

from services.runtime.problems import ProblemType

NO_CONTEST = ProblemType("no-such-contest", 404, "There is no such contest")
NO_ATTEMPT = ProblemType("no-such-attempt", 404, "None of your attempts has this id")
NOT_REVEALED = ProblemType("answers-not-revealed", 403, "The rules do not show the answers now")

"""The refusals that only stats gives."""

from __future__ import annotations

from services.runtime.problems import ProblemType

NO_CONTEST = ProblemType("no-such-contest", 404, "There is no such contest")
NO_UNIT = ProblemType("no-such-unit", 404, "There is no such unit in this contest")
NO_PAGE = ProblemType("no-such-page", 404, "Nothing at this address can be embedded")
ONLY_JSON = ProblemType("format-not-offered", 406, "Only JSON is offered here")
"""oEmbed would have 501; nothing that a caller asks for wrongly is counted as a fault of ours."""
FULL = ProblemType("stream-full", 503, "Many people are watching at once; ask for the numbers instead")

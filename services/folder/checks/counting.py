"""What is predicted, shown, and counted."""

from __future__ import annotations

from services.contracts.rules import Rules
from services.folder.checks.findings import Findings
from services.folder.later_model import later_of

ASK = "add a prediction, or take prediction_distance out"


def check_counting(rules: Rules, found: Findings) -> None:
    _check_counted(rules, found)
    _check_prediction(rules, found)
    papers = [("paper", rules.paper), *((f"groups[{n}].paper", g.paper) for n, g in enumerate(rules.groups) if g.paper)]
    for key, paper in papers:
        if paper.reveal_answers_before_closing and paper.reveal != "answers":
            problem = f"has no effect with reveal: {paper.reveal}"
            found.rules(f"{key}.reveal_answers_before_closing", "true", problem, "delete it, or set reveal: answers")


def _check_counted(rules: Rules, found: Findings) -> None:
    keys = rules.counted if isinstance(rules.counted, tuple) else ()
    if len(set(keys)) < len(keys):
        found.rules("counted.by", ", ".join(keys), "names a key twice", "keep each key once")
    if "prediction_distance" not in keys:
        return
    if rules.prediction is None:
        found.rules("counted.by", "prediction_distance", "has nothing to measure: no prediction is asked for", ASK)
    if not rules.lottery_accepted:
        problem = "makes every try a lottery ticket: who tries most often predicts best"
        way_out = "take it out, or accept that in writing with 'lottery: accepted' beside 'by'"
        found.rules("counted.by", "prediction_distance", problem, way_out)


def _check_prediction(rules: Rules, found: Findings) -> None:
    prediction = rules.prediction
    if prediction is not None and not 0 <= prediction.low < prediction.high:
        found.rules("prediction.range", "", "leaves no number to choose", "write the lower number first")
    ranking = later_of(rules).ranking
    for number, step in enumerate(ranking):
        if step.by == "prediction_distance" and prediction is None:
            problem = "has nothing to measure: no prediction is asked for"
            found.rules(f"ranking[{number}]", step.by, problem, ASK)
        if step in ranking[:number]:
            found.rules(f"ranking[{number}]", step.by, "stands twice", "keep the first: the second decides nothing")

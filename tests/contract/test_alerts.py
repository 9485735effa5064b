"""Alerts that could never fire, or that nobody would know what to do about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import promql_parser as promql
import pytest
import yaml
from prometheus_client import Histogram

from deploy.local.paths import ROOT
from deploy.local.postgres import SERVICES
from services.runtime.metrics import Metrics

FOLDER = ROOT / "deploy" / "prometheus"
RULES = [rule for group in yaml.safe_load((FOLDER / "rules.yaml").read_text())["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
HEADINGS = re.findall(r"^### (\w+)$", (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8"), re.MULTILINE)
SCRAPED = {"job", "instance"}
"""Labels that Prometheus adds."""


def samples() -> dict[str, set[str]]:
    """Name of each sample that a process may show -> its labels."""
    found: dict[str, set[str]] = {}
    for metric in vars(Metrics).values():
        if hasattr(metric, "_labelnames"):
            labels = set(metric._labelnames)
            if isinstance(metric, Histogram):
                found |= {f"{metric._name}_bucket": labels | {"le"}, f"{metric._name}_count": labels}
            else:
                found[metric._name + ("_total" if metric._type == "counter" else "")] = labels
    return found


def selectors(node: Any) -> Iterator[Any]:
    """Every vector that an expression reads."""
    if isinstance(node, promql.VectorSelector):
        yield node
    for name in ("lhs", "rhs", "expr", "param", "vector_selector"):
        if (inner := getattr(node, name, None)) is not None:
            yield from selectors(inner)
    for inner in getattr(node, "args", None) or ():
        yield from selectors(inner)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.get("alert") or rule["record"])
def test_every_rule_reads_metrics_and_labels_that_exist(rule: dict[str, Any]) -> None:
    known = samples()
    read = list(selectors(promql.parse(rule["expr"])))
    assert read
    for each in read:
        assert each.name in known.keys() | RECORDED, each.name
        labels = {matcher.name for matcher in each.matchers.matchers}
        assert labels <= known.get(each.name, set()) | SCRAPED, each.name
        assert all(
            set(matcher.value.split("|")) <= set(SERVICES)
            for matcher in each.matchers.matchers
            if matcher.name == "job"
        )


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_says_how_grave_it_is_and_has_its_page(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook_url"] == f"docs/alerts.md#{alert.lower()}"


def test_every_page_is_of_an_alert_and_every_alert_stands_there_once() -> None:
    assert list(ALERTS) == HEADINGS


def test_rule_5_replicas_alert_at_100_ms_of_clock_offset_either_way() -> None:
    expression = ALERTS["ClocksApart"]["expr"]
    assert {each.name for each in selectors(promql.parse(expression))} == {"hoithi_clock_offset_seconds"}
    assert re.findall(r"[<>] (-?[\d.]+)", expression) == ["0.1", "-0.1"]


def test_what_is_played_to_the_alerts_names_alerts_and_metrics_that_exist() -> None:
    played = yaml.safe_load((FOLDER / "rules.test.yaml").read_text())["tests"]
    assert {test["alertname"] for each in played for test in each["alert_rule_test"]} <= ALERTS.keys()
    series = {line["series"].partition("{")[0] for each in played for line in each["input_series"]}
    assert series <= samples().keys()

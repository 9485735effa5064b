"""Documents that must not fall behind the code: problems and metrics."""

from __future__ import annotations

import importlib
import re
from collections import defaultdict

import pytest
from prometheus_client import Counter, Gauge

from deploy.local.paths import ROOT
from services.cli import reference
from services.cli.reference import SERVICES
from services.runtime.metrics import Metrics
from services.runtime.problems import Problem, ProblemType

MODULES = ["services.runtime.problems", *(f"services.{service}.problems" for service in SERVICES)]
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| (\d{3}) \| (.+) \| (.+) \|$", re.MULTILINE)
DOCUMENT = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")


def declared() -> dict[str, list[ProblemType]]:
    found: dict[str, list[ProblemType]] = defaultdict(list)
    for module in MODULES:
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, ProblemType):
                found[value.slug].append(value)
    return found


def rows() -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for slug, status, *_ in ROW.findall(DOCUMENT):
        found[slug].add(int(status))
    return found


def test_every_problem_is_in_the_document_with_its_status_and_none_besides() -> None:
    assert rows() == {slug: {kind.status for kind in kinds} for slug, kinds in declared().items()}


@pytest.mark.parametrize("slug", sorted(declared()))
def test_a_type_means_one_thing_wherever_it_is_said(slug: str) -> None:
    assert len({(kind.status, kind.title) for kind in declared()[slug]}) == 1


@pytest.mark.parametrize("slug", sorted(declared()))
def test_every_problem_can_happen(slug: str) -> None:
    problems = [(name, v) for module in MODULES for name, v in vars(importlib.import_module(module)).items()]
    names = {name for name, value in problems if isinstance(value, ProblemType) and value.slug == slug}
    sources = [p.read_text() for p in (ROOT / "services").rglob("*.py") if p.name != "problems.py"]
    assert any(re.search(rf"\b{name}\b", source) for name in names for source in sources)


def test_refusals_that_pass_by_themselves_say_when_to_come_again() -> None:
    """429 and 503 carry Retry-After (rule 8), also where nobody thought of it."""
    for kinds in declared().values():
        said = Problem(kinds[0], "x").retry_after
        assert (said is not None) == (kinds[0].status in (429, 503))


def test_the_stored_metrics_are_those_of_the_code() -> None:
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == reference.metrics(), (
        "python -m services.cli.reference"
    )


METRICS = {name: metric for name, metric in vars(Metrics).items() if not name.startswith("_")}


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_metric_is_set_somewhere(name: str) -> None:
    sources = [p.read_text() for p in (ROOT / "services").rglob("*.py") if p.name != "metrics.py"]
    assert any(f"METRICS.{name}" in source for source in sources)


def test_metrics_use_base_units_and_name_nobody() -> None:
    people = {"contestant", "attempt", "person", "unit", "phone", "session", "id"}
    for metric in METRICS.values():
        assert metric._name.startswith("hoithi_")
        assert not set(metric._labelnames) & people
        assert not re.search(r"_(ms|millis|minutes|kb)$", metric._name)
        assert metric._documentation
        if isinstance(metric, Gauge) and "since" in metric._documentation:
            assert metric._name.endswith("_timestamp_seconds")
        if isinstance(metric, Counter):
            assert not metric._name.endswith("_total"), "the client adds it"


@pytest.mark.parametrize(
    "needed",
    [
        "hoithi_consumer_lag", "hoithi_oldest_unprocessed_seconds", "hoithi_outbox_oldest_seconds",
        "hoithi_dead_letters", "hoithi_submit_to_counted_seconds", "hoithi_shed", "hoithi_attempts_overdue",
        "hoithi_stats_published_timestamp_seconds", "hoithi_clock_offset_seconds",
    ],
)  # fmt: skip
def test_what_alerts_are_made_of_is_measured(needed: str) -> None:
    assert needed in {metric._name for metric in METRICS.values()}

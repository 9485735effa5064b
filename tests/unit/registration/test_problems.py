from pathlib import Path

from services.registration import problems
from services.runtime.problems import ProblemType

DOCUMENT = Path(__file__).parents[3] / "docs" / "problems.md"
OWN = [value for value in vars(problems).values() if isinstance(value, ProblemType)]


def test_every_refusal_is_documented_with_its_status() -> None:
    text = DOCUMENT.read_text()
    missing = [kind.slug for kind in OWN if f"| `{kind.slug}` | {kind.status} |" not in text]
    assert missing == []


def test_no_two_refusals_share_a_type() -> None:
    assert len({kind.slug for kind in OWN}) == len(OWN) > 15

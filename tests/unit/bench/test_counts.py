"""What stats counted, read from its public numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bench.counts import Numbers, read
from bench.report import Counted, DayFigures, Figures, differences
from services.contracts.events import Bucket, Counts, StatsContest, StatsUnit
from services.contracts.rules import Text

AT = datetime(2023, 10, 1, tzinfo=UTC)
HEAD: dict[str, Any] = {"contest_id": "c", "version": 1, "time": AT, "recorded_at": AT}


def unit(code: str, parent: str | None, counts: Counts) -> StatsUnit:
    return StatsUnit(**HEAD, unit_id=code, name=Text(code), parent=parent, counts=counts)


def numbers(perfect: int | None = 2) -> Numbers:
    contest = StatsContest(
        **HEAD, series_id="c", title=Text("…"), phase="closed", time_zone="Asia/Ho_Chi_Minh", opens=AT, closes=AT,
        counts=Counts(9, 8, 20, 20, perfect), by_day=(Bucket("2023-09-01", attempts=20, registrants=9),),
    )  # fmt: skip
    return Numbers(
        contest,
        [
            unit("BG", None, Counts(9, 8, 20, 20, perfect)),
            unit("A", "BG", Counts(7, 6, 15, 15, perfect)),
            unit("B", "BG", Counts(2, 2, None, None, None)),
        ],
    )


def test_only_units_with_none_below_them_are_compared() -> None:
    found = read(numbers())
    assert set(found.units) == {"A", "B"}
    assert found.days == [DayFigures(date(2023, 9, 1), 9, 20)]
    assert found.totals == Figures(9, 8, 20, 2)


def test_what_is_withheld_is_no_difference_and_what_is_shown_is() -> None:
    wanted = Counted(Figures(9, 8, 20, 2), [DayFigures(date(2023, 9, 1), 9, 20)], {"A": Figures(7, 6, 15, 2)})
    wanted.units["B"] = Figures(3, 2, 5, 0)
    assert differences(wanted, read(numbers(perfect=None))) == ["unit B registrants: 3 expected, 2 counted"]

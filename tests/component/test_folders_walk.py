"""The contests that ship beside Bắc Giang's, each through registration, quiz, scoring and stats, as its rules say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deploy.local.paths import ROOT
from services.contracts.ids import contest_to_path
from services.folder import read_folder
from tests.support.rehearsing import Stage
from tests.support.running import Running

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE = timedelta(minutes=1)


async def staged(walk: Running, folder: str) -> Stage:
    stage = Stage(walk, read_folder(ROOT / "contests" / folder))
    await stage.apply()
    return stage


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=VIETNAM)  # type: ignore[misc,arg-type]


async def test_hue_officials_and_citizens_answer_their_own_bank_once_a_week_and_register_once(walk: Running) -> None:
    hue = await staged(walk, "hue-cchc-2025")
    first, second = (rules.id for rules in hue.folder.rules[:2])
    monday, about = local(2025, 9, 15, 8), {"birth_date": "1990-02-03"}
    official = await hue.join(monday, name="Lê Thị Hoa", unit_id="S-CT", category="can-bo", phone="0912345601", **about)
    citizen = await hue.join(
        monday, name="Võ Văn Sơn", unit_id="P-VD", category="nguoi-dan", phone="0912345602", **about
    )
    barred = {"name": "nguyễn văn  MẪU", "birth_date": "1980-01-02", "unit_id": "S-NV", "category": "can-bo"}
    assert (await hue.enter(monday, phone="0912345603", **barred)).status_code == 403
    young = {"name": "Trần Văn An", "birth_date": "2008-01-02", "unit_id": "TD", "category": "nguoi-dan"}
    assert (await hue.enter(monday, phone="0912345604", **young)).json()["type"] == "/problems/not-eligible"

    for person, bank, wrong in ((official, "CB", 0), (citizen, "ND", 3)):
        assert await person.start(first, monday) == ""
        assert {question[:2] for question in person.questions} == {bank}
        assert len(person.questions) == 15
        assert (await person.submit(monday + MINUTE, wrong)).json()["type"] == "/problems/prediction-needed"
        assert (await person.submit(monday + 2 * MINUTE, wrong, prediction=1)).status_code == 200

    assert await official.start(first, local(2025, 9, 21, 23, 59)) == "tries-exhausted"
    assert await official.start(second, local(2025, 9, 21, 23, 59)) == "contest-not-open"
    assert await official.start(first, local(2025, 9, 22)) == "contest-closed"
    assert await official.start(second, local(2025, 9, 22)) == ""
    assert (await official.submit(local(2025, 9, 22, 0, 5), prediction=9)).status_code == 200

    for person, right in ((official, 15), (citizen, 12)):
        told = (await person.results(first, 1, monday + 3 * MINUTE))["attempts"][0]
        assert (told["score"]["right"], told["reveal"], told["valid"]) == (right, "score", True)
    numbers = await counted(hue, first, 2)
    assert (numbers["registrants"], numbers["participants"], numbers["perfect"]) == (2, 2, None)
    assert (await counted(hue, second, 1))["participants"] == 1
    await hue.until(
        "stats", f"/contests/{contest_to_path(first)}/units/P-VD", lambda told: rate_of(told) == (0, 47)
    )  # a citizen of the ward is in nobody's rate


def rate_of(told: dict[str, Any]) -> tuple[int, int]:
    officials = told["unit"]["by_category"]["can-bo"]
    return officials.get("participants"), officials["headcount"]


async def counted(stage: Stage, contest: str, attempts: int) -> dict[str, Any]:
    """The public counts once so many attempts are in them."""
    path = f"/contests/{contest_to_path(contest)}"
    told = await stage.until("stats", path, lambda told: told["contest"]["counts"]["attempts"] == attempts)
    counts: dict[str, Any] = told["contest"]["counts"]
    return counts


async def test_tieu_hoc_no_pupil_starts_before_the_school_has_the_guardians_paper_and_one_phone_serves_several(
    walk: Running,
) -> None:
    school = await staged(walk, "tieu-hoc")
    assert sum(unit.headcount or 0 for unit in school.folder.units) == 900
    morning, contest = local(2025, 11, 3, 8), "tieu-hoc"
    family = {"phone": "0987654321", "birth_date": "2018-05-06"}
    pupils = [await school.join(morning, name=f"Bé {n}", unit_id="1A", **family) for n in ("An", "Bình", "Chi")]
    assert [await pupil.start(contest, morning) for pupil in pupils] == ["may-not-start"] * 3

    marks = {
        "contestants": [pupil.id for pupil in pupils[:2]], "consents": True, "on": "2025-11-03", "reason": "phiếu đồng ý lớp 1A",
    }  # fmt: skip
    marked = await school.organise("registration", "POST", f"/series/{contest}/guardian-marks", morning, marks)
    assert marked == {"changed": 2, "unchanged": 0, "not_needed": 0}
    for pupil in pupils:
        await pupil.renew(morning)
    assert await pupils[2].start(contest, morning) == "may-not-start"
    for pupil in pupils[:2]:
        assert await pupil.start(contest, morning) == ""
        assert len(pupil.questions) == 10
        assert (await pupil.submit(morning + MINUTE)).status_code == 200

    again = pupils[0]
    assert await again.start(contest, local(2025, 11, 3, 23, 59)) == "tries-exhausted"
    last = local(2025, 11, 9, 16, 55)
    assert await again.start(contest, last) == ""
    assert datetime.fromisoformat(again.paper["ends_at"]) == local(2025, 11, 9, 17), "cut at the end of the lesson"
    assert (await again.submit(last + MINUTE, wrong=1)).status_code == 200
    results = await again.results(contest, 2, last)
    assert [each["score"]["right"] for each in results["attempts"]] == [10, 9]
    assert {each["reveal"] for each in results["attempts"]} == {"score"}, "answers wait for the closing"
    counts = await counted(school, contest, 3)
    assert (counts["registrants"], counts["participants"], counts["perfect"]) == (3, 2, 2)
    one = await school.until(
        "stats", f"/contests/{contest}/units/1A", lambda told: told["unit"]["counts"]["participants"] == 2
    )
    assert one["unit"]["rate"] == 2 / 30

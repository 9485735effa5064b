"""contest.yaml: what is read, and what is told about what cannot be meant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

C = "contest.yaml"


def test_a_folder_without_a_fault_is_returned_whole(draft) -> None:
    folder = draft.read()
    (rules,) = folder.rules
    assert (rules.id, rules.series_id, rules.title.vi) == ("thu-nghiem", "thu-nghiem", "Cuộc thi thử")
    assert [question.id for question in folder.bank.questions] == ["Q1", "Q2"]
    assert [unit.unit_id for unit in folder.units] == ["T", "K1", "K1-A", "K1-B", "TD"]
    assert [person.phone for person in folder.excluded] == [None, "0912345678"]


def test_times_without_offset_are_in_the_contests_zone_and_kept_in_utc(draft) -> None:
    rules = draft.read().rules[0]
    assert rules.opens == datetime(2023, 8, 31, 17, tzinfo=UTC)
    assert rules.registration.age.at == date(2023, 9, 1)
    draft.change(C, "opens: 2023-09-01T00:00", "opens: 2023-09-01T07:30+00:00")
    assert draft.read().rules[0].opens == datetime(2023, 9, 1, 7, 30, tzinfo=UTC)


def test_the_hour_24_is_the_end_of_its_day(draft) -> None:
    draft.change(C, "closes: 2023-10-01T00:00", "closes: 2023-09-30T24:00")
    assert draft.read().rules[0].closes == datetime(2023, 9, 30, 17, tzinfo=UTC)


def test_durations_are_milliseconds_and_later_keys_are_kept_checked(draft) -> None:
    rules = draft.read().rules[0]
    assert (rules.tries.gap_ms, rules.tries.day, rules.tries.contest, rules.grace_ms) == (3_600_000, 3, None, 30_000)
    assert rules.later["ranking"][2] == {"by": "duration", "floor_ms": 180_000}
    limit = rules.later["awards"]["collective"][0]["only_if"]["headcount"]
    assert limit == {"op": ">=", "value": 50, "of": "number"}
    assert rules.later["retention"] == {"contestants": "P90D"}


def test_words_that_yaml_takes_for_something_else_stay_what_they_are(draft) -> None:
    draft.change(C, "category: required}", "category: required, phone: off}")
    draft.change(C, "version: 2023-1", "version: 2023-09-01")
    draft.change(C, "categories: [can-bo, hoc-sinh]", "categories: [can-bo, hoc-sinh, no, on]")
    draft.change(C, "Cuộc thi thử", "12:30")
    rules = draft.read().rules[0]
    assert rules.registration.fields["phone"] == "off"
    assert rules.consent.version == "2023-09-01"
    assert [category.id for category in rules.registration.categories] == ["can-bo", "hoc-sinh", "no", "on"]
    assert rules.title.vi == "12:30"


def test_each_round_is_a_contest_that_inherits_what_it_does_not_say(draft) -> None:
    rounds = """rounds:
  - {id: tuan-1, opens: 2023-09-01T00:00, closes: 2023-09-08T00:00}
  - {id: tuan-2, opens: 2023-09-08T00:00, closes: 2023-09-15T00:00, paper: {minutes: 10, random: 2}, tries: null}
overall: {score: sum, best_rounds: 2}
"""
    draft.change(C, "retention:", rounds + "retention:")
    first, second = draft.read().rules
    assert (first.id, second.id) == ("thu-nghiem/tuan-1", "thu-nghiem/tuan-2")
    assert {first.series_id, second.series_id} == {"thu-nghiem"}
    assert (first.paper.minutes, second.paper.minutes, second.paper.draw[0].count) == (20, 10, 2)
    assert second.registration.age.at == date(2023, 9, 1), "people enter once: age counts when the series opens"
    assert (first.tries.day, second.tries.day) == (3, None), "null takes away what the series has"
    assert "overall" in second.later


def test_a_fault_inherited_by_every_round_is_told_once_and_a_rounds_own_on_its_line(draft) -> None:
    draft.write(
        C,
        (draft.path / C).read_text()
        + """rounds:
  - {id: tuan-1, opens: 2023-09-01T00:00, closes: 2023-09-08T00:00}
  - {id: tuan-1, opens: 2023-09-08T00:00, closes: 2023-10-15T00:00}
  - {id: tuan-3, opens: 2023-09-16T00:00, closes: 2023-09-15T00:00, unit: x}
overall: {score: sum, best_rounds: 4}
""",
    )
    draft.change(C, "topic: chung, count: 1", "topic: chung, count: 9")
    assert draft.faults() == [
        f"{C}:14: paper.draw[0]: chung asks for 9 questions, but only 1 match; ask for at most 1, or add questions",
        f"{C}:30: rounds: tuan-1 is the id of two rounds; rename one",
        f"{C}:30: closes: 2023-10-15T00:00 is after the series closes; close the round earlier, or the series later",
        f"{C}:31: rounds[2].unit: is not a known key; known here: " + draft.faults()[3].split("here: ")[1],
        f"{C}:31: closes: 2023-09-15T00:00 is before opens (2023-09-16T00:00); give a later time",
        f"{C}:32: overall.best_rounds: 4 is more than the 3 rounds; give at most 3",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("tries:", "trys:", "19: trys: is not a known key; did you mean 'tries'?"),
        ("topic: chung", "topik: chung", "14: paper.draw[0].topik: is not a known key; did you mean 'topic'?"),
        ("id: thu-nghiem\n", "", "1: id: is missing; add 'id:'"),
        ("closes: 2023-10-01T00:00", "closes: 2023-08-01T00:00", "4: closes: 2023-08-01T00:00 is before opens"),
        ("closes: 2023-10-01T00:00", "closes: 2023-09-01T00:00", "4: closes: 2023-09-01T00:00 is the same as opens"),
        ("closes: 2023-10-01T00:00", "closes: 2023-09-30", "write 2023-09-30T00:00 for its start, 2023-09-30T24:00"),
        ("closes: 2023-10-01T00:00", "closes: 2023-09-31T00:00", "4: closes: 2023-09-31T00:00 does not exist"),
        ("closes: 2023-10-01T00:00", "closes: hôm nay", "4: closes: hôm nay is not a time"),
        ("prediction:", "time_zone: Asia/Hanoi\nprediction:", "16: time_zone: Asia/Hanoi is not a known time zone"),
        ("gap: 60m", "gap: 60", "tries.gap: 60 is not a duration; write number and unit"),
        ("gap: 60m", "gap: 31d", "tries.gap: 44640m is longer than the window"),
        ("day: 3", "day: 1.000", "tries.day: 1.000 is not a whole number"),
        ("day: 3", "day: 0", "tries.day: 0 is not within 1 to"),
        ("minutes: 20", "minutes: yes", "12: paper.minutes: yes is not a whole number"),
        ("  draw:", "  fixed: [Q1]\n  draw:", "11: paper: has both draw and fixed; give one of"),
        ("  draw:", "  random: 2\n  draw:", "11: paper: has both random and draw"),
        (
            "difficulty: kho, count: 1",
            "difficulty: kho, count: 2",
            "15: paper.draw[1]: kho asks for 2 questions, but only 1",
        ),
        ("topic: chung", "topic: chugn", "14: paper.draw[0]: chugn matches no question; did you mean 'chung'?"),
        ("topic: chung", "topic: chung, difficulty: kho", "14: paper.draw[0]: chung kho matches no question"),
        (
            "[score, submitted_at]}",
            "[score, prediction_distance]}",
            "counted.by: prediction_distance makes every try a lottery",
        ),
        ("of: perfect_attempts", "of: perfects", "prediction.of: perfects is not a known value; did you mean"),
        ("of: perfect_attempts", "of: attempts\n  range: [5, 5]", "prediction.range: leaves no number to choose"),
        ("{perfect: true}", "{score: 19}", "awards.individual[0].only_if.score: 19 means exactly so many points"),
        ("{perfect: true}", '{score: ">= 100%"}', "score: >= 100% means every question right"),
        ("{perfect: true}", '{score: ">= 2"}', "score: >= 2 means every question right"),
        ("{perfect: true}", '{score: "> 2"}', "score: > 2 matches nobody: a paper gives 2"),
        ("id: nhat, prizes: 1", "id: nhat, prizes: 0", "awards.individual[0].prizes: 0 gives nothing to anybody"),
        (
            "id: nhat,",
            "id: nhat, group: xanh,",
            "awards.individual[0].group: xanh is no group: the award matches nobody",
        ),
        (
            "id: nhat,",
            "id: nhat, category: can-b0,",
            "is no category: the award matches nobody; did you mean 'can-bo'?",
        ),
        ("id: nhat,", "id: tap-the,", "awards.collective[0].id: tap-the is the id of two awards"),
        ("per: block", "per: blok", "awards.collective[0].per: blok is no kind of unit: the award matches nothing"),
        ('">= 50"', "50", "only_if.headcount: 50 means exactly this number"),
        ("P90D", "90 days", "retention.contestants: 90 days is not a period"),
        ("under: 16", "under: 14", "registration.guardian.under: 14 matches nobody: people enter from 14"),
        ("birth_date: required", "birth_date: optional", "6: registration.fields: do not ask for the birth date"),
        ("[can-bo, hoc-sinh]", "[can-bo, can-bo, hoc-sinh]", "7: registration.categories[1]: can-bo stands twice"),
        ("category: required", "category: off", "registration.categories: are defined, but nobody is asked"),
        ("name: required", "name: must", "6: registration.fields.name: must is not a known value"),
        ("[run_contest, prevent_fraud]", "[prevent_fraud]", "10: consent.purposes: leave out run_contest"),
        ("excluded: excluded.csv", "excluded: ../secret.csv", "is not the name of a CSV file in the folder"),
        ("id: thu-nghiem", "id: Thử nghiệm", "1: id: Thử nghiệm cannot be an id; use small letters"),
        ("{vi: Cuộc thi thử}", "{en: A trial}", "2: title.vi: is missing"),
        ("retention:", "parts: [luan]\nretention:", "parts: is reserved for an essay part"),
        ("retention:", "overall: {score: sum}\nretention:", "overall: has no rounds to add up"),
        ("retention:", "rounds: []\nretention:", "rounds: has no round"),
        ("retention:", "grace: 1h\nretention:", "grace: 3600s is more than 10 minutes"),
    ],
)
def test_what_cannot_be_meant_is_one_fault_with_its_way_out(draft, old: str, new: str, fault: str) -> None:
    faults = draft.change(C, old, new).faults()
    assert len(faults) == 1, faults
    assert fault in faults[0]
    assert faults[0].startswith(C + ":")


def test_the_lottery_of_predictions_can_be_accepted_in_writing(draft) -> None:
    draft.change(C, "by: [score, submitted_at]", "by: [score, prediction_distance], lottery: accepted")
    rules = draft.read().rules[0]
    assert rules.lottery_accepted
    assert rules.counted == ("score", "prediction_distance")


@pytest.mark.parametrize(
    ("groups", "fault"),
    [
        ("[{id: a, categories: [can-bo]}, {id: b}]", "groups[1]: b matches nobody"),
        ("[{id: a, categories: [can-b]}, {id: b, otherwise: true}]", "can-b is not a category; did you mean 'can-bo'?"),
        (
            "[{id: a, categories: [can-bo, hoc-sinh]}, {id: b, otherwise: true}]",
            "groups[1].otherwise: true matches nobody",
        ),
        ("[{id: a, categories: [can-bo]}, {id: b, categories: [can-bo]}]", "can-bo is already in group a"),
        ("[{id: a, categories: [can-bo]}, {id: a, otherwise: true}]", "groups: a is the id of two groups"),
        (
            "[{id: a, categories: [can-bo], paper: {minutes: 5, random: 9}}]",
            "groups[0].paper.draw[0]: any question asks for 9",
        ),
        (
            "[{id: a, categories: [can-bo], paper: {minutes: 5, fixed: [Q9]}}]",
            "fixed[0]: Q9 is no question of the bank",
        ),
    ],
)
def test_a_group_must_match_somebody_and_be_able_to_draw_its_paper(draft, groups: str, fault: str) -> None:
    faults = draft.change(C, "paper:", f"groups: {groups}\npaper:").faults()
    assert len(faults) == 1, faults
    assert fault in faults[0]


def test_a_groups_questions_count_for_its_own_paper_only(draft) -> None:
    draft.change("questions.yaml", "correct: [B]", "correct: [B]\n  groups: [a]")
    draft.change(C, "paper:", "groups: [{id: a, categories: [can-bo]}]\npaper:")
    assert ["14" in fault or "matches no question" in fault for fault in draft.faults()] == [True]


def test_all_faults_of_all_files_are_told_at_once_in_order(draft) -> None:
    draft.change(C, "day: 3", "day: nhiều").change(C, "minutes: 20", "minuts: 20")
    draft.change("questions.yaml", "correct: [B]", "correct: [E]").change(
        "units.yaml", "headcount: 50", "headcount: -50"
    )
    where = [fault.split(": ")[0] for fault in draft.faults()]
    assert where == [f"{C}:11", f"{C}:12", f"{C}:19", "questions.yaml:10", "units.yaml:12"]


def test_a_fault_is_not_repeated_by_what_follows_from_it(draft) -> None:
    draft.change(C, "opens: 2023-09-01T00:00", "opens: sớm")
    draft.change("questions.yaml", "topic: chung", "topic: '?!'")
    assert len(draft.faults()) == 2
    draft.restore().change(
        C, "  draw:\n    - {topic: chung, count: 1}\n    - {difficulty: kho, count: 1}\n", "  random: tất cả\n"
    )
    assert [fault.split(" is ")[0] for fault in draft.faults()] == [f"{C}:13: paper.random: tất cả"]

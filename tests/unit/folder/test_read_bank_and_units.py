"""questions.yaml, units.yaml, units.csv and excluded.csv."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from services.contracts.rules import Text
from services.folder import Unit, subtree_headcounts

Q, U = "questions.yaml", "units.yaml"


def test_a_question_is_read_with_its_key_its_options_in_order_and_text_in_nfc(draft) -> None:
    decomposed = unicodedata.normalize("NFD", "Chấp hành viên ở Sơn Động?")
    draft.change(Q, "Câu hỏi một?", decomposed).change(Q, "[A, C]", "[C, A]")
    first, second = draft.read().bank.questions
    assert first.text.vi == "Chấp hành viên ở Sơn Động?"
    assert (second.kind, second.correct, [o.id for o in second.options]) == ("multiple", ("A", "C"), ["A", "B", "C"])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("correct: [B]", "correct: []", "10: questions[0].correct: names no right option of Q1"),
        ("  correct: [B]\n", "", "2: questions[0].correct: is missing"),
        ("correct: [B]", "correct: [E]", "10: questions[0].correct: E is not an option of Q1; use one of: A, B"),
        ("correct: [B]", "correct: [A, B]", "correct: A, B are 2 right options of Q1, which is of type single"),
        ("[A, C]", "[A, A]", "20: questions[1].correct: A, A names an option twice"),
        (
            "C: Phương án ba",
            "C: phương  án MỘT",
            "19: questions[1].options.C: phương  án MỘT reads the same as A in Q2",
        ),
        ("C: Phương án ba", "B: Phương án ba", "questions.yaml:19: B: stands twice (first on line 18)"),
        ("id: Q2", "id: Q1", "11: questions[1].id: Q1 is also the id of questions[0]"),
        ("type: multiple", "type: many", "12: questions[1].type: many is not a known value"),
        ("text: Câu hỏi hai?", "text: ''", "15: questions[1].text: is empty"),
        (
            "text: Câu hỏi hai?",
            "text: Luật: câu hai?",
            "questions.yaml:15: is not YAML (mapping values are not allowed",
        ),
        ("correct: [A, C]", "correct: [A, C]\n  groups: [xanh]", "questions[1].groups: xanh is no group of thu-nghiem"),
        ("correct: [B]", "correct: [B]\n  points: -1", "11: questions[0].points: -1 is negative"),
        ("correct: [B]", "correct: [B]\n  dificulty: x", "dificulty: is not a known key; did you mean 'difficulty'?"),
        (
            "    A: Phương án một\n    B: Phương án hai\n  correct: [B]",
            "    B: Phương án hai\n  correct: [B]",
            "leave nothing",
        ),
        (
            "questions:",
            "meta: {topics: {chung: Chung, riêng: R}}\nquestions:",
            "topic: rieng is not a known value; did you mean",
        ),
        ("questions:", "question:", "1: questions: is missing"),
    ],
)
def test_a_question_that_cannot_be_answered_is_a_fault(draft, old: str, new: str, fault: str) -> None:
    text = (draft.path / Q).read_text().replace(old, new, 1)
    faults = [each for each in draft.write(Q, text).faults() if "question: is not a known key" not in each]
    # a question of an unknown group is on no paper either
    faults = [each for each in faults if not ("groups" in new and each.startswith("contest.yaml"))]
    assert len(faults) == 1, faults
    assert fault in faults[0]


def test_units_keep_their_place_headcounts_and_targets(draft) -> None:
    units = {unit.unit_id: unit for unit in draft.read().units}
    assert units["K1-A"] == Unit(
        "K1-A", Text("Đơn vị A"), "K1", headcount=70, headcounts={"can-bo": 60, "hoc-sinh": 10}, target=0.8
    )
    assert units["TD"].open
    assert units["T"].parent is None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("headcount: 50", "headcount: -50", "12: tree.children[0].children[1].headcount: -50 is negative"),
        ("headcount: 50", "headcount: 1.000", "headcount: 1.000 is not a whole number"),
        (
            "code: K1-B",
            "code: K1-A",
            "12: tree.children[0].children[1].code: K1-A is the code of two units (first on line 11)",
        ),
        (
            "can-bo: 60",
            "can-b: 60",
            "11: tree.children[0].children[0].headcounts: can-b is not a category of the contest",
        ),
        ("can-bo: 60", "can-bo: 65", "headcount: 70 is less than the 75 of its categories"),
        ("kind: open", "kind: open, headcount: 5", "has a headcount, but an open unit has no rolls"),
        ("target: 80%", "target: 80", "target: 80 is not a share; write it with its sign"),
        ("headcount: 50", "registrants_model: 50", "registrants_model: is not a known key"),
        ("name: Đơn vị B", "nam: Đơn vị B", "nam: is not a known key; did you mean 'name'?"),
    ],
)
def test_a_unit_that_cannot_be_meant_is_a_fault(draft, old: str, new: str, fault: str) -> None:
    faults = draft.change(U, old, new).faults()
    assert [each for each in faults if fault in each], faults
    assert len(faults) == (2 if "nam:" in new else 1), faults


TABLE = """\
code,parent,name,kind,headcount,headcount:can-bo,headcount:hoc-sinh,target
K1-A,K1,"Đơn vị A, cơ sở 1",unit,70,60,10,80%
K1,T,Khối một,block,120,,,

T,,Tỉnh,province,,,,
TD,T,Thí sinh tự do,open,,,,
"""


def _as_table(draft, table: str):
    (draft.path / U).unlink()
    return draft.write("units.csv", table)


def test_a_flat_table_gives_the_same_units_parents_first_whatever_the_order_of_rows(draft) -> None:
    units = _as_table(draft, TABLE).read().units
    assert [unit.unit_id for unit in units] == ["T", "K1", "K1-A", "TD"]
    assert units[2].name.vi == "Đơn vị A, cơ sở 1"
    assert (units[2].headcounts, units[2].target) == ({"can-bo": 60, "hoc-sinh": 10}, 0.8)


def test_a_table_saved_with_semicolons_and_crlf_and_bom_reads_the_same(draft) -> None:
    expected = _as_table(draft, TABLE).read().units
    other = TABLE.replace('"Đơn vị A, cơ sở 1"', "Đơn vị A@ cơ sở 1").replace(",", ";").replace("@", ",")
    draft.write("units.csv", b"\xef\xbb\xbf" + other.replace("\n", "\r\n").encode())
    assert draft.read().units == expected


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("K1,T,", "K1,X,", ["units.csv:3: parent: X is no unit, yet K1 names it as parent"]),
        ("K1,T,", "K1,TT,", ["units.csv:3: parent: TT is no unit, yet K1 names it as parent; did you mean 'T'?"]),
        (
            "T,,Tỉnh",
            "T,K1-A,Tỉnh",
            [
                "units.csv:3: parent: T leads back to K1 itself",
                "units.csv:5: parent: K1-A leads back to T itself",
                "units.csv:2: parent: K1 leads back to K1-A itself",
            ],
        ),
        ("K1,T,", "K1,K1,", ["units.csv:3: parent: K1 leads back to K1 itself"]),
        ("K1,T,", "T,,", ["units.csv:5: code: T is the code of two units (first on line 3)", "yet K1-A names it"]),
        ("headcount:hoc-sinh", "headcount:can-bo", ["units.csv:1: column 'headcount:can-bo' stands twice"]),
        ("headcount:hoc-sinh", "headcount:sv", ["units.csv:2: headcounts: sv is not a category"]),
        (",target", ",taget", ["units.csv:2: taget: is not a known key; did you mean 'target'?"]),
        (
            "T,,Tỉnh,province,,,,",
            "T,,Tỉnh,province,,,,,dư",
            ["units.csv:5: dư stands beyond the last column", "T is no unit", "T is no"],
        ),
        ('"Đơn vị A, cơ sở 1"', '"Đơn vị A', ["units.csv:6: is no table (unexpected end of data)"]),
    ],
)
def test_a_table_without_a_tree_is_a_fault_on_its_row(draft, old: str, new: str, faults: list[str]) -> None:
    found = _as_table(draft, TABLE.replace(old, new, 1)).faults()
    assert len(found) == len(faults), found
    for fault in faults:
        assert [each for each in found if fault in each], found


def test_units_are_asked_for_only_where_the_contest_needs_them(draft) -> None:
    (draft.path / U).unlink()
    assert [each.split(": ")[1] for each in draft.faults()] == [
        "registration.fields.unit",
        "awards.collective[0]",
    ]
    draft.change("contest.yaml", "unit: required, ", "")
    draft.change(
        "contest.yaml", (draft.path / "contest.yaml").read_text().split("  collective:\n")[1].split("\n")[0], ""
    )
    draft.change("contest.yaml", "  collective:\n", "")
    assert draft.read().units == ()


def test_two_unit_files_are_a_fault(draft) -> None:
    assert draft.write("units.csv", TABLE).faults() == ["units.csv: stands beside units.yaml; keep one of them"]


def test_a_headcount_given_covers_its_subtree_and_a_missing_one_is_the_sum_of_what_is_known_below() -> None:
    units = [
        Unit("T", Text("Tỉnh")),
        Unit("K", Text("Khối"), "T", headcount=100),
        Unit("K-A", Text("A"), "K", headcount=30),
        Unit("H", Text("Huyện"), "T"),
        Unit("H-A", Text("A"), "H", headcount=20),
        Unit("H-B", Text("B"), "H", headcount=5),
        Unit("H-ND", Text("Tự do"), "H", kind="open", open=True),
        Unit("X", Text("Không rõ")),
    ]
    assert subtree_headcounts(reversed(units)) == {
        "T": 125,
        "K": 100,
        "K-A": 30,
        "H": 25,
        "H-A": 20,
        "H-B": 5,
        "H-ND": None,
        "X": None,
    }


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Nguyễn Văn B,,", "excluded.csv:4: cannot be told from others"),
        (",,912345678", "excluded.csv:4: phone: 912345678 is not a phone number"),
        ("B,1980-02-30,", "excluded.csv:4: birth_date: 1980-02-30 is not a day"),
    ],
)
def test_an_excluded_person_must_be_told_from_others(draft, row: str, fault: str) -> None:
    text = (draft.path / "excluded.csv").read_text()
    faults = draft.write("excluded.csv", text + row + "\n").faults()
    assert len(faults) == 1, faults
    assert fault in faults[0]


def test_excluded_people_are_known_by_phone_in_one_spelling_or_by_name_and_birth_date(draft) -> None:
    draft.write("excluded.csv", "name;birth_date;phone\nNguyễn Văn A;1980-01-02;\n;;+84 912 345 678\n")
    by_name, by_phone = draft.read().excluded
    assert (by_name.name, by_name.birth_date, by_phone.phone) == ("Nguyễn Văn A", date(1980, 1, 2), "0912345678")

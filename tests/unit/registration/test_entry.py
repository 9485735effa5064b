from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.rules import AgeLimit, Category, ConsentRules, Group, Paper, RegistrationRules, Rules, Text
from services.registration.domain.eligibility import group_of, is_of_age, local_day, may_start, years
from services.registration.domain.entry import Fault, Form, Person, read

TODAY = date(2023, 9, 5)
FIELDS = {"name": "required", "birth_date": "required", "unit": "required", "category": "required", "phone": "optional"}
RULES = Rules(
    id="bg", series_id="bg", title=Text("Thi"), opens=datetime(2023, 8, 31, 17, tzinfo=UTC),
    closes=datetime(2023, 9, 30, 17, tzinfo=UTC), paper=Paper(minutes=20, fixed=("c1",)),
    registration=RegistrationRules(
        fields=FIELDS, categories=(Category("can-bo", Text("Cán bộ")), Category("hoc-sinh", Text("Học sinh"))),  # type: ignore[arg-type]
        age=AgeLimit(at=date(2023, 9, 1), from_years=14), guardian_under=16,
    ),
    consent=ConsentRules("2023-1", ("run_contest", "prevent_fraud", "remind"), ("run_contest", "prevent_fraud")),
    groups=(Group("can-bo", ("can-bo",)), Group("khac", otherwise=True)),
)  # fmt: skip
FORM = Form(
    name="Đỗ Thị Ứng", birth_date="1990-02-03", unit="T-THADS", category="can-bo", phone="0912 345 678",
    consent_version="2023-1", purposes=("run_contest", "prevent_fraud"), code="4839 2017 5566",
)  # fmt: skip
UNITS = {"T-THADS"}


def reading(**changes: object) -> Person | list[Fault]:
    return read(replace(FORM, **changes), RULES, UNITS, TODAY)  # type: ignore[arg-type]


def faulty(**changes: object) -> list[tuple[str, str]]:
    found = reading(**changes)
    assert isinstance(found, list)
    return [(fault.field, fault.code) for fault in found]


def test_a_sound_form_becomes_a_person() -> None:
    assert reading() == Person(
        name="Đỗ Thị Ứng", birth_date=date(1990, 2, 3), unit="T-THADS", category="can-bo", group="can-bo",
        phone="+84912345678", id_number=None, purposes=("run_contest", "prevent_fraud"), code="483920175566",
    )  # fmt: skip


def test_what_the_contest_does_not_ask_for_is_not_taken() -> None:
    person = reading(id_number="024093001234")
    assert isinstance(person, Person)
    assert person.id_number is None


def test_an_optional_field_may_be_left_out_but_not_be_wrong() -> None:
    assert isinstance(reading(phone=None), Person)
    assert isinstance(reading(phone="  "), Person)
    assert faulty(phone="12") == [("phone", "not-valid")]


def test_all_faults_are_told_at_once() -> None:
    wrong = {"name": None, "birth_date": "1990-02-30", "unit": "nowhere", "category": "x", "code": "1"}
    assert faulty(**wrong, consent_version="2022-1", purposes=()) == [
        ("name", "missing"), ("birth_date", "not-valid"), ("unit", "not-valid"), ("category", "not-valid"),
        ("code", "not-valid"), ("consent.version", "outdated"), ("consent.purposes", "needed"),
        ("consent.purposes", "needed"),
    ]  # fmt: skip


@pytest.mark.parametrize("born", ["2023-09-06", "1890-01-01", "0001-01-01", "9999-12-31", "19900203", "1990-2-3"])
def test_nobody_was_born_tomorrow_or_before_the_oldest(born: str) -> None:
    assert faulty(birth_date=born) == [("birth_date", "not-valid")]


def test_a_consent_that_is_not_asked_for_is_refused() -> None:
    assert faulty(purposes=("run_contest", "prevent_fraud", "sell")) == [("consent.purposes", "not-valid")]


def test_a_code_that_can_be_guessed_is_refused() -> None:
    assert faulty(code="000000000000") == [("code", "guessable")]


@pytest.mark.parametrize(("born", "right"), [(date(2009, 9, 1), True), (date(2009, 9, 2), False), (None, False)])
def test_age_counts_at_the_contests_date(born: date | None, right: bool) -> None:
    assert is_of_age(born, RULES.registration) is right


def test_a_contest_without_ages_takes_everybody() -> None:
    assert is_of_age(None, RegistrationRules())


@pytest.mark.parametrize(("born", "starts"), [(date(2007, 9, 5), True), (date(2007, 9, 6), False), (None, False)])
def test_no_paper_starts_under_the_guardians_age_without_consent(born: date | None, starts: bool) -> None:
    assert may_start(born, RULES.registration, TODAY) is starts
    assert may_start(born, RULES.registration, TODAY, guardian_consents=True)


def test_the_day_is_the_one_of_the_contests_zone() -> None:
    assert local_day(datetime(2023, 9, 4, 17, 30, tzinfo=UTC), RULES) == date(2023, 9, 5)


def test_the_group_is_the_one_with_the_category_else_the_one_for_the_rest() -> None:
    assert [group_of(RULES.groups, category) for category in ("can-bo", "hoc-sinh", None)] == ["can-bo", "khac", "khac"]
    assert group_of((), "can-bo") is None


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.dates(date(2021, 1, 1), date(2100, 1, 1)))
def test_whole_years_are_what_a_calendar_counts(born: date, at: date) -> None:
    age = years(born, at)
    anniversary = lambda n: (born.year + n, born.month, born.day)  # noqa: E731
    assert anniversary(age) <= (at.year, at.month, at.day) < anniversary(age + 1)

"""Files that are not what they should be: refused with a sentence, quickly, and without reading what is too big."""

from __future__ import annotations

import os
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.folder.source import Source, Unreadable
from services.folder.tree import parse_yaml

C = "contest.yaml"
FILES = (C, "questions.yaml", "units.yaml", "excluded.csv")


def test_a_bom_and_crlf_change_nothing(draft) -> None:
    expected = draft.read()
    for name in FILES:
        data = (draft.path / name).read_bytes()
        draft.write(name, b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert draft.read() == expected
    draft.change(C, "minutes: 20", "minutes: lâu")
    assert draft.faults()[0].startswith(f"{C}:12: ")


def test_windows_1258_text_is_told_with_line_byte_and_how_to_save_it(draft) -> None:
    data = (draft.path / C).read_bytes().replace("Cuộc thi thử".encode(), "Thi đua".encode("cp1258"))
    (fault,) = draft.write(C, data).faults()
    assert fault.startswith(
        f"{C}:2: byte 0xF0 (byte 17 of the line) is not UTF-8 (perhaps Windows-1258); save the file as UTF-8"
    )
    (fault,) = draft.write(C, b"\xef\xbb\xbf" + data).faults()
    assert fault.startswith(f"{C}:2: byte 0xF0 (byte 17 of the line)")


def test_utf_16_is_told(draft) -> None:
    text = (draft.path / C).read_text()
    (fault,) = draft.write(C, text.encode("utf-16")).faults()
    assert fault.startswith(f"{C}: is UTF-16, not UTF-8; save the file as UTF-8")


def test_a_control_character_is_told_with_its_line(draft) -> None:
    (fault,) = draft.change(C, "minutes: 20", "minutes: 20 # \x00").faults()
    assert fault == f"{C}:12: holds the control character U+0000; delete it"


def test_a_file_of_50_mb_is_refused_by_its_size_within_a_second(draft) -> None:
    with (draft.path / "questions.yaml").open("wb") as stream:
        stream.truncate(50_000_000)
    started = perf_counter()
    (fault,) = draft.faults()
    assert perf_counter() - started < 1
    assert fault == "questions.yaml: has 50 MB, more than the limit of 10 MiB; check that it is the right file"


def test_missing_files_are_told_all_at_once(draft) -> None:
    for name in (C, "questions.yaml"):
        (draft.path / name).unlink()
    assert [fault.split(";")[0] for fault in draft.faults()] == [f"{C}: is missing", "questions.yaml: is missing"]


def test_a_folder_that_is_none_is_told(draft) -> None:
    elsewhere = type(draft)(draft.path / "khong-co")
    assert elsewhere.faults()[0].endswith("is not a folder; give the folder that holds contest.yaml")


def test_a_link_out_of_the_folder_is_refused_and_one_inside_it_followed(draft, tmp_path_factory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "questions.yaml"
    inside = draft.path / "questions.yaml"
    inside.rename(outside)
    inside.symlink_to(outside)
    assert draft.faults() == [
        "questions.yaml: is a link that leads out of the folder; put the file itself into the folder"
    ]
    inside.unlink()
    (draft.path / "bank.yaml").write_bytes(outside.read_bytes())
    inside.symlink_to("bank.yaml")
    assert draft.faults() == []


def test_what_is_no_file_is_refused_without_waiting_for_it(draft) -> None:
    (draft.path / "units.yaml").unlink()
    os.mkfifo(draft.path / "units.yaml")
    assert draft.faults() == ["units.yaml: is no file; put a plain text file there"]


def _fault(text: str) -> str:
    source = Source("f.yaml", [])
    with pytest.raises(Unreadable) as raised:
        parse_yaml(text, source)
    return f"{raised.value.line}: {raised.value.problem}"


def test_an_alias_bomb_is_counted_and_never_expanded() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
    started = perf_counter()
    assert "grows beyond 400000 values" in _fault(bomb)
    assert perf_counter() - started < 1


def test_an_alias_inside_its_own_anchor_and_one_without_anchor_are_refused() -> None:
    assert _fault("a: &a [*a]").startswith("1: *a names no anchor that ended above")
    assert _fault("a: *b").startswith("1: *b names no anchor")


def test_an_alias_of_a_small_value_is_followed(draft) -> None:
    draft.change("contest.yaml", "minutes: 20", "minutes: &m 20").change("contest.yaml", "day: 3", "day: *m")
    assert draft.read().rules[0].tries.day == 20


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    started = perf_counter()
    assert "is nested deeper than 64 levels" in _fault(opening * 100_000)
    assert perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "a: !!python/object/apply:os.system ['x']",
            "f.yaml:1: tag:yaml.org,2002:python/object/apply:os.system is a tag",
        ),
        ("a: &x {b: 1}\nc:\n  <<: *x", "f.yaml:3: <<: is a merge key"),
        ("a: 1\nb: 2\na: 3", "f.yaml:3: a: stands twice (first on line 1); keep one of them"),
        ("? [a, b]\n: 1", "f.yaml:1: a list or mapping stands as a key"),
    ],
)
def test_what_yaml_can_do_and_a_contest_must_not_is_refused(text: str, fault: str) -> None:
    source = Source("f.yaml", [])
    parse_yaml(text, source)
    assert source.faults[0].render().startswith(fault)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\n---\nb: 2", "2: a second document starts"),
        ("", "None: is empty"),
        ("# nothing", "None: is empty"),
        ("a:\n\tb: 1", "2: is not YAML"),
        ("a: >= 5", "1: is not YAML"),
    ],
)
def test_what_cannot_be_read_on_names_its_line(text: str, fault: str) -> None:
    assert _fault(text).startswith(fault)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.binary(max_size=300), name=st.sampled_from(FILES), at=st.integers(0, 900))
def test_no_damage_to_a_file_ends_in_anything_but_a_folder_or_faults(draft, damage: bytes, name: str, at: int) -> None:
    data = (draft.restore().path / name).read_bytes()
    draft.write(name, data[:at] + damage + data[at + len(damage) :])
    for fault in draft.faults():
        assert "\n" not in fault
        assert "; " in fault, "every fault has its way out"

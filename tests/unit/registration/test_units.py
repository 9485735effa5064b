import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.rules import Text
from services.registration.domain.units import Unit, diff, faults, subtree


def unit(id_: str, parent: str | None = None, **more: object) -> Unit:
    return Unit(id_, Text(f"Đơn vị {id_}"), parent, **more)  # type: ignore[arg-type]


def by_id(*units: Unit) -> dict[str, Unit]:
    return {each.id: each for each in units}


def test_the_same_list_again_changes_nothing() -> None:
    tree = [unit("a"), unit("b", "a", headcount=5)]
    again = diff(by_id(*tree), tree)
    assert (again.created, again.changed, len(again.unchanged)) == ((), (), 2)


def test_only_what_differs_is_changed_and_what_is_not_given_stays() -> None:
    known = by_id(unit("a"), unit("b", "a"), unit("c", "a"))
    found = diff(known, [unit("b", "a", headcount=7), unit("d", "c")])
    assert [each.id for each in found.created] == ["d"]
    assert [each.id for each in found.changed] == ["b"]


def test_all_faults_are_found_at_once() -> None:
    given_units = [
        unit("a", "nowhere"), unit("b", "c"), unit("c", "b"), unit("d", headcount=-1),
        unit("e", headcounts={"hoc-sinh": -2}), unit("f"), unit("f"), unit("g", target=-0.5), unit("h|i"),
    ]  # fmt: skip
    found = {(fault.unit_id, fault.key) for fault in faults({}, given_units)}
    assert found == {
        ("a", "parent"), ("b", "parent"), ("d", "headcount"), ("e", "headcounts.hoc-sinh"), ("f", "id"),
        ("g", "target"), ("h|i", "id"),
    }  # fmt: skip


def test_a_circle_through_units_that_were_there_is_found() -> None:
    known = by_id(unit("a"), unit("b", "a"), unit("c", "b"))
    assert [fault.key for fault in faults(known, [unit("a", "c")])] == ["parent"]


def test_a_parent_that_stands_in_the_database_is_known() -> None:
    assert faults(by_id(unit("a")), [unit("b", "a")]) == []


def test_a_unit_is_its_own_parent_is_a_circle() -> None:
    assert len(faults({}, [unit("a", "a")])) == 1


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.none() | st.sampled_from("abcdefgh")))
def test_a_list_without_faults_is_a_forest(parents: dict[str, str | None]) -> None:
    units = [unit(each, parent) for each, parent in parents.items()]
    sound = not faults({}, units)

    def reaches_a_root(at: str) -> bool:
        for _ in range(len(parents) + 1):
            if at not in parents:
                return False
            above = parents[at]
            if above is None:
                return True
            at = above
        return False

    assert sound == all(map(reaches_a_root, parents))


def test_a_subtree_is_the_unit_and_all_below_it() -> None:
    parents = {"a": None, "b": "a", "c": "b", "d": "a", "e": None}
    assert subtree(parents, "b") == {"b", "c"}
    assert subtree(parents, "a") == {"a", "b", "c", "d"}
    assert subtree(parents, "x") == frozenset()


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a\nb", "x" * 201])
def test_texts_that_no_page_or_database_can_hold_are_faults(text: str) -> None:
    given_units = [Unit(text, Text("Sở")), Unit("b", Text(text)), unit("c", headcounts={text: 1})]
    assert [fault.key for fault in faults({}, given_units)] == ["id", "name", "headcounts"]

"""The tree of units as it is now."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.rules import Text
from services.stats.domain.tree import Tree, Unit


def unit(unit_id: str, parent: str | None = None, **more) -> Unit:
    return Unit(unit_id, Text(unit_id.upper()), parent, **more)


def test_a_unit_counts_everything_below_it():
    tree = Tree([unit("r"), unit("a", "r"), unit("b", "r"), unit("a1", "a")])
    assert tree.sums({"a1": 3, "a": 1, "b": 5}) == {"r": 9, "a": 4, "b": 5, "a1": 3}


def test_the_people_of_a_merged_unit_count_where_it_went_through_any_number_of_merges():
    tree = Tree([unit("r"), unit("a", "r", merged_into="b"), unit("b", "r", merged_into="c"), unit("c", "r")])
    assert tree.sums({"a": 1, "b": 2, "c": 4}) == {"r": 7, "c": 7}
    assert [old.name.vi for old in tree.merged["c"]] == ["A", "B"]


def test_the_children_of_a_merged_unit_stand_under_the_one_it_went_into():
    tree = Tree([unit("a", merged_into="b"), unit("b"), unit("a1", "a")])
    assert tree.parent["a1"] == "b"


def test_people_of_a_unit_that_is_not_known_are_in_no_unit():
    assert Tree([unit("a")]).sums({"": 3, "ghost": 4, "a": 1}) == {"a": 1}


def test_a_headcount_is_the_own_one_else_the_sum_of_the_children_s_else_none():
    tree = Tree([unit("r"), unit("a", "r", headcount=10), unit("a1", "a", headcount=99), unit("b", "r"),
                 unit("b1", "b", headcount=5), unit("b2", "b", headcount=6), unit("open", "r")])  # fmt: skip
    assert tree.headcounts() == {"r": 21, "a": 10, "a1": 99, "b": 11, "b1": 5, "b2": 6, "open": None}


def test_a_merged_unit_brings_its_headcount_with_it():
    assert Tree([unit("a", headcount=3, merged_into="b"), unit("b", headcount=4)]).headcounts() == {"b": 7}


def test_circles_of_parents_and_of_merges_are_cut_and_lose_nobody():
    tree = Tree(
        [unit("a", "b"), unit("b", "a"), unit("c", "c"), unit("d", merged_into="e"), unit("e", merged_into="d")]
    )
    assert sorted(tree.bottom_up) == ["a", "b", "c", "d", "e"]
    sums = tree.sums(dict.fromkeys("abcde", 1))
    assert sum(sums[root] for root in tree.children[""]) == 5


IDS = st.sampled_from("abcdefg")


@given(
    st.dictionaries(IDS, st.tuples(st.none() | IDS, st.none() | IDS), min_size=1),
    st.dictionaries(IDS, st.integers(0, 9)),
)
def test_whatever_the_tree_the_roots_add_up_to_everybody_in_a_known_unit(shape, own):
    tree = Tree([unit(unit_id, parent, merged_into=into) for unit_id, (parent, into) in shape.items()])
    sums = tree.sums(own)
    known = sum(number for unit_id, number in own.items() if unit_id in shape)
    assert sum(sums[root] for root in tree.children[""]) == known

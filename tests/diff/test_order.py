"""The fewest siblings that explain an order."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from crawler.diff.order import longest_increasing, out_of_order


@given(st.permutations(range(7)))
def test_no_longer_increasing_subsequence_exists(values: list[int]) -> None:
    """Held against all subsets."""
    found = sorted(longest_increasing(values))
    kept = [values[index] for index in found]
    assert kept == sorted(kept)
    longer = combinations(values, len(kept) + 1)
    assert not any(list(each) == sorted(each) for each in longer)


def test_nothing_has_no_order() -> None:
    """And one item is always in order."""
    assert longest_increasing([]) == set()
    assert longest_increasing([5]) == {0}


def test_equal_keys_pair_in_order() -> None:
    """So they are in order among each other."""
    assert out_of_order([(1, 10), (1, 11)], [(1, 20), (1, 21)]) == []
    assert out_of_order([(1, 10), (2, 11)], [(2, 20), (1, 21)]) == [(11, 20)]


def test_a_sibling_without_partner_is_passed_over() -> None:
    """It cannot be out of an order in which it is not."""
    assert out_of_order([(1, 10)], [(3, 20), (1, 21)]) == []

"""Projects of any size."""

import re

import pytest

from crawler.demo import chain, fan, generate
from crawler.demo.ids import AWKWARD, make_id


def test_the_same_seed_makes_the_same_project() -> None:
    """And another seed another one."""
    assert generate(1, 30, 3).truth() == generate(1, 30, 3).truth()
    assert generate(1, 30, 3).truth() != generate(2, 30, 3).truth()


def test_ids_are_eight_characters_and_differ() -> None:
    """A hundred thousand of them, where chance would double some."""
    made = {make_id(4, number) for number in range(100_000)}
    assert len(made) == 100_000
    assert all(re.fullmatch("[0-9a-f]{8}", each) for each in list(made)[:1000])


def test_awkward_ids_are_always_among_them() -> None:
    """Those that look like numbers and the one that is not hex."""
    project = generate(1, 5, 1)
    assert all(each in project.suites or each in project.tests for each in AWKWARD)


@pytest.mark.parametrize("size", [0, 10, 400, 5000])
def test_texts_are_as_long_as_asked(size: int) -> None:
    """Nothing for zero."""
    project = generate(1, 2, 0, text_bytes=size)
    suite = project.truth()["suites"][0]
    assert len(suite["attributes"]["description"] or "") == size


def test_ten_thousand_suites_are_made_lazily() -> None:
    """Quickly too, but only the benchmarks measure that."""
    project = generate(1, 10_000, 10)
    assert (len(project.suites), len(project.tests)) == (10_000, 100_000)
    assert not any("description" in each.own for each in project.tests.values())


def test_a_chain_is_one_line() -> None:
    """400 levels, one suite each."""
    project = chain(400)
    assert len(project.ancestors(list(project.suites)[-1])) == 399


def test_a_fan_is_one_level() -> None:
    """20,000 siblings, of which always two share a position."""
    project = fan(20_000)
    root = project.suites_of(None)[0]
    assert len(project.suites_of(root)) == 20_000
    assert len({project.suites[each].position for each in project.suites_of(root)}) == 10_001

"""Which part of a project is meant, in words, in a document, and by a path."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.documents import SELECTIONS, TEXTS

from crawler.selection import (
    WHOLE,
    Selection,
    has_tag,
    leads_to,
    plain_path,
    selection_from,
    selection_mapping,
    selection_words,
)


@given(SELECTIONS)
def test_a_selection_comes_back_from_its_mapping(selection: Selection) -> None:
    """The whole has none."""
    mapping = selection_mapping(selection)
    assert bool(mapping) is bool(selection)
    if selection:
        assert selection_from(mapping) == selection


def test_what_is_asked_for_twice_is_asked_for_once() -> None:
    """In one order, tags without @ and in one spelling."""
    found = Selection(("b", "a", "b"), tags=("@smoke", "Smoke", "A11y"))
    assert (found.suites, found.tags) == (("a", "b"), ("A11y", "Smoke"))
    assert not Selection()


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (WHOLE, "all of it"),
        (Selection(("a",)), "suite a with all below"),
        (Selection(("a", "b"), ("c",)), "suites a, b with all below, but suite c"),
        (Selection(exclude=("c", "d"), tests=False), "all but suites c, d, no tests"),
        (Selection(state="manual"), "manual tests only"),
        (Selection(tags=("x", "y")), "tests tagged @x or @y only"),
    ],
)
def test_a_selection_is_told_in_half_a_sentence(selection: Selection, words: str) -> None:
    """For people."""
    assert selection_words(selection) == words


@pytest.mark.parametrize(
    ("selection", "fields", "admitted"),
    [
        (WHOLE, {}, True),
        (Selection(tests=False), {}, False),
        (Selection(state="manual"), {"state": "Manual"}, True),
        (Selection(state="manual"), {"state": None}, False),
        (Selection(tags=("smoke", "slow")), {"tags": ["a", "@Slow"]}, True),
        (Selection(tags=("smoke",)), {"tags": "smoke"}, False),
        (Selection(tags=("smoke",), state="manual"), {"tags": ["smoke"]}, False),
    ],
)
def test_a_test_has_to_have_all_that_is_asked(
    selection: Selection, fields: dict[str, Any], admitted: bool
) -> None:
    """Of several tags one is enough."""
    assert selection.admits(fields) is admitted


def test_tags_are_the_same_with_and_without_their_sign() -> None:
    """In any case."""
    assert has_tag(["@Smoke"], "smoke")
    assert has_tag(("smoke",), "@SMOKE")
    assert not has_tag(["smoke test", 1, None], "smoke")


@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_a_path_leads_to_every_path_below_it(titles: list[str]) -> None:
    """Whatever slashes and blanks the titles have."""
    below = plain_path("/".join(titles))
    above = plain_path("/".join(titles[:-1]))
    assert leads_to(above, below) or above == below

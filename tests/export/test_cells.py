"""Texts are made to fit, and what was changed is said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.export.cells import (
    armed,
    held,
    one_line,
    printable_text,
    shortened,
    titled,
)
from crawler.export.rules import listed, renamed
from crawler.formulas import disarmed

TEXTS = st.text(st.sampled_from("'=+-@\t\r\nab \0\x7f\ufffe😀é"), max_size=12)


@given(TEXTS)
def test_what_is_armed_is_no_formula_and_can_be_disarmed(text: str) -> None:
    """Whatever it begins with, apostrophes too."""
    safe, note = armed(text)
    assert not re.match(r"[=+\-@\t\r]", safe)
    assert disarmed(safe) == text
    assert bool(note) == (safe != text)


@given(TEXTS, st.integers(1, 8))
def test_whatever_changes_is_said(text: str, limit: int) -> None:
    """And nothing is said of what does not."""
    for change in (printable_text, one_line, held, titled, lambda it: shortened(it, limit)):
        found, note = change(text)
        assert bool(note) == (found != text)


@given(TEXTS, st.integers(1, 8))
def test_a_cut_text_fits_and_no_character_is_torn(text: str, limit: int) -> None:
    """Counted as spreadsheets and browsers count."""
    short, _ = shortened(text, limit)
    assert len(short.encode("utf-16-le")) <= 2 * limit
    assert text.startswith(short)


@given(TEXTS)
def test_a_title_is_never_empty(text: str) -> None:
    """Nor is it more than one line."""
    title, _ = titled(text, 250)
    assert title.strip() == title != ""
    assert len(title.splitlines()) == 1


def test_control_characters_become_their_pictures() -> None:
    """One can still see what stood there."""
    assert printable_text("a\0b\x1b\x7f\ufffe")[0] == "a␀b␛␡\ufffd"


@pytest.mark.parametrize(
    ("value", "other", "expected"),
    [
        ("low", None, ("Low", "")),
        ("high", None, ("High", "")),
        ("important", None, ("High", "important became High, as high would")),
        ("odd", None, ("odd", "")),
        ("odd", "Low", ("Low", "odd is unknown there; it became Low")),
        ("", "Low", ("Low", "")),
    ],
)
def test_a_word_is_renamed_with_what_that_loses(
    value: str, other: str | None, expected: tuple[str, str]
) -> None:
    """Nothing, as long as one can tell it back."""
    table = {"low": "Low", "important": "High", "high": "High"}
    assert renamed(value, table, other=other) == expected


def test_the_users_word_beats_that_of_the_target() -> None:
    """And may undo a loss."""
    table = {"important": "High", "high": "High"}
    assert renamed("important", table, {"important": "Urgent"}) == ("Urgent", "")


@pytest.mark.parametrize(
    ("value", "words", "expected"),
    [
        (["a", "b"], ["a", "b"], ("a, b", "")),
        (["a,b"], ["a,b"], ("a b", ", separates words there")),
        ([" a"], [" a"], ("a", ", separates words there")),
        ([{"title": "a"}], ["a"], ("a", "only the names were kept")),
    ],
)
def test_a_list_in_one_text_says_what_it_loses(
    value: object, words: list[str], expected: tuple[str, str]
) -> None:
    """A separator within a word, for example."""
    assert listed(value, words, ", ") == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" a \r\n\n\t b\u2028c ", "a b c"),
        ("\n \n", ""),
        ("a  b", "a  b"),
        ("a\rb\x0bc\x85d", "a b c d"),
    ],
)
def test_line_breaks_become_one_blank_with_those_around_them(text: str, line: str) -> None:
    """Blanks inside of a line stay."""
    assert one_line(text)[0] == line


def test_a_long_run_of_blanks_takes_no_time() -> None:
    """The time limit of tests is the judge."""
    assert one_line(" " * 300_000)[0] == ""

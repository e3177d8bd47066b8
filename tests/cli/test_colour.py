"""Colour: where it is used, and that everything can be read without it."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.documents import dumped
from support.reports import PARTIAL

from crawler.cli.colour import emphasised, style_for
from crawler.snapshot.formats import Format
from crawler.style import COLOURED, PLAIN, Role, role_of_status

ESCAPE = re.compile(r"\x1b\[[\d;]*m")


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "stream", "color", "coloured"),
    [
        ({}, Terminal(), "auto", True),
        ({}, io.StringIO(), "auto", False),
        ({}, None, "auto", False),
        ({"NO_COLOR": "1"}, Terminal(), "auto", False),
        ({"NO_COLOR": ""}, Terminal(), "auto", True),
        ({"TERM": "dumb"}, Terminal(), "auto", False),
        ({"NO_COLOR": "1"}, io.StringIO(), "always", True),
        ({}, Terminal(), "never", False),
    ],
)
def test_who_gets_colours(
    environment: dict[str, str],
    stream: io.StringIO | None,
    color: str,
    *,
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A terminal that shows them, unless somebody said otherwise."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (style_for(stream, color).marks is COLOURED.marks) is coloured


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Error: it failed", "\x1b[1;31mError:\x1b[0m it failed"),
        ("a.yaml: 1 test, complete", "a.yaml: 1 test, \x1b[32mcomplete\x1b[0m"),
        ("a.yaml: INCOMPLETE, 1 gap", "a.yaml: \x1b[1;31mINCOMPLETE\x1b[0m, 1 gap"),
        ("x\n  ! a gap!", "x\n\x1b[1;31m  !\x1b[0m a gap!"),
        ("Warning: slow", "\x1b[1mWarning:\x1b[0m slow"),
        ("the complete list", "the complete list"),
    ],
)
def test_what_matters_in_a_note_stands_out(
    text: str, marked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal; a pipe gets the text as it is."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert emphasised(text, Terminal()) == marked
    assert emphasised(text, io.StringIO()) == text


def test_colour_never_stands_alone() -> None:
    """Where a word is marked by colour, it is marked by signs without it."""
    for role in (Role.WORD_GONE, Role.WORD_NEW):
        assert PLAIN("x", role) != "x"
    assert ESCAPE.search("".join(PLAIN("x", role) for role in Role)) is None


@pytest.mark.parametrize(
    ("status", "role"), [("Passed", Role.GOOD), ("failed", Role.BAD), ("custom", None), ("", None)]
)
def test_statuses_have_one_colour_everywhere(status: str, role: Role | None) -> None:
    """Those that are not known have none."""
    assert role_of_status(status) is role


def test_show_says_the_same_with_and_without_colour(call: Callable[..., Any]) -> None:
    """And nothing of a project is taken for a colour of ours."""
    hostile = PARTIAL.nodes[3].fields["title"]
    data = dumped(PARTIAL, Format.JSON).replace(
        str(hostile).encode(), rb"\u001b[31mPays by invoice\u001b[0m"
    )
    Path("a.json").write_bytes(data)
    plain = call("show", "a.json", "--tests")
    coloured = call("show", "a.json", "--tests", "--color", "always")
    assert (plain.code, coloured.code) == (0, 0)
    assert "\x1b" not in plain.out
    assert r"\x1b[31mPays by invoice\x1b[0m" in plain.out
    assert coloured.out != plain.out
    assert ESCAPE.sub("", coloured.out) == plain.out

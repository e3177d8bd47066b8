"""`show` prints the tree, harmless, and page by page where somebody watches."""

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from support.documents import HEAD, case, siblings, suite

from crawler.snapshot.document import Document, DocumentGap, Section
from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.saving import save

SHOP = Document(
    replace(HEAD, project_title="Shop", suites=3, tests=2),
    [
        suite(0, "aa", title="Checkout\x1b[2J"),
        suite(1, "bb", title="Payment"),
        case(2, "t1", title="Card", priority="high"),
    ],
    [suite(0, "cc", title="Lost"), case(0, "t2", title="Alone")],
)
SHOWN = """\
Shop (3 suites, 2 tests)
└── Checkout\\x1b[2J (1 suite, 1 test)
    └── Payment (1 test)
No root leads to these:
├── Lost (empty)
└── · Alone
"""


@pytest.mark.parametrize("chosen", list(Format))
def test_any_format_is_shown(call: Callable[..., Any], chosen: Format) -> None:
    """With counts, and with control characters made visible."""
    save(SHOP, Path("a"), chosen)
    outcome = call("show", "a")
    assert (outcome.code, outcome.out, outcome.err) == (0, SHOWN, "")


@pytest.mark.parametrize("chosen", STREAMED)
def test_standard_input_is_shown(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, chosen: Format
) -> None:
    """Such as what git shows."""
    save(SHOP, Path("a"), chosen)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path("a").read_bytes())))
    assert call("show", "-").out == SHOWN


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--depth", "1"], ["Shop (3 suites, 2 tests)", "└── Checkout\\x1b[2J (1 suite, 1 test)"]),
        (
            ["--suite", "bb", "--tests", "--ids"],
            ["Shop (1 suite, 1 test)", "└── bb  Checkout\\x1b[2J / Payment (1 test)"],
        ),
        (
            ["--priority", "high", "--find", "card", "--depth", "2"],
            ["Shop (2 suites, 1 test)", "└── Checkout\\x1b[2J (1 suite, 1 test)"],
        ),
        (["--tag", "none"], ["Shop (nothing)"]),
        (["--state", "manual"], ["Shop (nothing)"]),
    ],
)
def test_options_choose_what_is_shown(
    call: Callable[..., Any], arguments: list[str], expected: list[str]
) -> None:
    """Each of them reaches the tree."""
    save(SHOP, Path("a"), Format.JSON)
    outcome = call("show", "a", *arguments)
    assert outcome.code == 0
    assert outcome.out.splitlines()[: len(expected)] == expected


def test_a_suite_that_is_not_there_is_wrong_usage(call: Callable[..., Any]) -> None:
    """The error says how to see which are."""
    save(SHOP, Path("a"), Format.JSON)
    outcome = call("show", "a", "--suite", "Nowhere")
    assert (outcome.code, outcome.out) == (2, "")
    assert "No suite has the ID or the path 'Nowhere'." in outcome.err


def test_an_incomplete_snapshot_is_shown_with_a_word(call: Callable[..., Any]) -> None:
    """On standard error."""
    head = replace(SHOP.head, complete=False, gaps=(DocumentGap("suite", "x", "gone"),))
    save(replace(SHOP, head=head), Path("a"), Format.JSON)
    outcome = call("show", "a")
    assert (outcome.code, outcome.out) == (0, SHOWN)
    assert outcome.err == "This snapshot is incomplete; 'verify' names its 1 gap.\n"


def test_what_is_no_snapshot_is_an_error(call: Callable[..., Any]) -> None:
    """With the code of local trouble."""
    Path("a.json").write_text("hello")
    assert call("show", "a.json").code == 6
    assert call("show", "b.json").code == 6


@pytest.mark.parametrize(("tests", "paged"), [(3, False), (500, True)])
def test_only_a_tree_that_is_longer_than_the_terminal_is_paged(
    call: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    terminal: io.StringIO,
    tests: int,
    *,
    paged: bool,
) -> None:
    """And all of it is."""
    pages: list[str] = []
    monkeypatch.setattr(click, "echo_via_pager", pages.extend)
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stdin", type(terminal)())
    monkeypatch.setenv("LINES", "24")
    save(siblings(tests), Path("a"), Format.JSON)
    assert call("show", "a", "--tests").code == 0
    text = "".join(pages) if paged else terminal.getvalue()
    assert len(text.splitlines()) == tests + 2
    assert bool(pages) == paged


def test_what_stands_beside_the_tree_is_counted(call: Callable[..., Any]) -> None:
    """In one line below it."""
    sections = (Section("runs", [{"id": "r"}]), Section("jira_issues", []))
    head = replace(SHOP.head, sections=(("runs", 1), ("jira_issues", 0)))
    save(replace(SHOP, head=head, sections=sections), Path("a"), Format.TREE)
    assert call("show", "a").out == f"{SHOWN}Beside the tree: 1 run, 0 jira issues\n"

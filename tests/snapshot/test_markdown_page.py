"""A page is laid out as documented, and read more freely than it is written."""

import pytest

from crawler.errors import SnapshotError
from crawler.snapshot.document import NodeKind
from crawler.snapshot.markdown_examples import shown_rows, with_rows
from crawler.snapshot.markdown_marks import one_line, shown_text, text_of, words_of
from crawler.snapshot.markdown_page import Block, Table, read, write

SUITE = Block(NodeKind.SUITE, "A > B", {"id": "@S1", "tags": "x, y"}, "one\n\ntwo")
TEST = Block(NodeKind.TEST, "C", {"id": "@T2"}, "text", Table(("p", "q"), (("1", "2"), ("3", ""))))
PAGE = """\
<!-- suite
id: @S1
tags: x, y
-->
# A > B

one

two

<!-- test
id: @T2
-->
## C

text

<!-- example -->

| p | q |
| --- | --- |
| 1 | 2 |
| 3 |  |
"""


def test_a_page_has_one_layout() -> None:
    """One blank line between all parts, and a line break at the end."""
    assert write([SUITE, TEST]) == PAGE
    assert read(PAGE) == [SUITE, TEST]


@pytest.mark.parametrize(
    "page",
    [
        "\ufeff" + PAGE,
        PAGE.replace("\n", "\r\n"),
        "Some words before all.\n\n" + PAGE,
        PAGE.replace("## C", "# C"),
        PAGE.replace("## C", "\n\n  ###   C"),
        PAGE.replace("-->\n", "-->  \n").replace("<!-- test", "  <!-- test "),
        PAGE.replace("id: @T2", " id :@T2 \nno pair"),
        PAGE.replace("\n\ntext\n\n", "\ntext\n"),
        PAGE.replace("| --- | --- |", "|---|:---:|").replace("| 3 |  |", "|3| |"),
        PAGE.replace("<!-- example -->\n\n", "<!-- example\n-->\n"),
        PAGE.rstrip("\n"),
    ],
)
def test_a_page_may_be_written_by_others(page: str) -> None:
    """The vendor's own pages, those of editors, and those of people."""
    assert read(page) == [SUITE, TEST]


def test_a_comment_on_one_line_says_nothing_more() -> None:
    """As people write it for a new test, which has no ID yet."""
    assert read("<!-- test -->\n\n## New\n") == [Block(NodeKind.TEST, "New")]


@pytest.mark.parametrize("text", ["\n", " ", "a\n", "\n\na", "a\n\n\n", "# x", "---", "\u2028\x85"])
def test_blank_lines_of_a_text_are_its_own(text: str) -> None:
    """At its beginning and at its end too, whether another block follows or the page ends."""
    blocks = [Block(NodeKind.TEST, "a", text=text), Block(NodeKind.TEST, "b", text=text)]
    assert read(write(blocks)) == blocks


def test_rows_need_no_names() -> None:
    """Without a row of hyphens every row is an example."""
    block = Block(NodeKind.TEST, "a", table=Table(None, (("1",), ("2",))))
    assert read(write([block])) == [block]


def test_a_row_of_hyphens_is_an_example_too() -> None:
    """It names no columns, because a backslash tells it from the row that would."""
    examples = [{"type": "example", "attributes": {"data": [cell]}} for cell in ("a", "---", ":-")]
    assert shown_rows(examples) == (("a",), ("\\---",), ("\\:-",))
    assert with_rows([], shown_rows(examples)) == examples


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("x\n<!-- test\nid: @T1\n-->\n\ntext\n", "test in line 2 has no title"),
        ("<!-- suite\n-->\n", "suite in line 1 has no title"),
        ("<!-- suite\nid: @S1\n# A\n", "comment that opens in line 1 has no line '-->'"),
    ],
)
def test_a_broken_block_is_refused(page: str, problem: str) -> None:
    """With the line, since the importer would lose it without a word."""
    with pytest.raises(SnapshotError, match=problem):
        read(page)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!-- test", "<\\!-- test"),
        ("a <!--suite", "a <\\!--suite"),
        ("<!--\n\texample -->", "<\\!--\n\texample -->"),
        ("<\\!-- test", "<\\\\!-- test"),
        ("<!-- testing", "<\\!-- testing"),
        ("<!-- a note -->", "<!-- a note -->"),
        ("<\\!-- a note -->", "<\\!-- a note -->"),
        ("never ends <!-- note", "never ends <\\!-- note"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_markers_in_a_text_get_a_backslash(text: str, shown: str) -> None:
    """Which Markdown does not show; so does a comment that would hide the rest of the page."""
    assert shown_text(text) == shown
    assert text_of(shown, crlf="\r" in text) == text


@pytest.mark.parametrize("value", ["", None, 1, ["a"]])
def test_what_is_no_text_is_not_shown(value: object) -> None:
    """It is kept beside the page."""
    assert shown_text(value) is None


def test_a_line_stays_one_line() -> None:
    """Without anything that opens or ends a comment."""
    assert one_line("\ufeff a\r\n\tb\x00c\u2028 d\xa0") == "a b c  d"
    assert one_line("<!-- x -->") == "<\\!-- x --\\>"
    assert words_of(" a, b b ,,\xa0") == ["a", "b b"]

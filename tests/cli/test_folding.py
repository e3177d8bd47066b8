"""Long lines on a terminal: what a person reads, whatever stands in them."""

import re

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crawler.cli.folding import folded
from crawler.style import COLOURED, Role

COLOUR = re.compile(r"\x1b\[[\d;]*m")
WORDS = st.text(st.sampled_from("ab.-") | st.sampled_from("漢字é🧾"), min_size=1, max_size=30)
LINES = st.lists(st.tuples(WORDS, st.sampled_from(["", *Role]))).map(
    lambda words: " ".join(COLOURED(word, Role(role)) if role else word for word, role in words)
)


def bare(text: str) -> str:
    """Without colours."""
    return COLOUR.sub("", text)


def test_a_line_that_fits_is_left_alone() -> None:
    """To its last column, colours not counted."""
    line = COLOURED("x" * 40, Role.NEW)
    assert list(folded(line, "  ", 40)) == [line]


def test_a_long_line_is_broken_between_words_and_hangs() -> None:
    """So that the signs at the edge stay what the eye follows."""
    assert list(folded("+ open the door, then wait for a guest", "    ", 25)) == [
        "+ open the door, then",
        "    wait for a guest",
    ]


def test_every_row_carries_its_own_colours() -> None:
    """A pager may begin anywhere, and what hangs below is not coloured."""
    line = f"+ {COLOURED('open the red door', Role.NEW)} [id]"
    assert list(folded(line, "  ", 24)) == [line]
    assert list(folded(line, " ", 23)) == ["+ \x1b[32mopen the red door\x1b[0m", " [id]"]
    long = COLOURED("wait for the guest to come", Role.NEW)
    assert list(folded(long, "  ", 22)) == [
        "\x1b[32mwait for the guest to\x1b[0m",
        "  \x1b[32mcome\x1b[0m",
    ]


def test_writing_without_spaces_is_broken_between_its_characters() -> None:
    """Each of them takes two columns."""
    assert list(folded("漢字" * 12, "", 24)) == ["漢字" * 6, "漢字" * 6]


def test_an_address_stays_whole() -> None:
    """It can be copied, or opened with a click, where a break would spoil it."""
    address = f"https://example.com/{'x' * 60}"
    assert list(folded(f"see {address} there", "  ", 30)) == ["see", f"  {address}", "  there"]


def test_a_line_stays_whole_where_it_would_hang_at_the_other_edge() -> None:
    """As deep in a tree: there the terminal breaks it as ever."""
    line = "word " * 20
    assert list(folded(line, " " * 21, 40)) == [line]


@given(line=LINES, width=st.integers(20, 60), hanging=st.sampled_from(["", "  ", "│   "]))
def test_nothing_is_lost_and_no_row_is_too_wide(line: str, width: int, hanging: str) -> None:
    """But for a word that is wider than a row."""
    rows = list(folded(line, hanging, width))
    for row in rows:
        colours = COLOUR.findall(row)
        assert colours[1::2] == ["\x1b[0m"] * (len(colours) // 2)
    texts = [bare(row) for row in rows]
    assert all(row.startswith(hanging) for row in texts[1:])
    texts[1:] = [row.removeprefix(hanging) for row in texts[1:]]
    if width - cell_len(hanging) < 20:
        assert rows == [line]
        return
    for row in texts:
        assert cell_len(row) <= width or " " not in row.strip()
    assert "".join(texts).replace(" ", "") == bare(line).replace(" ", "")

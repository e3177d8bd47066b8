"""Texts as lines: what went, what came, and the words that differ."""

import time

from hypothesis import given
from support.documents import TEXTS

from crawler.diff.lines import BREAK, GONE, KEPT, NEW, SKIPPED, TextLine, line_diff


def shown(old: str, new: str) -> list[str]:
    """The lines with their signs, marked words in brackets."""
    return [
        line.sign + "".join(f"[{part}]" if marked else part for part, marked in line.parts)
        for line in line_diff(old, new)
    ]


def test_words_that_differ_are_marked() -> None:
    """Those that stayed are not."""
    assert shown("open the door\n", "open the big door\n") == [
        "-open the door",
        "+open the [big ]door",
    ]


def test_what_was_only_added_to_a_line_is_marked_however_long_it_is() -> None:
    """A step that was told in more words is still that step."""
    assert shown("open the door\n", "open the door, go in and close it again\n") == [
        "-open the door",
        "+open the door[, go in and close it again]",
    ]


def test_lines_without_much_in_common_are_marked_whole() -> None:
    """A word here and there that is the same by chance only confuses."""
    assert shown("all is well here\n", "nothing works at night\n") == [
        "-all is well here",
        "+nothing works at night",
    ]


def test_what_stayed_is_shown_next_to_a_change_only() -> None:
    """Longer runs are one line that says so."""
    old = "".join(f"{number}\n" for number in range(9))
    new = old.replace("4\n", "four\n")
    assert shown(old, new) == ["@", " 3", "-4", "+four", " 5", "@"]


def test_a_lost_line_break_at_the_end_can_be_seen() -> None:
    """The text is the same otherwise."""
    assert shown("a\nb\n", "a\nb") == [" a", f"-b[{BREAK}]", "+b"]


def test_other_breaks_than_the_line_feed_stay_in_their_line() -> None:
    """They are made visible where they are printed."""
    assert shown("a\r\u2028b\n", "c\n") == ["-a\r\u2028b", "+c"]


def test_from_nothing_all_is_new() -> None:
    """And the other way round."""
    assert shown("", "a\nb\n") == ["+a", "+b"]
    assert shown("a\n", "") == ["-a"]
    assert shown("a\n", "a\n") == [" a"]


@given(old=TEXTS, new=TEXTS)
def test_what_is_gone_is_of_the_old_text_and_what_is_new_of_the_new_one(old: str, new: str) -> None:
    """In their order; nothing is invented."""
    for text, sign in ((old, GONE), (new, NEW)):
        rest = iter(text.split("\n"))
        for line in line_diff(old, new):
            if line.sign in {sign, KEPT}:
                own = "".join(part for part, _ in line.parts).removesuffix(BREAK)
                assert own in rest


def test_long_texts_without_a_line_in_common_take_no_time() -> None:
    """All of them is replaced, and no comparison tried."""
    old = "".join(f"a {number}\n" for number in range(20_000))
    new = "".join(f"b {number}\n" for number in range(20_000))
    begun = time.process_time()
    lines = list(line_diff(old, new))
    assert len(lines) == 40_000
    assert time.process_time() - begun < 20
    assert TextLine(SKIPPED) not in lines

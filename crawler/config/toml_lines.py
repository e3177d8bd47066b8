"""At which line each key of a TOML text stands; the standard library's parser does not tell.

Made for texts that `tomllib` accepts: with them the scan is exact, with others only sensible.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Final

__all__ = ("error_line", "key_lines", "table_key_lines")

_TOKEN: Final = re.compile(
    r"""
      (?P<text>  \"{3} (?: \\. | [^\\] )*? \"{3} \"{0,2}
               | '{3} .*? '{3} '{0,2}
               | " (?: \\. | [^"\\\n] )* "
               | ' [^'\n]* ' )
    | (?P<bare>    [A-Za-z0-9_-]+ )
    | (?P<skipped> [^\S\n]+ | \#[^\n]* )
    | (?P<newline> \n )
    | (?P<open>    [\[{] )
    | (?P<close>   [\]}] )
    | (?P<sign>    . )
    """,
    re.VERBOSE | re.DOTALL,
)
_AT_LINE: Final = re.compile(r"at line (\d+)")


def key_lines(text: str) -> dict[str, int]:
    """Line (from 1) of each key at the top of the text, and of each table's first mention.

    Keys within tables are not told: the configuration has none.
    """
    lines: dict[str, int] = {}
    in_table = False
    for name, heading, line in _names(text):
        in_table = in_table or heading
        if heading or not in_table:
            lines.setdefault(name, line)
    return lines


def table_key_lines(text: str) -> dict[tuple[str, str], int]:
    """Line (from 1) of each key of each table that stands at the top of the text."""
    lines: dict[tuple[str, str], int] = {}
    table = ""
    for name, heading, line in _names(text):
        if heading:
            table = name
        else:
            lines.setdefault((table, name), line)
    return lines


def _names(text: str) -> Iterator[tuple[str, bool, int]]:
    """(the first part of each key and header, whether it is a header, its line)."""
    depth, at_start, heading = 0, True, False
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "newline":
                at_start = at_start or depth == 0
            case "open":
                depth += 1
                heading = heading or at_start
            case "close":
                depth -= 1
                heading, at_start = heading and depth > 0, False
            case "text" | "bare" if at_start:
                yield _unquoted(token.group()), heading, _line_of(text, token.start())
                at_start = False
            case _:
                pass


def error_line(error: ValueError, text: str) -> int:
    """The line that a parser's error speaks of; its last line if it speaks of the end."""
    found = _AT_LINE.search(str(error))
    return int(found.group(1)) if found else _line_of(text, len(text.rstrip()))


def _line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _unquoted(key: str) -> str:
    try:
        return next(iter(tomllib.loads(f"{key} = 0")))
    except tomllib.TOMLDecodeError:
        return key

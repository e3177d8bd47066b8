"""Whether to colour what is printed: the terminal, the environment and the user are asked."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final, TextIO, TypeVar

import click

from crawler.style import COLOURED, PLAIN, Role, Style

__all__ = ("color_option", "emphasised", "style_for")

F = TypeVar("F", bound=Callable[..., Any])

_ALWAYS: Final = "always"
_AUTO: Final = "auto"
#: What to see first in a note: that something failed, is missing or is worth a thought, or is well.
_BAD: Final = re.compile(r"^Error:|^\s*!(?= )|\b(?:INCOMPLETE|FAILED)\b", re.MULTILINE)
_GOOD: Final = re.compile(r"(?<=, )complete$", re.MULTILINE)
_STRONG: Final = re.compile(r"^Warning:", re.MULTILINE)


def color_option(function: F) -> F:
    """Add `--color`, as the parameter `color`."""
    return click.option(
        "--color",
        type=click.Choice([_AUTO, _ALWAYS, "never"]),
        default=_AUTO,
        help="Colour in text; auto is on a terminal.  [default: auto]",
    )(function)


def style_for(stream: TextIO | None, color: str = _AUTO) -> Style:
    """The style for a stream, `None` for a file; with `auto` by what the stream is.

    NO_COLOR and a terminal that is called dumb get no colours. Lines are folded to the width of a
    terminal, and never for a file or a pipe.
    """
    style = COLOURED if _shows_colours(stream, color) else PLAIN
    if stream is None or not stream.isatty():
        return style
    from crawler.cli.folding import folded  # noqa: PLC0415  only for what a person reads

    return replace(style, rows=partial(folded, width=shutil.get_terminal_size().columns))


def _shows_colours(stream: TextIO | None, color: str = _AUTO) -> bool:
    if color != _AUTO:
        return color == _ALWAYS
    able = os.environ.get("TERM", "").lower() != "dumb" and not os.environ.get("NO_COLOR")
    return able and stream is not None and stream.isatty()


def emphasised(text: str, stream: TextIO) -> str:
    """A note with the words that matter most made to stand out, where the stream shows colours."""
    if not _shows_colours(stream):
        return text
    for pattern, role in ((_BAD, Role.BAD), (_GOOD, Role.GOOD), (_STRONG, Role.STRONG)):
        text = pattern.sub(lambda found, role=role: COLOURED(found[0], role), text)  # type: ignore[misc]
    return text

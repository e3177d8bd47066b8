"""How a terminal shows pieces of text: one set of roles and colours for all that is printed.

The colours are of the terminal's own sixteen, and only those that can be read on light and on dark.
Colour never stands alone: signs and words say the same.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ("COLOURED", "PLAIN", "Role", "Style", "role_of_status")


class Role(StrEnum):
    """What a piece of text is, for a style to show."""

    GONE = "gone"
    NEW = "new"
    WORD_GONE = "word gone"
    WORD_NEW = "word new"
    PLACE = "place"
    STRONG = "strong"
    FAINT = "faint"
    GOOD = "good"
    BAD = "bad"


def _whole(line: str, hanging: str) -> Iterator[str]:  # noqa: ARG001  what is not folded hangs not
    yield line


@dataclass(frozen=True, slots=True)
class Style:
    """What stands before and after a piece of each role; a missing role is shown as it is."""

    marks: Mapping[Role, tuple[str, str]]
    rows: Callable[[str, str], Iterator[str]] = _whole
    """The rows that a line takes; the second text stands before all but the first of them."""

    def __call__(self, text: str, role: Role) -> str:
        """The text as this style shows that role."""
        before, after = self.marks.get(role, ("", ""))
        return f"{before}{text}{after}" if text else ""


PLAIN: Final = Style({Role.WORD_GONE: ("[-", "-]"), Role.WORD_NEW: ("{+", "+}")})

_RED: Final = "\x1b[31m"
_GREEN: Final = "\x1b[32m"
_END: Final = "\x1b[0m"
COLOURED: Final = Style(
    {
        Role.GONE: (_RED, _END),
        Role.NEW: (_GREEN, _END),
        Role.WORD_GONE: ("\x1b[31;7m", _END),
        Role.WORD_NEW: ("\x1b[32;7m", _END),
        Role.PLACE: ("\x1b[36m", _END),
        Role.STRONG: ("\x1b[1m", _END),
        Role.FAINT: ("\x1b[2m", _END),
        Role.GOOD: (_GREEN, _END),
        Role.BAD: ("\x1b[1;31m", _END),
    }
)

_STATUSES: Final = {
    "passed": Role.GOOD,
    "failed": Role.BAD,
    "skipped": Role.FAINT,
    "pending": Role.FAINT,
    "suspect": Role.BAD,
}


def role_of_status(status: str) -> Role | None:
    """The role of a word that tells how something ended; `None` for one that is shown as it is."""
    return _STATUSES.get(status.casefold())

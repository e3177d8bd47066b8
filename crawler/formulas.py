"""Pure: cells that a spreadsheet would take for formulas, made harmless so that it can be undone.

A cell that begins with one of these signs is a formula to a spreadsheet (OWASP, "CSV Injection").
An apostrophe before it says that it is text. So that every text comes back as it was, one that
begins with apostrophes before such a sign gets one more.
"""

import re
from typing import Final

__all__ = ("armed", "disarmed")

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_ARMED: Final = re.compile(r"'+[=+\-@\t\r]")


def armed(text: str) -> str:
    """With an apostrophe before what would be taken for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def disarmed(text: str) -> str:
    """The text that `armed` was given."""
    return text[1:] if _ARMED.match(text) else text

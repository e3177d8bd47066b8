"""Secrets that do not print, and the scrubbing of what is about to be shown.

Everything that leaves the process as text for people (logs, errors, configuration listings) goes
through here; a project's content is hostile input, so control characters are made visible too.
"""

import re
from typing import Final

__all__ = ("MASK", "Secret", "mask_address", "printable", "printable_json")

MASK: Final = "***"

# The texts may be long and hostile: each pattern starts at a sign of its own, never in the midst of
# a run of letters, so that no text takes longer than its length.
_SECRET_PARAMETERS: Final = re.compile(
    r"(?i)([?&#](?:(?:api|access|private|refresh|id|auth)[_-]?)?"
    r"(?:key|token|jwt|auth|authorization|secret|client[_-]?secret|pass(?:word|wd)?|session"
    r"|signature|sig|policy|key-pair-id|awsaccesskeyid|googleaccessid"
    r"|x-amz-[a-z-]+|x-goog-[a-z-]+)=)[^&#\s]*"
)
# A password may hold an @ itself, so all up to the last one is masked.
_USER_INFO: Final = re.compile(r"(://)[^/\s]*@")
# C0 and C1 controls, and the marks that change the direction of the text around them.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


class Secret:
    """A value that only `reveal` gives away; printing, formatting and comparing do not."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled")


def mask_address(address: str) -> str:
    """An address as it may be shown: without user info and without secret query values."""
    if "@" in address:
        address = _USER_INFO.sub(rf"\1{MASK}@", address)
    return _SECRET_PARAMETERS.sub(rf"\1{MASK}", address) if "=" in address else address


def printable(text: str) -> str:
    """The text with control characters and direction marks escaped, safe for a terminal."""
    if text.isprintable():  # nearly always, and quicker to see
        return text
    return _UNPRINTABLE.sub(lambda found: _escape(found.group()), text)


def printable_json(text: str) -> str:
    """JSON with the same characters escaped as JSON does it, so that it reads to the same data."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004  one byte

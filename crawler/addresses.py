"""Pure: the addresses in texts, told apart however they are written, and replaced."""

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote, urljoin

__all__ = ("address_key", "addresses_in", "with_addresses")

_CANDIDATE: Final = re.compile(r"(?:https?://|/)[^\s()<>\"'\[\]\\`{}|^]+")
_AFTER: Final = ".,;:!?*_"
_ENCODED: Final = ":/?#[]@!$&'()*+,;=%~"


def address_key(address: str, server: str) -> str:
    """The absolute address, percent-encoded, however it was written."""
    try:
        absolute = urljoin(f"{server.rstrip('/')}/", address).partition("#")[0]
        return quote(absolute, safe=_ENCODED)
    except (ValueError, UnicodeEncodeError):
        return address


def addresses_in(text: str) -> Iterator[str]:
    """Whatever in the text may be an address; with and without the signs that may follow one."""
    for found in _CANDIDATE.finditer(text):
        yield from _readings(found.group())


def with_addresses(text: str, new: Callable[[str], str | None]) -> str:
    """The text with what `new` gives for an address in its place; `None` leaves it as it is."""

    def replaced(found: re.Match[str]) -> str:
        whole = found.group()
        for each in _readings(whole):
            other = new(each)
            if other is not None:
                return f"{other}{whole[len(each) :]}"
        return whole

    return _CANDIDATE.sub(replaced, text)


def _readings(whole: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((whole, whole.rstrip(_AFTER))))

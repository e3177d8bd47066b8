"""Checks of single values: each takes a raw value and returns it checked and normalised.

A check raises `CheckError` with the second half of a sentence ("must be true or false, not 3"); the
caller knows the name and the place to put before it. `None` never reaches a check.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from crawler.redaction import Secret, mask_address, printable

__all__ = (
    "Bounds",
    "Check",
    "CheckError",
    "address",
    "boolean",
    "choice",
    "number",
    "path",
    "project",
    "proxy",
    "secret",
    "strings",
    "text",
    "token",
    "web_address",
    "whole",
)

Check = Callable[[object], object]

_LONGEST_SHOWN: Final = 60
_UNFIT: Final = re.compile(r"[\x00-\x20\x7f-\xa0]")


class CheckError(ValueError):
    """What is wrong with a value, as the second half of a sentence."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest value allowed; with `open_low`, the least one is itself out."""

    low: float
    high: float
    open_low: bool = False

    def __contains__(self, value: float) -> bool:
        return (self.low < value if self.open_low else self.low <= value) and value <= self.high

    def __str__(self) -> str:
        if self.open_low:
            return f"above {self.low:g} and at most {self.high:g}"
        return f"from {self.low:g} to {self.high:g}"


def number(bounds: Bounds, unit: str) -> Check:
    """A finite number within the bounds, as a float."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CheckError(f"must be a number, not {_shown(value)}")
        if not math.isfinite(value) or value not in bounds:
            raise CheckError(_out_of(bounds, unit, value))
        return float(value)

    return check


def whole(bounds: Bounds, unit: str) -> Check:
    """A whole number within the bounds."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise CheckError(f"must be a whole number, not {_shown(value)}")
        if value not in bounds:
            raise CheckError(_out_of(bounds, unit, value))
        return value

    return check


def boolean(value: object) -> bool:
    """A truth value, and nothing that only resembles one."""
    if not isinstance(value, bool):
        raise CheckError(f"must be true or false, not {_shown(value)}")
    return value


def text(value: object) -> str:
    """Text that is not empty, without the space around it."""
    given = _filled(value)
    if not given.isascii() and any("\ud800" <= sign <= "\udfff" for sign in given):
        raise CheckError(f"must be text in UTF-8, not {_shown(given)}")
    return given


def _filled(value: object) -> str:
    """The same, but the name of a file may be no text on some systems."""
    if not isinstance(value, str):
        raise CheckError(f"must be text in quotes, not {_shown(value)}")
    if not value.strip():
        raise CheckError("must not be empty")
    return value.strip()


def choice(options: type[StrEnum]) -> Check:
    """One of the words of an enumeration."""

    def check(value: object) -> StrEnum:
        try:
            return options(str(value))
        except ValueError:
            words = ", ".join(options)
            raise CheckError(f"must be one of {words}, not {_shown(value)}") from None

    return check


def path(value: object) -> Path:
    """A path of this machine, `~` replaced by the home folder."""
    if isinstance(value, Path):
        return value
    given = _filled(value)
    if "\0" in given:
        raise CheckError("must be a path")
    try:
        return Path(given).expanduser()
    except RuntimeError:
        raise CheckError("names a home folder that does not exist") from None


def strings(value: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list | tuple):
        raise CheckError(f"must be a list of texts, not {_shown(value)}")
    return tuple(text(item) for item in value)


def secret(value: object) -> Secret:
    """A secret as it is: a password may begin with a space. Its value never enters a message."""
    revealed = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(revealed, str):
        raise CheckError("must be text in quotes")
    if not revealed:
        raise CheckError("must not be empty")
    return Secret(revealed)


def token(value: object) -> Secret:
    """A secret that goes into a header: without the space around it, and none within."""
    revealed = secret(value).reveal().strip()
    if not revealed:
        raise CheckError("must not be empty")
    if _UNFIT.search(revealed) or not revealed.isascii():
        raise CheckError("must be one line of plain letters, digits and signs, without spaces")
    return Secret(revealed)


def address(value: object) -> str:
    """The address of a server: http or https, no user info, no query, no slash at the end.

    A bare host is taken as https.
    """
    split = _split(value)
    if split.username is not None or split.password is not None:
        raise CheckError("must not hold a user name or password: those have settings of their own")
    if split.query or split.fragment:
        raise CheckError("must be the server's address alone, without '?' or '#'")
    if "/projects/" in f"{split.path}/":
        raise CheckError(
            "must be the server's address alone; what follows '/projects/' belongs to 'project'"
        )
    return f"{split.scheme}://{split.netloc.lower()}{split.path.rstrip('/')}"


def web_address(value: object) -> str:
    """An http or https address, with path and query but no user info; a bare host is https."""
    split = _split(value)
    if split.username is not None or split.password is not None:
        raise CheckError("must not hold a user name or password")
    return split.geturl()


def proxy(value: object) -> str | None:
    """The address of an HTTP proxy, user info allowed; empty text means none at all."""
    if isinstance(value, str) and not value.strip():
        return None
    split = _split(value, bare_scheme="http")
    return f"{split.scheme}://{split.netloc}{split.path.rstrip('/')}"


def project(value: object) -> str:
    """A project's short name (slug), as it stands in the project's address."""
    name = text(value)
    if "/projects/" in name:
        slug = name.partition("/projects/")[2].partition("/")[0]
        raise CheckError(f"must be the project's short name alone: write {slug!r}")
    if _UNFIT.search(name) or any(sign in name for sign in "/?#%\\") or name in {".", ".."}:
        raise CheckError(
            "must be the short name that stands after '/projects/' in the project's address,"
            f" not {_shown(name)}"
        )
    return name


def _split(value: object, *, bare_scheme: str = "https") -> SplitResult:
    given = text(value)
    if _UNFIT.search(given):
        raise CheckError("must be an address without spaces")
    try:
        split = urlsplit(given if "://" in given else f"{bare_scheme}://{given}")
        split.port  # noqa: B018  raises for a port that is none
    except ValueError:
        raise CheckError(f"is not an address: {_shown(given)}") from None
    if split.scheme not in {"http", "https"}:
        raise CheckError(f"must begin with https:// or http://, not {split.scheme}://")
    if not split.hostname:
        raise CheckError(f"must name a server, not {_shown(given)}")
    return split


def _out_of(bounds: Bounds, unit: str, value: float) -> str:
    return f"must be {bounds}{' ' if unit else ''}{unit}, not {value:g}"


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            shown = mask_address(printable(value))
            cut = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
            return f"'{cut}'"
        case int() | float():
            return f"{value:g}"
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
        case _:
            return f"a {type(value).__name__}"
